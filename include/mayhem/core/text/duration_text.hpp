#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"

namespace mayhem::core {

/// Reads a length of time as a person writes it: "90s", "1h30m", "250ms", "1.5h", "1d". One or more numbers, each with
/// its unit (d, h, m, s, ms, us, ns), from the largest unit to the smallest; spaces may stand between the parts. The
/// number may have a fraction, as long as it comes to whole nanoseconds.
///
/// Otherwise the reason, which starts with the text itself: `"90" lacks a unit: write "90s" for seconds`. There are no
/// negative lengths of time. The longest is 100,000 days, so that adding one to a clock cannot overflow.
result<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// For people, with about three digits: "350 ms", "1.2 s", "1 m 30 s", "4 h", "2 d 12 h". Rounded to the nearest; what
/// it returns can be read by `parse_duration` unless it is negative.
std::string format_duration(std::chrono::nanoseconds d);

}  // namespace mayhem::core
