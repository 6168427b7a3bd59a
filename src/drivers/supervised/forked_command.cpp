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
    pid_t parent = 0;
    pid_t group = 0;
    int report = -1;
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

[[noreturn]] void be_command(const plan& p) noexcept {
    if (::setpgid(0, p.group) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        system::give_up(p.report, errno);
    }
    if (::getppid() != p.parent) {
        ::_exit(127);  // Mayhem went before the kernel was told to watch it
    }
    replace_terminal_input();
    system::reset_signals();
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

pid_t fork_guardian(system::pipe_ends& lifeline) {
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
    pending(pid_t guardian, system::unique_fd& lifeline) noexcept : guardian_(guardian), lifeline_(lifeline) {}
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
    system::unique_fd& lifeline_;
};

system::pidfd open_child(pid_t pid) {
    std::optional<system::pidfd> opened = system::pidfd::open(pid);
    MAYHEM_ASSERT(opened.has_value(), "a child that nobody has reaped exists");
    return *std::move(opened);
}

}  // namespace

forked_command fork_command(const std::vector<std::string>& arguments, const std::vector<std::string>& paths) {
    plan p = make_plan(arguments, paths);
    system::pipe_ends lifeline = system::make_pipe();
    system::pipe_ends report = system::make_pipe();
    p.report = report.write.get();
    std::optional<system::all_signals_blocked> during_fork(std::in_place);

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

    (void)::setpgid(command, p.group);  // as of the guardian: from here on the group's signals reach it
    forked_command result{.guardian_pid = p.group,
                          .command_pid = command,
                          .guardian = open_child(p.group),
                          .command = open_child(command),
                          .lifeline = {},
                          .report = std::move(report.read)};
    started.keep();
    result.lifeline = std::move(lifeline.write);
    return result;
}

}  // namespace mayhem::drivers
