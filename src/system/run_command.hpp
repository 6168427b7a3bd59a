#pragma once

#include "mayhem/async/awaitable.hpp"
#include "system/command.hpp"

namespace mayhem::system {

/// Runs a command to its end and returns how it ended and what it wrote, without holding the loop but for the fork (a
/// fraction of a millisecond); that the child gets as far as the command is waited for like everything else.
///
/// When its time is up, which begins with the fork, it is ended with its whole process group: SIGTERM, SIGKILL after
/// `kill_after`; the result says so. Cancellation does the same and then throws. A command that ends in time may leave
/// others running (a restart script starts a service); their output is not waited for. Whatever happens, the command is
/// reaped and no descriptor stays open. Throws `command_not_started`. On the loop's thread.
[[nodiscard]] async::awaitable<command_result> run_command(command c);

}  // namespace mayhem::system
