#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include "drivers/proc/process_incarnation.hpp"
#include "drivers/proc/process_info.hpp"
#include "drivers/proc/process_table.hpp"
#include "system/signal_disposition.hpp"

namespace mayhem::drivers {

/// What is left of a process that was told to end. A value.
struct remains {
    pid_t pid = 0;
    std::optional<process_info> process{};  ///< as it is now; nothing: it has ended
    system::signal_disposition does{};      ///< with the signal that it was sent

    [[nodiscard]] bool stands() const noexcept { return process.has_value(); }
};

/// Looks whether that very life of the process goes on, through a pidfd: one that has ended and waits for its parent
/// has ended; one whose first thread has ended, and another one not, has not. `proc_root` is where /proc is, of which
/// `table` is. Blocks for some 100 us.
[[nodiscard]] remains find_remains(const process_table& table, const process_incarnation& victim, int signal,
                                   const std::filesystem::path& proc_root);

/// Of one that still stands, for a person: what it does about the signal, and what may be done about that: "pid 812
/// still runs, and ignores SIGTERM: use signal = "KILL", or kill_after". Pure.
[[nodiscard]] std::string describe_standing(const remains& r, int signal);

}  // namespace mayhem::drivers
