// Proves which ports a process has, on texts as the kernel writes them, and whether it shares this one's network.
#include "drivers/proc/process_network.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "unit/drivers/fake_proc.hpp"

namespace mayhem::drivers {
namespace {

constexpr std::string_view listens =
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 33461 1 ffff 100 0";
constexpr std::string_view is_connected =
    "   1: 0100007F:1F90 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000     0        0 33470 1 ffff 20 4";
constexpr std::string_view of_version_6 =
    "   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 "
    "00:00000000 00000000     0        0 4711 1 ffff 100 0";
constexpr std::string_view udp =
    "  914: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 815 2 ffff 0";
constexpr std::string_view head =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

TEST(ListeningSocketTest, IsOneThatListens) {
    EXPECT_EQ(read_listening_socket(listens, true), (listening_socket{.port = 8080, .inode = 33'461}));
    EXPECT_EQ(read_listening_socket(of_version_6, true), (listening_socket{.port = 80, .inode = 4711}));
    EXPECT_EQ(read_listening_socket(udp, false), (listening_socket{.port = 53, .inode = 815}));
}

TEST(ListeningSocketTest, NoOtherLineIsOne) {
    EXPECT_FALSE(read_listening_socket(is_connected, true));
    EXPECT_FALSE(read_listening_socket(head, true));
    EXPECT_FALSE(read_listening_socket("", true));
    EXPECT_FALSE(read_listening_socket(udp, true)) << "of TCP, 07 is another state";
    EXPECT_FALSE(read_listening_socket("0: nonsense 0:0 0A 0 0 0 0 0 x", true));
}

class ProcessNetworkTest : public ::testing::Test {
protected:
    ProcessNetworkTest() {
        proc_.add({.pid = 812});
        std::filesystem::create_directories(its_ / "net");
        std::filesystem::create_directories(its_ / "fd");
    }

    void write(const std::string& file, std::string_view text) const { std::ofstream(its_ / file) << text; }
    void link(const std::string& number, const std::string& to) const {
        std::filesystem::create_symlink(to, its_ / "fd" / number);
    }

    const fake_proc proc_;
    const std::filesystem::path its_ = proc_.root() / "812";
};

TEST_F(ProcessNetworkTest, APortBelongsToWhomItsSocketBelongs) {
    write("net/tcp", std::string(head) + '\n' + std::string(listens) + '\n' + std::string(is_connected) + '\n');
    write("net/tcp6", std::string(head) + '\n' + std::string(of_version_6) + '\n');
    write("net/udp", std::string(head) + '\n' + std::string(udp) + '\n');
    link("0", "/dev/null");
    link("3", "socket:[33461]");
    link("4", "socket:[815]");
    link("5", "socket:[none]");

    EXPECT_EQ(listening_ports(812, proc_.root()), (std::set<std::uint16_t>{53, 8080}));
}

TEST_F(ProcessNetworkTest, WhoCannotBeSeenHasNone) { EXPECT_TRUE(listening_ports(9, proc_.root()).empty()); }

TEST_F(ProcessNetworkTest, ANamespaceIsToldByItsFile) {
    EXPECT_FALSE(shares_network(812, proc_.root())) << "nothing is known";

    proc_.add({.pid = 813});
    proc_.set_self(813);
    std::filesystem::create_directories(its_ / "ns");
    std::filesystem::create_directories(proc_.root() / "813/ns");
    write("ns/net", "");
    std::filesystem::create_hard_link(its_ / "ns/net", proc_.root() / "813/ns/net");
    EXPECT_EQ(shares_network(812, proc_.root()), true);

    std::filesystem::remove(proc_.root() / "813/ns/net");
    std::ofstream(proc_.root() / "813/ns/net") << "another";
    EXPECT_EQ(shares_network(812, proc_.root()), false);
}

}  // namespace
}  // namespace mayhem::drivers
