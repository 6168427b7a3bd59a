#pragma once

#include <optional>
#include <string_view>

#include "mayhem/core/time.hpp"

namespace mayhem::drivers {

/// Reads a moment as programs print it: RFC 3339 ("2026-11-23T22:13:37.005Z", "2026-11-23 22:13:37+01:00"), or the
/// seconds since 1970 ("1795500817", "1795500817.25"). Digits beyond microseconds are cut off. Nothing for anything
/// else, for a date that does not exist, and for what lies before 1970 or after 9999.
std::optional<core::wall_time> parse_moment(std::string_view text);

}  // namespace mayhem::drivers
