#pragma once

#include <optional>

#include <sys/types.h>

#include "mayhem/async/awaitable.hpp"
#include "system/command.hpp"
#include "system/pidfd.hpp"

namespace mayhem::system {

/// A command that runs as our child, the leader of a process group of its own, with its output in two pipes,
/// `command::input` on standard input (a file in memory), and no other descriptor of ours. The kernel kills it when the
/// thread that started it ends. The thread that constructs it is the only one that uses it.
class spawned_process {
public:
    /// Blocks until it executes, about a millisecond. Throws `command_not_started`.
    explicit spawned_process(const command& c);

    /// Kills the group and reaps the command, if that has not happened (blocks, at most 2 s).
    ~spawned_process();
    spawned_process(const spawned_process&) = delete;
    spawned_process& operator=(const spawned_process&) = delete;

    /// The read ends; the caller takes them.
    unique_fd take_output() noexcept { return std::move(output_); }
    unique_fd take_errors() noexcept { return std::move(errors_); }

    /// Waits until the command has ended, and reaps it; others of its group may live on. Cancelled, it has done
    /// nothing.
    [[nodiscard]] async::awaitable<exit_status> wait();

    /// Ends the whole group: SIGTERM, SIGKILL after `grace`; then reaps the command. At most `grace` + 2 s.
    [[nodiscard]] async::awaitable<void> end(std::chrono::nanoseconds grace);

    /// How it ended; nothing while it is not reaped.
    [[nodiscard]] std::optional<exit_status> status() const noexcept { return status_; }

private:
    void signal_group(int number) const noexcept;
    void reap() noexcept;

    pid_t pid_ = 0;
    std::optional<pidfd> process_;
    unique_fd output_;
    unique_fd errors_;
    std::optional<exit_status> status_;
};

}  // namespace mayhem::system
