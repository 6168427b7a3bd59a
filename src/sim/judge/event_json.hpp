#pragma once

#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"
#include "sim/judge/event.hpp"

namespace mayhem::sim {

/// One event as one line of JSON, without the line feed. docs/simulation.md has the format; times are microseconds, an
/// interval is [earliest, latest] or, as a point, one number.
[[nodiscard]] std::string to_line(const event& e);

/// The inverse. Otherwise what is wrong with it, and in which field: every field is checked, and one that the event
/// does not have is an error too.
[[nodiscard]] core::result<event> parse_line(std::string_view line);

}  // namespace mayhem::sim
