#include "system/fork_support.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "system/wait_ready.hpp"

namespace mayhem::system {

pipe_ends make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category());
    }
    return {.read = unique_fd(ends[0]), .write = unique_fd(ends[1])};
}

all_signals_blocked::all_signals_blocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &former_);
}

all_signals_blocked::~all_signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &former_, nullptr); }

void reset_signals() noexcept {
    struct sigaction by_default{};
    by_default.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction current{};
        const bool is_known = ::sigaction(signal, nullptr, &current) == 0;
        const bool is_ignored = (current.sa_flags & SA_SIGINFO) == 0 && current.sa_handler == SIG_IGN;
        if (is_known && (!is_ignored || signal == SIGPIPE)) {
            (void)::sigaction(signal, &by_default, nullptr);
        }
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

void keep_no_capabilities() noexcept {
    (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);  // fails only where there are none
}

void give_up(int report, int error) noexcept {
    const ssize_t written = ::write(report, &error, sizeof error);
    (void)written;  // nobody else to tell
    ::_exit(127);
}

async::awaitable<int> exec_error(unique_fd report) {
    const async::frame here;
    descriptor watched(async::this_loop().get_executor());
    watched.assign(report.get());
    (void)report.release();  // the descriptor owns it from here
    co_await wait_ready(watched, descriptor::wait_read);
    int error = 0;
    ssize_t count = 0;
    do {
        count = ::read(watched.native_handle(), &error, sizeof error);
    } while (count < 0 && errno == EINTR);
    co_return count == sizeof error ? error : 0;
}

}  // namespace mayhem::system
