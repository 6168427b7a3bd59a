#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/types.h>

#include "drivers/process/process_table.hpp"
#include "drivers/supervised/forked_command.hpp"
#include "mayhem/async/awaitable.hpp"
#include "system/exit_status.hpp"
#include "system/pidfd.hpp"

namespace mayhem::drivers {

/// A command could not be started: "cannot start 'foo': No such file or directory; ...".
class spawn_failed : public std::runtime_error {
public:
    spawn_failed(const std::string& text, int error) : std::runtime_error(text), error_(error) {}

    /// The system's `errno`: ENOENT and EACCES have exit statuses of their own in shells (127 and 126).
    [[nodiscard]] int error() const noexcept { return error_; }

private:
    int error_;
};

/// A command that runs as our child, in a process group of its own that cannot outlive us.
///
/// The group is led by a guardian (`be_guardian`), which ends it when Mayhem is gone; the command itself gets SIGKILL
/// from the kernel as well (PR_SET_PDEATHSIG). Only a descendant that leaves the group (`setsid`) escapes.
///
/// The command inherits standard input, output and error, environment and directory; the signal mask is empty and no
/// signal is ignored but those that Mayhem was started with. A terminal is replaced by /dev/null as standard input: the
/// group is in the background, where reading from the terminal would stop it. So Ctrl-C reaches Mayhem and not the
/// command.
///
/// Thread: everything on the one that constructs it, which must be the main thread, because the kernel sends the
/// command's PDEATHSIG when the *thread* that forked it ends.
class child_process {
public:
    /// Forks, and does not wait: `started` tells whether the child executes `command` (the program and its arguments).
    /// Throws `spawn_failed` when not even that is possible.
    explicit child_process(const std::vector<std::string>& command);

    /// Kills whatever is left, and reaps it (blocks, at most 5 s for what is stuck in the kernel).
    ~child_process();
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return forked_.command_pid; }
    [[nodiscard]] const system::pidfd& handle() const noexcept { return forked_.command; }

    /// Waits until the command executes; called once, before anything else. Throws `spawn_failed` when it cannot; then
    /// nothing is left of it. Cancelled, it has done nothing: `end` comes next.
    [[nodiscard]] async::awaitable<void> started();

    /// Signals the command's main process. False if it has been reaped.
    [[nodiscard]] bool signal(int number) const;

    /// Signals every process of the group that is left. Safe at any time.
    void signal_group(int number) const noexcept;

    /// Waits until the main process has ended, and reaps it. May be called again. Cancelled, it has done nothing.
    [[nodiscard]] async::awaitable<system::exit_status> wait();

    /// Ends the group gracefully: SIGTERM for all, SIGKILL for those that live after `grace`; returns when the main
    /// process is reaped and nothing else of the group is left (or cannot be killed: at most `grace` + 10 s). Cancelled
    /// during the grace, it has sent SIGTERM only.
    [[nodiscard]] async::awaitable<void> end(std::chrono::nanoseconds grace, const process_table& table);

    /// After the main process: kills the rest of its group, guardian included, and reaps what is ours of it.
    [[nodiscard]] async::awaitable<void> end_rest();

private:
    void reap_main() noexcept;
    void reap_rest() noexcept;
    [[nodiscard]] async::awaitable<void> everybody_ends(const process_table& table);
    [[nodiscard]] bool is_alone(const process_table& table) const;

    std::string program_;
    forked_command forked_;
    std::optional<system::exit_status> status_;  ///< set: the main process is reaped
    bool is_guardian_reaped_ = false;            ///< and the number of the group is no longer ours
};

}  // namespace mayhem::drivers
