#pragma once

#include <string>

#include "sim/judge/findings.hpp"

namespace mayhem::sim {

/// For a person: each violation with its events, the faults of the log, what was excused, and a table of the promises.
[[nodiscard]] std::string to_text(const findings& f);

}  // namespace mayhem::sim
