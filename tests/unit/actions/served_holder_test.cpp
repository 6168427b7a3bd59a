// Proves how Mayhem hears a holder that it has not started: what it makes of one that answers, refuses, says nothing,
// talks nonsense, goes away, or is not there. The other side is a thread of the test's own behind a Unix socket.
#include "actions/served_holder.hpp"

#include <filesystem>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "integration/daemon/test_folder.hpp"
#include "system/command.hpp"
#include "system/write_all.hpp"

namespace mayhem::actions {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const hold_question question{.about = {.first = {.pid = 812, .start_ticks = 777, .boot_id = "b00t"}, .length = 1s}};

/// Takes one connection, and does with it what it is told.
class fake_service {
public:
    fake_service(const std::string& path, std::function<void(int)> serve) {
        listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        path.copy(at.sun_path, sizeof at.sun_path - 1);
        EXPECT_EQ(::bind(listening_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
        EXPECT_EQ(::listen(listening_, 1), 0);
        thread_ = std::thread([this, serve = std::move(serve)] {
            const int connection = ::accept(listening_, nullptr, nullptr);
            serve(connection);
            ::close(connection);
        });
    }
    ~fake_service() {
        thread_.join();
        ::close(listening_);
    }
    fake_service(const fake_service&) = delete;
    fake_service& operator=(const fake_service&) = delete;

private:
    int listening_ = -1;
    std::thread thread_;
};

std::string read_some(int connection) {
    std::string text(4096, '\0');
    const ssize_t size = ::read(connection, text.data(), text.size());
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
}

class ServedHolderTest : public ::testing::Test {
protected:
    [[nodiscard]] core::result<std::string> ask(std::function<void(int)> serve) const {
        const fake_service service(path_, std::move(serve));
        return ask_holder(path_, question);
    }

    const testing::test_folder folder_;
    const std::string path_ = folder_ / "holder.sock";
};

TEST_F(ServedHolderTest, AnAnswerIsItsText) {
    std::string asked;
    const auto answer = ask([&](int connection) {
        asked = read_some(connection);
        (void)system::write_all(connection, to_line(hold_word{.is = hold_word::kind::seen, .text = "42"}));
    });

    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, "42");
    EXPECT_EQ(asked, to_line(question));
}

TEST_F(ServedHolderTest, ARefusalIsTheError) {
    const auto answer = ask([](int connection) {
        (void)read_some(connection);
        (void)system::write_all(connection, to_line(hold_word{.text = "root allows nothing"}));
    });

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error(), "root allows nothing");
}

TEST_F(ServedHolderTest, OneThatGoesAwayOrTalksNonsenseIsTold) {
    const auto gone = ask([](int connection) { (void)read_some(connection); });
    ASSERT_FALSE(gone);
    EXPECT_THAT(gone.error(), HasSubstr("does not answer"));

    std::filesystem::remove(path_);
    const auto nonsense = ask([](int connection) {
        (void)read_some(connection);
        (void)system::write_all(connection, "hello\n");
    });
    ASSERT_FALSE(nonsense);
    EXPECT_THAT(nonsense.error(), HasSubstr("does not speak as a holder does"));
}

TEST_F(ServedHolderTest, OneThatIsNotThereIsToldWithWhatToDo) {
    const auto answer = ask_holder(path_, question);

    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error(), HasSubstr("systemctl enable --now mayhem-holder.socket"));
    EXPECT_THROW(served_holder{path_}, system::command_not_started);
    EXPECT_THROW(served_holder{std::string(200, 'x')}, system::command_not_started);
}

}  // namespace
}  // namespace mayhem::actions
