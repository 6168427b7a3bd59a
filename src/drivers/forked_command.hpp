#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "system/pidfd.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::drivers {

/// A command that executes, and the guardian that leads its process group. Both are our children and not reaped by
/// anybody yet.
struct forked_command {
    pid_t guardian_pid = 0;  ///< also the number of the group
    pid_t command_pid = 0;
    system::pidfd guardian;
    system::pidfd command;
    system::unique_fd lifeline;  ///< write end; once it is closed, the guardian ends the group
};

/// Forks both and waits until the command executes. Between fork and exec runs only what is async-signal-safe, with all
/// signals blocked, so that no handler of ours can run in a child. `paths` are tried in turn. Throws
/// `std::system_error`, with the errno of exec if it was exec that failed; then nothing is left behind.
forked_command fork_command(const std::vector<std::string>& arguments, const std::vector<std::string>& paths);

}  // namespace mayhem::drivers
