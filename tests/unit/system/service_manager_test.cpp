// Proves that a listening socket which systemd passes is found among the descriptors, and made non-blocking.
#include "system/service_manager.hpp"

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "system/unique_fd.hpp"

namespace mayhem::app {
namespace {

constexpr int first_passed = 3;

/// Descriptors 3 and 4 as systemd would pass them, for as long as it lives; what was there comes back.
class passed_sockets {
public:
    passed_sockets(int first, int second)
        : before_{system::unique_fd(::fcntl(first_passed, F_DUPFD_CLOEXEC, 10)),
                  system::unique_fd(::fcntl(first_passed + 1, F_DUPFD_CLOEXEC, 10))} {
        const int kept_first = ::fcntl(first, F_DUPFD_CLOEXEC, 10);
        const int kept_second = ::fcntl(second, F_DUPFD_CLOEXEC, 10);
        ::dup2(kept_first, first_passed);
        ::dup2(kept_second, first_passed + 1);
        ::close(kept_first);
        ::close(kept_second);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", "2", 1);
    }
    ~passed_sockets() {
        for (int i = 0; i < 2; ++i) {
            if (before_[i]) {
                ::dup2(before_[i].get(), first_passed + i);
            } else {
                ::close(first_passed + i);
            }
        }
    }
    passed_sockets(const passed_sockets&) = delete;
    passed_sockets& operator=(const passed_sockets&) = delete;

private:
    system::unique_fd before_[2];
};

system::unique_fd make_socket(int type, bool listens) {
    system::unique_fd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;  // no name: the kernel gives one outside of the file system
    (void)::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address.sun_family);
    if (listens) {
        (void)::listen(fd.get(), 8);
    }
    return fd;
}

TEST(ServiceManagerTest, TakesTheListeningSocketAndOnce) {
    const system::unique_fd datagrams = make_socket(SOCK_DGRAM, false);
    const system::unique_fd listening = make_socket(SOCK_STREAM, true);
    const passed_sockets passed(datagrams.get(), listening.get());

    const int fd = service_manager::activated_socket();

    EXPECT_EQ(fd, first_passed + 1);
    EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_EQ(service_manager::activated_socket(), -1);
}

TEST(ServiceManagerTest, TakesNothingThatDoesNotListen) {
    const system::unique_fd one = make_socket(SOCK_DGRAM, false);
    const system::unique_fd two = make_socket(SOCK_STREAM, false);
    const passed_sockets passed(one.get(), two.get());

    EXPECT_EQ(service_manager::activated_socket(), -1);
}

TEST(ServiceManagerTest, TakesNothingThatIsForAnotherProcess) {
    const system::unique_fd one = make_socket(SOCK_STREAM, true);
    const passed_sockets passed(one.get(), one.get());
    ::setenv("LISTEN_PID", "1", 1);

    EXPECT_EQ(service_manager::activated_socket(), -1);
}

}  // namespace
}  // namespace mayhem::app
