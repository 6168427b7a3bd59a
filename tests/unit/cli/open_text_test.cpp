// Proves what whoever wants to see the page is told: its address where a browser here can open it, otherwise the
// tunnel.
#include "cli/open_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path socket_path = "/run/mayhem/control.sock";

TEST(OpenTextTest, AnAddressIsAllThatALocalBrowserNeeds) {
    EXPECT_EQ(open_text("127.0.0.1:9666", socket_path, {.user = "anna", .ssh_connection = {}}),
              "http://127.0.0.1:9666/\n");
}

TEST(OpenTextTest, OverSshItIsTheTunnelToTheAddress) {
    const std::string text = open_text("127.0.0.1:9700", socket_path,
                                       {.user = "anna", .ssh_connection = "198.51.100.7 50122 203.0.113.5 22"});

    EXPECT_THAT(text, AllOf(HasSubstr("ssh -N -L 9700:127.0.0.1:9700 anna@203.0.113.5\n"),
                            HasSubstr("open http://127.0.0.1:9700/")));
}

TEST(OpenTextTest, WithoutTcpItIsTheTunnelToTheSocketAndSaysWithWhoseRights) {
    const std::string text =
        open_text("", socket_path, {.user = "anna", .ssh_connection = "198.51.100.7 50122 2001:db8::5 2222"});

    EXPECT_THAT(text, AllOf(HasSubstr("ssh -N -L 9666:/run/mayhem/control.sock -p 2222 anna@2001:db8::5\n"),
                            HasSubstr("may do what anna may"), HasSubstr("listen = \"127.0.0.1:9666\"")));
}

TEST(OpenTextTest, WithoutTcpAndWithoutSshItIsATunnelToThisHost) {
    const std::string text = open_text("", socket_path, {.user = {}, .ssh_connection = {}});

    EXPECT_THAT(text, AllOf(HasSubstr("ssh -N -L 9666:/run/mayhem/control.sock localhost\n"), Not(HasSubstr("@"))));
}

}  // namespace
}  // namespace mayhem::cli
