#pragma once

#include <optional>
#include <string_view>

namespace mayhem::telemetry {

/// How grave a log line is; the names are Python's, as in the talk.
enum class level { debug, info, warning, error, critical };

/// "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL".
std::string_view to_string(level l) noexcept;

/// Reads such a name in upper or lower case; nothing for any other text.
std::optional<level> parse_level(std::string_view name) noexcept;

/// The priority of syslog(3) that means the same, for journald: 7 for debug, 6, 4, 3, 2 for critical.
int syslog_priority(level l) noexcept;

}  // namespace mayhem::telemetry
