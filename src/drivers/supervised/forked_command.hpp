#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "system/pidfd.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::drivers {

/// A command that is about to execute, and its guardian. The guardian is our child and the command's parent.
struct forked_command {
    pid_t guardian_pid = 0;
    pid_t command_pid = 0;  ///< also the number of its group
    system::pidfd guardian;
    system::pidfd command;
    system::unique_fd
        lifeline;              ///< write end; once it is closed, the guardian ends the command and all who come from it
    system::unique_fd words;   ///< read end, for `guardian_word`; its end is the guardian's
    system::unique_fd report;  ///< read end, for `system::exec_error`
};

/// Has both forked, and does not wait until the command executes, nor whether it can. Between fork and exec runs only
/// what is async-signal-safe, with all signals blocked, so that no handler of ours can run in a child. `paths` are
/// tried in turn. Throws `std::system_error`; then nothing is left behind.
///
/// The command keeps the capabilities that Mayhem was given, as under any wrapper: they were meant for it.
forked_command fork_command(const std::vector<std::string>& arguments, const std::vector<std::string>& paths);

}  // namespace mayhem::drivers
