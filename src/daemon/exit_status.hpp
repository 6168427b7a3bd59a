#pragma once

namespace mayhem::app {

/// How the program ends (docs/commands.md). Numbers from sysexits.h where it has one.
enum class exit_status : int {
    success = 0,
    findings = 1,          ///< `exec`: it worked, and something did not come back
    usage = 64,            ///< the command line cannot be meant
    unavailable = 69,      ///< the control socket: nobody answers there, or somebody else does
    software = 70,         ///< an exception that nobody caught; the supervisor should restart the service
    store = 74,            ///< the database cannot be used
    not_written = 74,      ///< what was to be printed could not be written: a full disk behind `>`
    grace_exceeded = 75,   ///< the shutdown had to cut what did not end within `shutdown_grace`
    not_yet = 75,          ///< `restart --wait`: not over within `--timeout`
    config = 78,           ///< the config file cannot be used
    cannot_execute = 126,  ///< `exec`: the command may not be executed
    not_found = 127,       ///< `exec`: there is no such command
    signalled = 128,       ///< plus the number of the second signal, which forced the exit
};

}  // namespace mayhem::app
