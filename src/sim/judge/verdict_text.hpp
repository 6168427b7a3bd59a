#pragma once

#include <string>
#include <vector>

#include "sim/judge/event.hpp"
#include "sim/judge/findings.hpp"

namespace mayhem::sim {

/// For a person: each violation with its events, the faults of the log, what was excused, and a table of the promises.
/// Events are lines of the log if it is given, otherwise numbers alone.
[[nodiscard]] std::string to_text(const findings& f, const std::vector<event>& log = {});

}  // namespace mayhem::sim
