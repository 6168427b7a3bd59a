// Proves where TCP may be listened on, and that a live socket is never taken away and a dead one always replaced. This
// program's `bind` lets a test do something between the making of the socket's file and what comes next.
#include "control/listening_socket.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

std::function<void()> after_bind;

}  // namespace

extern "C" int bind(int fd, const sockaddr* address, socklen_t size) noexcept {
    const long result = ::syscall(SYS_bind, fd, address, size);
    if (after_bind) {
        after_bind();
    }
    return static_cast<int>(result);
}

namespace mayhem::control {
namespace {

class UnixListenerTest : public ::testing::Test {
protected:
    UnixListenerTest() {
        std::string name = (std::filesystem::temp_directory_path() / "mayhem-test-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~UnixListenerTest() override {
        after_bind = nullptr;
        std::filesystem::remove_all(folder_);
    }

    std::string failure_of(const std::filesystem::path& path, std::optional<gid_t> group = {}) {
        try {
            const unix_listener l(path, group);
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

/// "660 12345": mode and group of the file, as it is itself.
std::string rights_of(const std::filesystem::path& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) {
        return "nothing";
    }
    std::array<char, 8> mode{};
    (void)std::snprintf(mode.data(), mode.size(), "%o", status.st_mode & 07777U);
    return mode.data() + (' ' + std::to_string(status.st_gid));
}

TEST_F(UnixListenerTest, HasItsRightsFromTheFirstMomentWhateverTheUmask) {
    const mode_t before = ::umask(0077);
    std::string shared;
    after_bind = [&] { shared = rights_of(folder_ / "shared.sock"); };
    const unix_listener with_group(folder_ / "shared.sock", ::getegid());
    (void)::umask(0);
    std::string own;
    after_bind = [&] { own = rights_of(folder_ / "own.sock"); };
    const unix_listener without(folder_ / "own.sock", std::nullopt);

    EXPECT_EQ(::umask(before), 0U) << "as it was before";
    EXPECT_EQ(shared, "660 " + std::to_string(::getegid()));
    EXPECT_EQ(own, "600 " + std::to_string(::getegid()));
}

TEST_F(UnixListenerTest, RootGivesItsGroupWithoutTouchingThePathAgain) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root";
    }
    std::string rights;
    after_bind = [&] { rights = rights_of(folder_ / "control.sock"); };
    const unix_listener l(folder_ / "control.sock", 54321);

    EXPECT_EQ(rights, "660 54321");
    EXPECT_EQ(rights_of(l.path()), rights);
    std::ofstream(folder_ / "later") << "x";
    struct stat status{};
    ASSERT_EQ(::stat((folder_ / "later").c_str(), &status), 0);
    EXPECT_EQ(status.st_gid, ::getegid()) << "what is made afterwards has the group that it always had";
}

TEST_F(UnixListenerTest, ALinkThatTakesThePlaceOfTheSocketChangesNothingElse) {
    const std::filesystem::path path = folder_ / "control.sock";
    const std::filesystem::path victim = folder_ / "victim";
    std::ofstream(victim) << "precious";
    std::filesystem::permissions(victim, std::filesystem::perms{0640});
    const std::string before = rights_of(victim);
    after_bind = [&] {
        std::filesystem::remove(path);
        std::filesystem::create_symlink(victim, path);
    };
    for (const std::optional<gid_t> group :
         {std::optional<gid_t>(), std::optional<gid_t>(::getegid()), std::optional<gid_t>(54321)}) {
        (void)failure_of(path, group);

        EXPECT_EQ(rights_of(victim), before);
        std::filesystem::remove(path);
    }
}

/// Runs `body` as a user without rights who is a member of group 54321; what it returns.
int as_member(const std::function<int()>& body) {
    const pid_t child = ::fork();
    if (child == 0) {
        const gid_t group = 54321;
        const bool is_member = ::setgroups(1, &group) == 0 && ::setgid(65534) == 0 && ::setuid(65534) == 0;
        ::_exit(is_member ? body() : 99);
    }
    int status = 0;
    (void)::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

TEST_F(UnixListenerTest, AMemberSharesItWithItsGroupAndIsNotLedAwayByALink) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root";
    }
    std::filesystem::permissions(folder_, std::filesystem::perms{0777});
    const std::filesystem::path path = folder_ / "control.sock";

    EXPECT_EQ(as_member([&] {
                  const unix_listener l(path, 54321);
                  return rights_of(path) == "660 54321" ? 0 : 1;
              }),
              0);
    EXPECT_EQ(as_member([&] {
                  const std::filesystem::path victim = folder_ / "victim";
                  std::ofstream(victim) << "precious";
                  const std::string before = rights_of(victim);
                  after_bind = [&] {
                      std::filesystem::remove(path);
                      std::filesystem::create_symlink(victim, path);
                  };
                  (void)failure_of(path, 54321);
                  return rights_of(victim) == before ? 0 : 1;
              }),
              0);
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
