#include "drivers/supervised/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include <sys/wait.h>
#include <unistd.h>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "system/command_path.hpp"
#include "system/fork_support.hpp"
#include "system/process_exit.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::chrono::milliseconds group_poll_interval{20};

std::string program_of(const std::vector<std::string>& command) {
    return command.empty() ? std::string() : command.front();
}

[[noreturn]] void throw_spawn_failed(const std::string& program, int error) {
    const char* remedy =
        error == ENOENT
            ? "; is it installed, and in PATH? Of a script, so must be the program that its first line names"
        : error == EACCES  ? "; is it a program, and executable (chmod +x)?"
        : error == ENOEXEC ? "; a script needs a first line such as #!/bin/sh"
                           : "";
    throw spawn_failed("cannot start '" + program + "': " + std::generic_category().message(error) + remedy, error);
}

forked_command fork(const std::vector<std::string>& command) {
    MAYHEM_ASSERT(::gettid() == ::getpid(),
                  "children are started by the main thread: the kernel ends them with the thread that forked them");
    const char* search_path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    const std::vector<std::string> paths =
        command.empty() ? std::vector<std::string>()
                        : system::command_paths(command.front(),
                                                search_path != nullptr ? search_path : "/usr/local/bin:/usr/bin:/bin");
    try {
        return fork_command(command, paths);
    } catch (const std::system_error& e) {
        throw_spawn_failed(program_of(command), e.code().value());
    }
}

bool reap(const system::pidfd& process, siginfo_t& info) noexcept {
    constexpr auto by_pidfd = static_cast<idtype_t>(3);  // P_PIDFD, which glibc knows since 2.36
    info = {};
    const int result = ::waitid(by_pidfd, static_cast<id_t>(process.get()), &info, WEXITED | WNOHANG);
    return result == 0 && info.si_pid != 0;
}

}  // namespace

child_process::child_process(const std::vector<std::string>& command)
    : program_(program_of(command)), forked_(fork(command)) {}

child_process::~child_process() {
    if (is_guardian_reaped_) {
        return;
    }
    signal_group(SIGKILL);
    const bool ended =
        forked_.command.ends_within(system::killed_within) && forked_.guardian.ends_within(system::killed_within);
    (void)ended;  // what is stuck in the kernel is left to init
    reap_main();
    reap_rest();
}

bool child_process::signal(int number) const { return !status_ && forked_.command.send(number); }

void child_process::signal_group(int number) const noexcept {
    if (!is_guardian_reaped_) {
        (void)::kill(-forked_.guardian_pid, number);  // the guardian, reaped last, keeps the number ours
    }
}

void child_process::reap_main() noexcept {
    siginfo_t info;
    if (!status_ && reap(forked_.command, info)) {
        status_ = system::exit_status{.by_signal = info.si_code != CLD_EXITED,
                                      .core_dumped = info.si_code == CLD_DUMPED,
                                      .number = info.si_status};
    }
}

void child_process::reap_rest() noexcept {
    siginfo_t info;
    is_guardian_reaped_ = is_guardian_reaped_ || reap(forked_.guardian, info);
    if (!is_guardian_reaped_ || !status_) {
        return;
    }
    // Orphans of the group are ours only where Mayhem is PID 1 (of a container) or a subreaper.
    const auto group = static_cast<id_t>(forked_.guardian_pid);
    do {
        info = {};
    } while (::waitid(P_PGID, group, &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0);
}

async::awaitable<void> child_process::started() {
    const async::frame here;
    const int error = co_await system::exec_error(std::move(forked_.report));
    if (error == 0) {
        co_return;
    }
    const auto ended = co_await async::with_timeout(wait(), system::killed_within);
    (void)ended;  // it exits in its next step
    co_await end_rest();
    throw_spawn_failed(program_, error);
}

async::awaitable<system::exit_status> child_process::wait() {
    const async::frame here;
    if (!status_) {
        co_await system::process_exit(forked_.command);
        reap_main();
    }
    MAYHEM_ASSERT(status_.has_value(), "a child that has ended can be reaped, once");
    co_return *status_;
}

async::awaitable<void> child_process::end(std::chrono::nanoseconds grace, const process_table& table) {
    const async::frame here;
    signal_group(SIGTERM);
    signal_group(SIGCONT);  // who is stopped would not notice
    const auto all_ended = co_await async::with_timeout(everybody_ends(table), grace);
    (void)all_ended;  // the rest is killed either way
    signal_group(SIGKILL);
    const auto main_ended = co_await async::with_timeout(system::process_exit(forked_.command), system::killed_within);
    (void)main_ended;
    reap_main();
    co_await end_rest();
}

async::awaitable<void> child_process::everybody_ends(const process_table& table) {
    const async::frame here;
    const system::exit_status ended = co_await wait();
    (void)ended;
    while (!is_alone(table)) {
        co_await async::sleep_for(group_poll_interval);
    }
}

bool child_process::is_alone(const process_table& table) const {
    const std::vector<process_info> others = table.scan([this](const process_info& process) {
        return process.group == forked_.guardian_pid && process.pid != forked_.guardian_pid && process.is_running();
    });
    return others.empty();
}

async::awaitable<void> child_process::end_rest() {
    const async::frame here;
    signal_group(SIGKILL);
    const auto ended = co_await async::with_timeout(system::process_exit(forked_.guardian), system::killed_within);
    (void)ended;
    reap_rest();
}

}  // namespace mayhem::drivers
