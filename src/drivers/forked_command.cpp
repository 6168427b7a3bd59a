#include "drivers/forked_command.hpp"

#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/guardian.hpp"
#include "mayhem/async/assertion.hpp"

namespace mayhem::drivers {

namespace {

struct pipe_ends {
    unique_fd read;
    unique_fd write;
};

pipe_ends make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category());
    }
    return {.read = unique_fd(ends[0]), .write = unique_fd(ends[1])};
}

class all_signals_blocked {
public:
    all_signals_blocked() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &former_);
    }
    ~all_signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &former_, nullptr); }
    all_signals_blocked(const all_signals_blocked&) = delete;
    all_signals_blocked& operator=(const all_signals_blocked&) = delete;

private:
    sigset_t former_{};
};

/// What the child needs, prepared before the fork because it must not allocate.
struct plan {
    pid_t parent = 0;
    pid_t group = 0;
    int report = -1;
    std::vector<const char*> paths;
    std::vector<char*> arguments;
};

[[noreturn]] void give_up(int report, int error) noexcept {
    const ssize_t written = ::write(report, &error, sizeof error);
    (void)written;  // nobody else to tell
    ::_exit(127);
}

/// Our handlers must not run in the child, not even in the moment between unblocking and exec. What was ignored stays
/// so, but for SIGPIPE, which a daemon ignores and a command expects.
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

void replace_terminal_input() noexcept {
    if (::isatty(STDIN_FILENO) != 1) {
        return;
    }
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) {
        (void)::dup2(nothing, STDIN_FILENO);
    }
}

[[noreturn]] void be_command(const plan& p) noexcept {
    if (::setpgid(0, p.group) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        give_up(p.report, errno);
    }
    if (::getppid() != p.parent) {
        ::_exit(127);  // Mayhem went before the kernel was told to watch it
    }
    replace_terminal_input();
    reset_signals();
    int error = ENOENT;
    for (const char* path : p.paths) {
        ::execve(path, p.arguments.data(), environ);
        if (errno != ENOENT && errno != ENOTDIR) {
            error = errno;
        }
    }
    give_up(p.report, error);
}

plan make_plan(const std::vector<std::string>& arguments, const std::vector<std::string>& paths) {
    plan p{.parent = ::getpid(), .group = 0, .report = -1, .paths = {}, .arguments = {}};
    for (const std::string& path : paths) {
        p.paths.push_back(path.c_str());
    }
    for (const std::string& argument : arguments) {
        p.arguments.push_back(const_cast<char*>(argument.c_str()));  // execve writes to none of them
    }
    p.arguments.push_back(nullptr);
    return p;
}

pid_t fork_guardian(pipe_ends& lifeline) {
    const pid_t guardian = ::fork();
    if (guardian < 0) {
        throw std::system_error(errno, std::generic_category());
    }
    if (guardian == 0) {
        ::close(lifeline.write.get());
        be_guardian(lifeline.read.get());
    }
    (void)::setpgid(guardian,
                    guardian);  // both sides do it: whoever comes first, the group is there before the command
    return guardian;
}

/// Our children that are being started; unless `keep` is called they are ended and reaped.
class pending {
public:
    pending(pid_t guardian, unique_fd& lifeline) noexcept : guardian_(guardian), lifeline_(lifeline) {}
    ~pending() {
        if (guardian_ == 0) {
            return;
        }
        lifeline_.reset();
        wait_for(guardian_);
        if (command_ > 0) {
            wait_for(command_);
        }
    }
    pending(const pending&) = delete;
    pending& operator=(const pending&) = delete;

    void add_command(pid_t pid) noexcept { command_ = pid; }
    void keep() noexcept { guardian_ = 0; }

private:
    static void wait_for(pid_t pid) noexcept {
        while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

    pid_t guardian_;
    pid_t command_ = 0;
    unique_fd& lifeline_;
};

/// The errno with which exec failed; 0 if it succeeded.
int read_report(const unique_fd& report) noexcept {
    int error = 0;
    ssize_t count = 0;
    do {
        count = ::read(report.get(), &error, sizeof error);
    } while (count < 0 && errno == EINTR);
    return count == sizeof error ? error : 0;
}

pidfd open_child(pid_t pid) {
    std::optional<pidfd> opened = pidfd::open(pid);
    MAYHEM_ASSERT(opened.has_value(), "a child that nobody has reaped exists");
    return *std::move(opened);
}

}  // namespace

forked_command fork_command(const std::vector<std::string>& arguments, const std::vector<std::string>& paths) {
    plan p = make_plan(arguments, paths);
    pipe_ends lifeline = make_pipe();
    pipe_ends report = make_pipe();
    p.report = report.write.get();
    std::optional<all_signals_blocked> during_fork(std::in_place);

    p.group = fork_guardian(lifeline);
    pending started(p.group, lifeline.write);
    const pid_t command = ::fork();
    if (command < 0) {
        throw std::system_error(errno, std::generic_category());
    }
    if (command == 0) {
        be_command(p);
    }
    started.add_command(command);
    during_fork.reset();

    report.write.reset();
    const int error = read_report(report.read);
    if (error != 0) {
        throw std::system_error(error, std::generic_category());
    }
    forked_command result{.guardian_pid = p.group,
                          .command_pid = command,
                          .guardian = open_child(p.group),
                          .command = open_child(command),
                          .lifeline = {}};
    started.keep();
    result.lifeline = std::move(lifeline.write);
    return result;
}

}  // namespace mayhem::drivers
