#pragma once

#include <csignal>

#include "mayhem/async/awaitable.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::system {

/// Both ends of a pipe, closed on exec.
struct pipe_ends {
    unique_fd read;
    unique_fd write;
};

/// Throws `std::system_error`.
pipe_ends make_pipe();

/// While it lives, no signal handler runs on this thread, nor in a child that it forks.
class all_signals_blocked {
public:
    all_signals_blocked() noexcept;
    ~all_signals_blocked();
    all_signals_blocked(const all_signals_blocked&) = delete;
    all_signals_blocked& operator=(const all_signals_blocked&) = delete;

private:
    sigset_t former_{};
};

/// In the child, before exec: default actions and an empty mask. Our handlers must not run there, not even in the
/// moment between unblocking and exec. What was ignored stays so, but for SIGPIPE, which a daemon ignores and a command
/// expects. Async-signal-safe.
void reset_signals() noexcept;

/// In the child: what the service manager has lent Mayhem (AmbientCapabilities=, to see and signal the processes of
/// others) is not inherited by what it executes. Async-signal-safe.
void keep_no_capabilities() noexcept;

/// In the child, when exec failed: tells the parent, who reads it with `exec_error`, and ends. Async-signal-safe.
[[noreturn]] void give_up(int report, int error) noexcept;

/// In the parent: waits until the child executes, or cannot: the errno with which it failed, 0 if it succeeded or was
/// killed before. Waits through the loop, because on a busy machine it may take a child a quarter of a second to come
/// that far. `report` is the read end; the parent must have closed its own copy of the write end. Cancellable.
[[nodiscard]] async::awaitable<int> exec_error(unique_fd report);

}  // namespace mayhem::system
