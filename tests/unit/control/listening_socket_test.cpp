// Proves where TCP may be listened on, and that a live socket is never taken away and a dead one always replaced.
#include "control/listening_socket.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace mayhem::control {
namespace {

class UnixListenerTest : public ::testing::Test {
protected:
    UnixListenerTest() {
        std::string name = (std::filesystem::temp_directory_path() / "mayhem-test-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~UnixListenerTest() override { std::filesystem::remove_all(folder_); }

    std::string failure_of(const std::filesystem::path& path) {
        try {
            const unix_listener l(path, std::nullopt);
            return "listens";
        } catch (const cannot_listen& e) {
            return e.what();
        }
    }

    std::filesystem::path folder_;
};

TEST_F(UnixListenerTest, LetsItsOwnerConnectAndNobodyElse) {
    const unix_listener l(folder_ / "new" / "control.sock", std::nullopt);

    struct stat status{};
    ASSERT_EQ(::stat(l.path().c_str(), &status), 0);
    EXPECT_TRUE(S_ISSOCK(status.st_mode));
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(UnixListenerTest, LetsTheMembersOfItsGroupConnect) {
    const unix_listener l(folder_ / "control.sock", ::getegid());

    struct stat status{};
    ASSERT_EQ(::stat(l.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
    EXPECT_EQ(status.st_gid, ::getegid());
}

TEST_F(UnixListenerTest, TellsWhetherSomebodyListens) {
    const std::filesystem::path path = folder_ / "control.sock";
    EXPECT_EQ(try_connect(path), ENOENT);
    {
        const unix_listener l(path, std::nullopt);

        EXPECT_EQ(try_connect(path), 0);
    }
    EXPECT_EQ(try_connect(folder_ / std::string(200, 'x')), ENAMETOOLONG);
}

TEST_F(UnixListenerTest, IsGoneWithItsObject) {
    const std::filesystem::path path = folder_ / "control.sock";
    {
        const unix_listener l(path, std::nullopt);
    }

    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(UnixListenerTest, DoesNotTakeALiveSocketAway) {
    const unix_listener first(folder_ / "control.sock", std::nullopt);

    EXPECT_NE(failure_of(folder_ / "control.sock").find("another mayhem listens there"), std::string::npos);
}

TEST_F(UnixListenerTest, ReplacesASocketThatADeadProcessLeft) {
    const std::filesystem::path path = folder_ / "control.sock";
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        const system::unique_fd dead(::socket(AF_UNIX, SOCK_STREAM, 0));
        ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }

    EXPECT_EQ(failure_of(path), "listens");
}

TEST_F(UnixListenerTest, LeavesAloneWhatIsNoSocket) {
    std::ofstream(folder_ / "control.sock") << "precious";

    EXPECT_NE(failure_of(folder_ / "control.sock").find("no socket"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(folder_ / "control.sock"));
}

TEST_F(UnixListenerTest, SaysThatThePathIsTooLong) {
    EXPECT_NE(failure_of(folder_ / std::string(200, 'x')).find("107 bytes"), std::string::npos);
}

TEST(TcpListenerTest, TakesTheLoopbackOnly) {
    for (const char* good : {"127.0.0.1:9666", "127.1.2.3:0", "[::1]:65535", "localhost:80"}) {
        EXPECT_TRUE(parse_loopback(good)) << good;
    }
    for (const char* bad : {"0.0.0.0:9666", "192.168.0.1:80", "[::]:80", "9666", "127.0.0.1",
                            "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80", "", ":80"}) {
        EXPECT_FALSE(parse_loopback(bad)) << bad;
    }
}

TEST(TcpListenerTest, TellsWhereItListens) {
    const system::unique_fd fd = listen_on(*parse_loopback("127.0.0.1:0"));

    EXPECT_TRUE(local_address(fd.get()).starts_with("127.0.0.1:"));
    EXPECT_FALSE(local_address(fd.get()).ends_with(":0"));
}

}  // namespace
}  // namespace mayhem::control
