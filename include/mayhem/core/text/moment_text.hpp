#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// Reads a moment as programs print it: RFC 3339 ("2026-11-23T22:13:37.005Z", "2026-11-23 22:13:37+01:00"), or the
/// seconds since 1970 ("1795500817", "1795500817.25"). Digits beyond microseconds are cut off. Nothing for anything
/// else, for a date that does not exist, and for what lies before 1970 or after 9999.
[[nodiscard]] std::optional<wall_time> parse_moment(std::string_view text);

/// "2026-11-23T21:13:37.123456Z": what a program reads, in JSON, events and records.
[[nodiscard]] std::string utc_text(wall_time t);

/// The same without a fraction, "2026-11-23T21:13:37Z": for messages to people elsewhere.
[[nodiscard]] std::string utc_text_in_seconds(wall_time t);

}  // namespace mayhem::core
