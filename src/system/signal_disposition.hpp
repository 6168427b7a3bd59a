#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace mayhem::system {

/// What a process does with a signal.
enum class signal_disposition {
    by_default,  ///< the kernel decides
    handled,     ///< its own code decides: what it does, and with which status it ends, is not known
    ignored,
    unknown,  ///< it cannot be looked at
};

/// From the text of /proc/PID/status (SigCgt, SigIgn, and SigBlk of its first thread: what is blocked is read some
/// other way). Nothing can handle SIGKILL. Pure.
[[nodiscard]] signal_disposition parse_signal_disposition(std::string_view status, int signal);

/// Of the process as it is now; does not block. `proc_root` is where /proc is.
[[nodiscard]] signal_disposition disposition_of(pid_t pid, int signal,
                                                const std::filesystem::path& proc_root = "/proc");

/// Whether the signal waits for the process, or for its first thread (ShdPnd and SigPnd of /proc/PID/status). Pure.
[[nodiscard]] bool is_pending(std::string_view status, int signal);

/// The text of /proc/PID/status; empty when it cannot be read. Does not block.
[[nodiscard]] std::string read_process_status(pid_t pid, const std::filesystem::path& proc_root = "/proc");

/// Of a process that was sent the signal and has not ended, for a person: what it does with it, and what may be done
/// about that: "pid 812 still runs, and ignores SIGTERM: use signal = "KILL"". Pure.
[[nodiscard]] std::string describe_standing(pid_t pid, int signal, signal_disposition does);

}  // namespace mayhem::system
