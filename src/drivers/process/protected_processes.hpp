#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "drivers/proc/process_info.hpp"

namespace mayhem::drivers {

/// Why a process must not be touched, whatever a selector says; nothing if it may be. A pure decision.
///
/// Protected are: PID 1; the daemon itself (`self`), its `ancestors` and its guardians; kernel threads; D-Bus and
/// systemd with all its parts; what the way back in depends on (`way_back_in`), of which some yield to a group that
/// names the program outright (`is_named`). A program counts as one of these by its name or by its executable: who
/// renames itself into one of them is spared as well, which is the safe side.
std::optional<std::string_view> why_protected(const process_info& process, pid_t self,
                                              const std::vector<pid_t>& ancestors, bool is_named);

}  // namespace mayhem::drivers
