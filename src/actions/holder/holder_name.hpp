#pragma once

#include <string_view>

namespace mayhem::actions {

/// What the kernel calls a holder (/proc/PID/comm; at most 15 bytes), and the command of Mayhem's that is one.
inline constexpr std::string_view holder_name = "mayhem-hold";
inline constexpr std::string_view holder_command = "hold";

/// Its second argument, of one that is to enter a network namespace.
inline constexpr std::string_view holder_inside = "inside";

/// How an argument begins that tells for what a holder is; it does nothing by it.
inline constexpr std::string_view holder_mark = "mayhem_";

/// In place of the action, of one that has its connection from the service manager, and is told there.
inline constexpr std::string_view holder_served = "from-socket";

}  // namespace mayhem::actions
