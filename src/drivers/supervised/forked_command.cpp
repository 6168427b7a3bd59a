#include "drivers/supervised/forked_command.hpp"

#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/supervised/guardian.hpp"
#include "mayhem/async/assertion.hpp"
#include "system/fork_support.hpp"

namespace mayhem::drivers {

namespace {

/// What the child needs, prepared before the fork because it must not allocate.
struct plan {
    int report = -1;
    pid_t mayhem = 0;
    std::vector<const char*> paths;
    std::vector<char*> arguments;
};

void replace_terminal_input() noexcept {
    if (::isatty(STDIN_FILENO) != 1) {
        return;
    }
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) {
        (void)::dup2(nothing, STDIN_FILENO);
    }
}

/// Where a process may only be traced by those from whom it comes (kernel.yama.ptrace_scope = 1), a holder, which comes
/// from Mayhem as the command does, may trace it as well. That outlives execve. Fails where the kernel has no such
/// limit.
void let_itself_be_held(pid_t mayhem) noexcept {
    (void)::prctl(PR_SET_PTRACER, static_cast<unsigned long>(mayhem), 0UL, 0UL, 0UL);
}

void be_command(const void* what, pid_t guardian) noexcept {
    const plan& p = *static_cast<const plan*>(what);
    if (::setpgid(0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        system::give_up(p.report, errno);
    }
    if (::getppid() != guardian) {
        ::_exit(127);  // it went before the kernel was told to watch it
    }
    replace_terminal_input();
    system::reset_signals();
    let_itself_be_held(p.mayhem);
    int error = ENOENT;
    for (const char* path : p.paths) {
        ::execve(path, p.arguments.data(), environ);
        if (errno != ENOENT && errno != ENOTDIR) {
            error = errno;
        }
    }
    system::give_up(p.report, error);
}

plan make_plan(const std::vector<std::string>& arguments, const std::vector<std::string>& paths) {
    plan p;
    for (const std::string& path : paths) {
        p.paths.push_back(path.c_str());
    }
    for (const std::string& argument : arguments) {
        p.arguments.push_back(const_cast<char*>(argument.c_str()));  // execve writes to none of them
    }
    p.arguments.push_back(nullptr);
    return p;
}

/// A guardian that is being started; unless `keep` is called it is ended and reaped, and the command with it.
class pending {
public:
    pending(pid_t guardian, system::unique_fd& lifeline) noexcept : guardian_(guardian), lifeline_(lifeline) {}
    ~pending() {
        if (guardian_ == 0) {
            return;
        }
        lifeline_.reset();
        while (::waitpid(guardian_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    pending(const pending&) = delete;
    pending& operator=(const pending&) = delete;

    void keep() noexcept { guardian_ = 0; }

private:
    pid_t guardian_;
    system::unique_fd& lifeline_;
};

/// Waits for the guardian's first word, which it says as soon as it runs.
pid_t command_of(const system::unique_fd& words) {
    guardian_word word;
    ssize_t size = 0;
    do {
        size = ::read(words.get(), &word, sizeof word);
    } while (size < 0 && errno == EINTR);
    if (size != sizeof word) {
        throw std::system_error(ECHILD, std::generic_category());
    }
    if (word.what == guardian_word::kind::no_start) {
        throw std::system_error(word.number, std::generic_category());
    }
    return word.pid;
}

system::pidfd open_process(pid_t pid) {
    std::optional<system::pidfd> opened = system::pidfd::open(pid);
    MAYHEM_ASSERT(opened.has_value(), "a process that its parent has not reaped exists");
    return *std::move(opened);
}

}  // namespace

forked_command fork_command(const std::vector<std::string>& arguments, const std::vector<std::string>& paths) {
    plan p = make_plan(arguments, paths);
    system::pipe_ends lifeline = system::make_pipe();
    system::pipe_ends words = system::make_pipe();
    system::pipe_ends report = system::make_pipe();
    p.report = report.write.get();
    p.mayhem = ::getpid();

    pid_t guardian = 0;
    {
        const system::all_signals_blocked during_fork;
        guardian = ::fork();
        if (guardian == 0) {
            ::close(lifeline.write.get());  // or its end would never come
            be_guardian(
                {.lifeline = lifeline.read.get(), .words = words.write.get(), .be_command = be_command, .what = &p});
        }
    }
    if (guardian < 0) {
        throw std::system_error(errno, std::generic_category());
    }
    pending started(guardian, lifeline.write);
    words.write.reset();
    const pid_t command = command_of(words.read);
    (void)::fcntl(words.read.get(), F_SETFL, O_NONBLOCK);
    forked_command result{.guardian_pid = guardian,
                          .command_pid = command,
                          .guardian = open_process(guardian),
                          .command = open_process(command),
                          .lifeline = {},
                          .words = std::move(words.read),
                          .report = std::move(report.read)};
    started.keep();
    result.lifeline = std::move(lifeline.write);
    return result;
}

}  // namespace mayhem::drivers
