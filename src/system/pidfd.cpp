#include "system/pidfd.hpp"

#include <cerrno>
#include <system_error>

#include <poll.h>
#include <sys/syscall.h>

namespace mayhem::system {

// By number: glibc before 2.37 declares the wrappers in <sys/pidfd.h> without extern "C", older ones not at all.
std::optional<pidfd> pidfd::open(pid_t pid) {
    const long fd = ::syscall(SYS_pidfd_open, pid, 0U);
    if (fd >= 0) {
        return pidfd(static_cast<int>(fd));
    }
    // Of what is being reaped, older kernels say EINVAL; of a number that is a thread's by now, newer ones say ENOENT.
    if (errno == ESRCH || errno == EINVAL || errno == ENOENT) {
        return std::nullopt;
    }
    throw std::system_error(errno, std::generic_category(), "cannot open process " + std::to_string(pid));
}

bool pidfd::send(int signal) const {
    if (::syscall(SYS_pidfd_send_signal, fd_.get(), signal, nullptr, 0U) == 0) {
        return true;
    }
    if (errno == ESRCH) {
        return false;
    }
    throw std::system_error(errno, std::generic_category());
}

bool pidfd::ends_within(std::chrono::milliseconds limit) const noexcept {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
        const int ready = ::poll(&waiting, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
        if (ready >= 0 || errno != EINTR) {
            return ready > 0;
        }
    }
}

}  // namespace mayhem::system
