#pragma once

#include <optional>
#include <string_view>

#include "drivers/proc/process_info.hpp"

namespace mayhem::drivers {

/// Why a process runs a program of Mayhem's own, whose commands an operator is looking at: nothing if it does not. A
/// pure decision. `self` is the daemon's own process.
///
/// A program is Mayhem's own if it is the daemon's file, whatever it is called by now; if it goes by the name of the
/// daemon's file, wherever it lies, so that the one that an upgrade has replaced counts, and a second one of another
/// version; or if it lies beside it and its name begins as the daemon's does ("mayhem-sim"). Where the program file may
/// not be seen, because the process is another user's, its name and the first word of its command line decide.
std::optional<std::string_view> why_own_program(const process_info& process, const process_info& self);

}  // namespace mayhem::drivers
