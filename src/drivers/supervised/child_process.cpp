#include "drivers/supervised/child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include <sys/wait.h>
#include <unistd.h>

#include "drivers/supervised/guardian.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "system/command_path.hpp"
#include "system/fork_support.hpp"
#include "system/process_exit.hpp"
#include "system/readable.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::chrono::milliseconds poll_interval{20};

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

/// Everybody who comes from `ancestor`.
std::vector<process_info> descendants(const process_table& table, pid_t ancestor) {
    const std::vector<process_info> all = table.scan([](const process_info& p) { return !p.is_kernel_thread; });
    std::vector<process_info> found;
    std::vector<pid_t> parents{ancestor};
    while (!parents.empty()) {
        const pid_t parent = parents.back();
        parents.pop_back();
        for (const process_info& p : all) {
            if (p.parent == parent) {
                found.push_back(p);
                parents.push_back(p.pid);
            }
        }
    }
    return found;
}

}  // namespace

child_process::child_process(const std::vector<std::string>& command)
    : program_(program_of(command)), forked_(fork(command)) {}

child_process::~child_process() {
    if (is_guardian_reaped_) {
        return;
    }
    forked_.lifeline.reset();
    const bool ended = forked_.guardian.ends_within(2 * system::killed_within);
    (void)ended;  // what is stuck in the kernel is left to init
    reap_guardian();
}

bool child_process::signal(int number) const { return !status_ && forked_.command.send(number); }

void child_process::signal_group(int number) const noexcept {
    if (forked_.lifeline.get() >= 0 && !is_unguarded_) {
        (void)::kill(-forked_.command_pid,
                     number);  // the guardian, which does not reap the command yet, keeps the number ours
    }
}

void child_process::read_words() noexcept {
    while (true) {
        guardian_word word;
        const ssize_t size = ::read(forked_.words.get(), &word, sizeof word);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            return;  // nothing more yet
        }
        if (size != sizeof word) {
            if (!status_) {  // the guardian is gone, and said nothing
                is_unguarded_ = true;
                status_ = system::exit_status{.by_signal = true, .core_dumped = false, .number = SIGKILL};
            }
            return;
        }
        if (word.what == guardian_word::kind::left) {
            left_.push_back(word.pid);
        } else if (word.what == guardian_word::kind::ended) {
            status_ = system::exit_status{
                .by_signal = word.code != CLD_EXITED, .core_dumped = word.code == CLD_DUMPED, .number = word.number};
        }
    }
}

void child_process::reap_guardian() noexcept {
    constexpr auto by_pidfd = static_cast<idtype_t>(3);  // P_PIDFD, which glibc knows since 2.36
    siginfo_t info{};
    if (!is_guardian_reaped_ &&
        ::waitid(by_pidfd, static_cast<id_t>(forked_.guardian.get()), &info, WEXITED | WNOHANG) == 0 &&
        info.si_pid != 0) {
        is_guardian_reaped_ = true;
        read_words();
    }
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
    while (!status_) {
        co_await system::readable(forked_.words.get());
        read_words();
    }
    co_return *status_;
}

async::awaitable<void> child_process::end(std::chrono::nanoseconds grace, const process_table& table) {
    const async::frame here;
    signal_group(SIGTERM);
    signal_group(SIGCONT);  // who is stopped would not notice
    signal_strays(SIGTERM, table);
    signal_strays(SIGCONT, table);
    const auto all_ended = co_await async::with_timeout(everybody_ends(table), grace);
    (void)all_ended;  // the rest is killed either way
    co_await end_rest();
}

async::awaitable<void> child_process::everybody_ends(const process_table& table) {
    const async::frame here;
    const system::exit_status ended = co_await wait();
    (void)ended;
    while (!std::ranges::none_of(family(table), &process_info::is_running)) {
        co_await async::sleep_for(poll_interval);
    }
}

std::vector<process_info> child_process::family(const process_table& table) const {
    if (is_unguarded_) {
        return table.scan([this](const process_info& p) { return p.group == forked_.command_pid; });
    }
    return descendants(table, forked_.guardian_pid);
}

void child_process::signal_strays(int number, const process_table& table) const {
    for (const process_info& p : family(table)) {
        if (p.group == forked_.command_pid && !is_unguarded_) {
            continue;  // it has had the signal
        }
        const std::optional<system::pidfd> stray = system::pidfd::open(p.pid);
        const std::optional<process_info> now = table.read(p.pid);
        if (!stray || !now || now->start_ticks != p.start_ticks) {
            continue;  // it has ended
        }
        try {
            (void)stray->send(number);
        } catch (const std::system_error&) {
            // Ignored because it is another user's: the guardian, which cannot end it either, tells that it is left.
        }
    }
}

async::awaitable<void> child_process::end_rest() {
    const async::frame here;
    forked_.lifeline.reset();
    if (is_unguarded_) {
        signal_strays(SIGKILL, process_table());
    }
    const auto ended = co_await async::with_timeout(system::process_exit(forked_.guardian), 2 * system::killed_within);
    (void)ended;
    reap_guardian();
}

}  // namespace mayhem::drivers
