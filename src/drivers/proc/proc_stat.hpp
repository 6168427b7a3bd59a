#pragma once

#include <optional>
#include <string_view>

#include "drivers/proc/process_info.hpp"

namespace mayhem::drivers {

/// Reads the text of /proc/PID/stat (proc(5)): pid, name, state, parent, group, start, whether it has a
/// controlling terminal and whether it is a kernel thread. The name may hold spaces, parentheses and line breaks.
/// Nothing when the text is cut or is no such file.
std::optional<process_info> parse_proc_stat(std::string_view text);

}  // namespace mayhem::drivers
