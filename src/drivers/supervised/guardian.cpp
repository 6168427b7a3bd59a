#include "drivers/supervised/guardian.hpp"

#include <cerrno>
#include <csignal>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "drivers/process/guardian_name.hpp"
#include "system/fork_support.hpp"

namespace mayhem::drivers {

namespace {

constexpr int old_kernel_descriptors_max = 65'536;  // before Linux 5.9 there is no close_range

void ignore_signals() noexcept {
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    for (int signal = 1; signal < NSIG; ++signal) {
        (void)::sigaction(signal, &ignore, nullptr);  // KILL and STOP cannot be ignored
    }
}

/// A copy of a descriptor would keep a pipe, a socket or a lock of Mayhem's alive.
void close_all_but(int kept) noexcept {
    const auto fd = static_cast<unsigned>(kept);
    const bool below_closed = fd == 0 || ::syscall(SYS_close_range, 0U, fd - 1, 0U) == 0;
    const bool above_closed = ::syscall(SYS_close_range, fd + 1, ~0U, 0U) == 0;
    if (below_closed && above_closed) {
        return;
    }
    for (int other = 0; other < old_kernel_descriptors_max; ++other) {
        if (other != kept) {
            ::close(other);
        }
    }
}

}  // namespace

void be_guardian(int lifeline) noexcept {
    if (::setpgid(0, 0) != 0) {
        ::_exit(1);
    }
    ignore_signals();
    close_all_but(lifeline);
    system::keep_no_capabilities();
    (void)::prctl(PR_SET_NAME, guardian_name.data());

    char byte = 0;
    while (::read(lifeline, &byte, 1) < 0 && errno == EINTR) {
    }
    (void)::kill(-::getpid(), SIGKILL);
    ::_exit(0);
}

}  // namespace mayhem::drivers
