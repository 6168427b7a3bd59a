#pragma once

#include <string>

#include <sys/types.h>

namespace mayhem::testing {

/// What /proc/PID/status has behind "KEY:"; empty if there is no such process.
[[nodiscard]] std::string status_line(pid_t pid, const std::string& key);

/// Who traces it; 0: nobody.
[[nodiscard]] pid_t tracer_of(pid_t pid);

/// Whether its tracer holds it still.
[[nodiscard]] bool stands_still(pid_t pid);

}  // namespace mayhem::testing
