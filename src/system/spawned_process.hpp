#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "mayhem/async/awaitable.hpp"
#include "system/command.hpp"
#include "system/pidfd.hpp"

namespace mayhem::system {

/// A command that runs as our child, the leader of a process group of its own, with its output in two pipes,
/// `command::input` on standard input (a file in memory), and no other descriptor of ours. The kernel kills it when the
/// thread that started it ends. The thread that constructs it is the only one that uses it, and runs a loop.
class spawned_process {
public:
    /// What a command of Mayhem's own gets, and no other does.
    struct means {
        int input = -1;                   ///< its standard input, in place of `command::input`; stays the caller's
        bool keeps_capabilities = false;  ///< those that the service manager has lent Mayhem
    };

    /// Forks, and does not wait: `started` tells whether the child executes the command. Throws `command_not_started`
    /// when not even that is possible.
    explicit spawned_process(const command& c) : spawned_process(c, means{}) {}
    spawned_process(const command& c, means own);

    /// Kills the group and reaps the command, if that has not happened (blocks, at most 5 s).
    ~spawned_process();
    spawned_process(const spawned_process&) = delete;
    spawned_process& operator=(const spawned_process&) = delete;

    /// The read ends; the caller takes them.
    unique_fd take_output() noexcept { return std::move(output_); }
    unique_fd take_errors() noexcept { return std::move(errors_); }

    /// Waits until the child executes the command; called once, before `wait`. Throws `command_not_started` when it
    /// cannot; then it has ended and is reaped. Cancelled, it has done nothing.
    [[nodiscard]] async::awaitable<void> started();

    /// Waits until the command has ended, and reaps it; others of its group may live on. Cancelled, it has done
    /// nothing.
    [[nodiscard]] async::awaitable<exit_status> wait();

    /// Ends the whole group: SIGTERM, SIGKILL after `grace`; then reaps the command. At most `grace` + 5 s.
    [[nodiscard]] async::awaitable<void> end(std::chrono::nanoseconds grace);

    /// How it ended; nothing while it is not reaped.
    [[nodiscard]] std::optional<exit_status> status() const noexcept { return status_; }

private:
    void signal_group(int number) const noexcept;
    void reap() noexcept;

    std::string program_;
    pid_t pid_ = 0;
    std::optional<pidfd> process_;
    unique_fd output_;
    unique_fd errors_;
    unique_fd report_;  ///< of exec
    std::optional<exit_status> status_;
};

}  // namespace mayhem::system
