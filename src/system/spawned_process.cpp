#include "system/spawned_process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "system/command_path.hpp"
#include "system/fork_support.hpp"
#include "system/process_exit.hpp"

namespace mayhem::system {

namespace {

/// What the child needs, prepared before the fork because it must not allocate.
struct plan {
    pid_t parent = ::getpid();
    int input = -1;
    int output = -1;
    int errors = -1;
    int report = -1;
    bool keeps_capabilities = false;
    std::vector<std::string> paths;
    std::vector<std::string> variables;
    std::vector<char*> arguments;
    std::vector<char*> environment;
};

/// Talk between the service manager and Mayhem is not for the command.
bool is_private(std::string_view variable) noexcept {
    constexpr std::string_view private_names[] = {
        "NOTIFY_SOCKET=", "WATCHDOG_PID=", "WATCHDOG_USEC=", "LISTEN_PID=", "LISTEN_FDS="};
    return std::ranges::any_of(private_names, [variable](std::string_view n) { return variable.starts_with(n); });
}

std::vector<std::string> environment_for(const command& c) {
    std::vector<std::string> variables;
    for (char** v = environ; *v != nullptr; ++v) {
        const std::string_view inherited = *v;
        const std::string_view name = inherited.substr(0, inherited.find('='));
        if (!is_private(inherited) &&
            std::ranges::none_of(c.environment, [name](const auto& e) { return e.first == name; })) {
            variables.emplace_back(inherited);
        }
    }
    for (const auto& [name, value] : c.environment) {
        variables.push_back(std::string(name).append(1, '=').append(value));
    }
    return variables;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const std::string& text : texts) {
        pointers.push_back(const_cast<char*>(text.c_str()));  // execve writes to none of them
    }
    pointers.push_back(nullptr);
    return pointers;
}

plan make_plan(const command& c) {
    const char* search_path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    plan p;
    if (!c.arguments.empty()) {
        p.paths = command_paths(c.arguments.front(), search_path != nullptr ? search_path : "/usr/bin:/bin");
    }
    p.variables = environment_for(c);
    p.environment = pointers_to(p.variables);
    p.arguments = pointers_to(c.arguments);
    return p;
}

/// Whatever a library has opened without O_CLOEXEC ends with exec too (Linux 5.11; older ones inherit it).
void close_others_on_exec() noexcept {
    constexpr unsigned first = 3;
    constexpr unsigned cloexec = 4;  // CLOSE_RANGE_CLOEXEC
    (void)::syscall(SYS_close_range, first, ~0U, cloexec);
}

[[noreturn]] void be_command(const plan& p) noexcept {
    if (::setpgid(0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        give_up(p.report, errno);
    }
    if (::getppid() != p.parent || ::dup2(p.input, STDIN_FILENO) < 0 || ::dup2(p.output, STDOUT_FILENO) < 0 ||
        ::dup2(p.errors, STDERR_FILENO) < 0) {
        give_up(p.report, errno);
    }
    close_others_on_exec();
    if (!p.keeps_capabilities) {
        keep_no_capabilities();
    }
    reset_signals();
    int error = ENOENT;
    for (const std::string& path : p.paths) {
        ::execve(path.c_str(), p.arguments.data(), p.environment.data());
        if (errno != ENOENT && errno != ENOTDIR) {
            error = errno;
        }
    }
    give_up(p.report, error);
}

[[noreturn]] void throw_not_started(const std::string& program, int error) {
    const char* remedy = error == ENOENT    ? "; is it installed, and in PATH?"
                         : error == EACCES  ? "; is it a program, and executable (chmod +x)?"
                         : error == ENOEXEC ? "; a script needs a first line such as #!/bin/sh"
                         : error == EMFILE || error == EAGAIN || error == ENOMEM
                             ? "; raise the limits of the service (LimitNOFILE, TasksMax, MemoryMax)"
                             : "";
    throw command_not_started("cannot run '" + program + "': " + std::generic_category().message(error) + remedy);
}

/// A file in memory, so that nobody has to wait for a command that does not read; /dev/null when there is no input.
unique_fd readable(const std::string& input) {
    unique_fd fd(input.empty() ? ::open("/dev/null", O_RDONLY | O_CLOEXEC) : ::memfd_create("input", MFD_CLOEXEC));
    const bool is_written =
        input.empty() || ::write(fd.get(), input.data(), input.size()) == static_cast<ssize_t>(input.size());
    if (!fd || !is_written || (!input.empty() && ::lseek(fd.get(), 0, SEEK_SET) != 0)) {
        throw std::system_error(errno, std::generic_category());
    }
    return fd;
}

unique_fd non_blocking(unique_fd fd) {
    if (::fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) {
        throw std::system_error(errno, std::generic_category());
    }
    return fd;
}

}  // namespace

spawned_process::spawned_process(const command& c, means own)
    : program_(c.arguments.empty() ? std::string() : c.arguments.front()) {
    int error = 0;
    try {
        plan p = make_plan(c);
        const unique_fd input = own.input < 0 ? readable(c.input) : unique_fd();
        pipe_ends output = make_pipe();
        pipe_ends errors = make_pipe();
        pipe_ends report = make_pipe();
        p.input = own.input < 0 ? input.get() : own.input;
        p.keeps_capabilities = own.keeps_capabilities;
        p.output = output.write.get();
        p.errors = errors.write.get();
        p.report = report.write.get();
        output_ = non_blocking(std::move(output.read));
        errors_ = non_blocking(std::move(errors.read));
        report_ = std::move(report.read);
        {
            const all_signals_blocked during_fork;
            pid_ = ::fork();
            if (pid_ == 0) {
                be_command(p);
            }
        }
        if (pid_ < 0) {
            throw std::system_error(errno, std::generic_category());
        }
        (void)::setpgid(pid_, pid_);  // the child does it too: whoever comes first, there is a group to be signalled
        process_ = pidfd::open(pid_);
        MAYHEM_ASSERT(process_.has_value(), "a child that nobody has reaped exists");
    } catch (const std::system_error& e) {
        error = e.code().value();
        if (pid_ > 0) {
            (void)::kill(pid_, SIGKILL);
            (void)::waitpid(pid_, nullptr, 0);
        }
    }
    if (error != 0) {
        throw_not_started(program_, error);
    }
}

spawned_process::~spawned_process() {
    if (status_) {
        return;
    }
    signal_group(SIGKILL);
    (void)process_->ends_within(killed_within);  // what is stuck in the kernel is left to init
    reap();
}

void spawned_process::signal_group(int number) const noexcept {
    if (!status_) {
        (void)::kill(-pid_, number);  // the leader, not reaped, keeps the number ours
    }
}

void spawned_process::reap() noexcept {
    siginfo_t info{};
    constexpr auto by_pidfd = static_cast<idtype_t>(3);  // P_PIDFD, which glibc knows since 2.36
    const int result = ::waitid(by_pidfd, static_cast<id_t>(process_->get()), &info, WEXITED | WNOHANG);
    if (!status_ && result == 0 && info.si_pid != 0) {
        status_ = exit_status{.by_signal = info.si_code != CLD_EXITED,
                              .core_dumped = info.si_code == CLD_DUMPED,
                              .number = info.si_status};
    }
}

async::awaitable<void> spawned_process::started() {
    const async::frame here;
    const int error = co_await exec_error(std::move(report_));
    if (error == 0) {
        co_return;
    }
    const auto ended = co_await async::with_timeout(process_exit(*process_), killed_within);
    (void)ended;  // it exits in its next step
    reap();
    throw_not_started(program_, error);
}

async::awaitable<exit_status> spawned_process::wait() {
    const async::frame here;
    if (!status_) {
        co_await process_exit(*process_);
        reap();
    }
    MAYHEM_ASSERT(status_.has_value(), "a child that has ended can be reaped, once");
    co_return *status_;
}

async::awaitable<void> spawned_process::end(std::chrono::nanoseconds grace) {
    const async::frame here;
    if (status_) {
        co_return;
    }
    signal_group(SIGTERM);
    signal_group(SIGCONT);  // who is stopped would not notice
    const auto ended = co_await async::with_timeout(process_exit(*process_), grace);
    (void)ended;
    signal_group(SIGKILL);  // also those that the leader has left behind
    const auto killed = co_await async::with_timeout(process_exit(*process_), killed_within);
    (void)killed;
    reap();
}

}  // namespace mayhem::system
