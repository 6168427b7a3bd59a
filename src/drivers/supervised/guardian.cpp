#include "drivers/supervised/guardian.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <ctime>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/process/guardian_name.hpp"
#include "system/fork_support.hpp"
#include "system/pidfd.hpp"

namespace mayhem::drivers {

namespace {

constexpr unsigned old_kernel_descriptors_max = 65'536;  // before Linux 5.9 there is no close_range
constexpr timespec kill_interval{.tv_sec = 0, .tv_nsec = 5'000'000};

/// A word's worth of children; those that there is no room for come in the next round.
struct children {
    std::array<pid_t, 1024> pids{};
    std::size_t count = 0;
};

void notice(int /*signal*/) {}

/// All but SIGCHLD are ignored; that one ends `ppoll`.
void set_signals() noexcept {
    struct sigaction action{};
    action.sa_handler = SIG_IGN;
    for (int signal = 1; signal < NSIG; ++signal) {
        if (signal != SIGCHLD) {
            (void)::sigaction(signal, &action, nullptr);  // KILL and STOP cannot be ignored
        }
    }
    action.sa_handler = notice;
    (void)::sigaction(SIGCHLD, &action, nullptr);
}

void close_range(unsigned first, unsigned last) noexcept {
    if (first > last || ::syscall(SYS_close_range, first, last, 0U) == 0) {
        return;
    }
    for (unsigned fd = first; fd <= last && fd < old_kernel_descriptors_max; ++fd) {
        ::close(static_cast<int>(fd));
    }
}

/// A copy of a descriptor would keep a pipe, a socket or a lock of Mayhem's alive.
void close_all_but(int one, int other) noexcept {
    const auto low = static_cast<unsigned>(one < other ? one : other);
    const auto high = static_cast<unsigned>(one < other ? other : one);
    if (low > 0) {
        close_range(0, low - 1);
    }
    close_range(low + 1, high - 1);
    close_range(high + 1, ~0U);
}

void tell(int words, const guardian_word& word) noexcept {
    const ssize_t written = ::write(words, &word, sizeof word);
    (void)written;  // nobody listens any more
}

/// Everybody whose parent we are now, the dead included; nobody where the kernel does not say (CONFIG_PROC_CHILDREN).
children list_children() noexcept {
    children found;
    const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return found;
    }
    std::array<char, 4096> text{};
    pid_t number = 0;
    for (ssize_t size = 0; (size = ::read(file, text.data(), text.size())) > 0;) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) {
            if (text[i] >= '0' && text[i] <= '9') {
                number = number * 10 + (text[i] - '0');
            } else if (number != 0 && found.count < found.pids.size()) {
                found.pids[found.count++] = number;
                number = 0;
            }
        }
    }
    ::close(file);
    return found;
}

/// One that was forked, and stays there until it is reaped here.
class guarded_command {
public:
    guarded_command(pid_t pid, int words) noexcept : pid_(pid), words_(words) {}

    /// Tells the command's end, once, and reaps all others that have ended.
    void look() noexcept {
        siginfo_t info{};
        if (!is_told_ && ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
            tell_if_command(info);
        }
        const children all = list_children();
        for (std::size_t i = 0; i < all.count; ++i) {
            if (all.pids[i] != pid_) {
                (void)::waitid(P_PID, static_cast<id_t>(all.pids[i]), nullptr, WEXITED | WNOHANG);
            }
        }
    }

    /// Kills the command, its group, and all who became our children meanwhile, until nobody is left, or it takes too
    /// long: then false. A child's number is its own until it is reaped here.
    bool end_all() noexcept {
        (void)::kill(-pid_, SIGKILL);
        timespec begin{};
        (void)::clock_gettime(CLOCK_MONOTONIC, &begin);
        for (timespec now = begin; now.tv_sec - begin.tv_sec <= system::killed_within.count();) {
            look();
            const children all = list_children();
            for (std::size_t i = 0; i < all.count; ++i) {
                (void)::kill(all.pids[i], SIGKILL);
            }
            siginfo_t info{};
            while (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0) {
                tell_if_command(info);
                info = {};
            }
            if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD) {
                return true;
            }
            (void)::nanosleep(&kill_interval, nullptr);
            (void)::clock_gettime(CLOCK_MONOTONIC, &now);
        }
        return false;
    }

private:
    void tell_if_command(const siginfo_t& info) noexcept {
        if (!is_told_ && info.si_pid == pid_) {
            is_told_ = true;
            tell(words_,
                 {.what = guardian_word::kind::ended, .pid = pid_, .code = info.si_code, .number = info.si_status});
        }
    }

    pid_t pid_;
    int words_;
    bool is_told_ = false;
};

void tell_left(int words) noexcept {
    const children all = list_children();
    for (std::size_t i = 0; i < all.count && i < guardian_left_max; ++i) {
        tell(words, {.what = guardian_word::kind::left, .pid = all.pids[i], .code = 0, .number = 0});
    }
}

/// Returns at the end of the lifeline.
void watch(guarded_command& command, int lifeline) noexcept {
    sigset_t all_but_children;
    ::sigfillset(&all_but_children);
    ::sigdelset(&all_but_children, SIGCHLD);
    while (true) {
        command.look();
        pollfd end{.fd = lifeline, .events = POLLIN, .revents = 0};
        if (::ppoll(&end, 1, nullptr, &all_but_children) > 0) {
            return;
        }
    }
}

}  // namespace

void be_guardian(const guardian_task& task) noexcept {
    (void)::setpgid(0, 0);
    (void)::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t guardian = ::getpid();
    const pid_t command = ::_Fork();  // fork() itself is not async-signal-safe
    if (command == 0) {
        task.be_command(task.what, guardian);
    }
    if (command < 0) {
        tell(task.words, {.what = guardian_word::kind::no_start, .pid = 0, .code = 0, .number = errno});
        ::_exit(1);
    }
    (void)::setpgid(command,
                    command);  // both sides do it: whoever comes first, the group is there when it is signalled
    set_signals();
    close_all_but(task.lifeline, task.words);
    system::keep_no_capabilities();
    (void)::prctl(PR_SET_NAME, guardian_name.data());
    tell(task.words, {.what = guardian_word::kind::started, .pid = command, .code = 0, .number = 0});

    guarded_command guarded(command, task.words);
    watch(guarded, task.lifeline);
    if (guarded.end_all()) {
        ::_exit(0);
    }
    tell_left(task.words);
    ::_exit(1);
}

}  // namespace mayhem::drivers
