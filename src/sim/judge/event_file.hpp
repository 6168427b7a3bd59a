#pragma once

#include <istream>
#include <string>
#include <vector>

#include "mayhem/core/result.hpp"
#include "sim/judge/event.hpp"

namespace mayhem::sim {

/// Reads a log: a line an event, empty lines and those that begin with # left out, in any order. Returns the events in
/// the order in which the judge wants them. Otherwise the number of the first bad line, from 1, and what is wrong with
/// it: no event, longer than a mebibyte, or a sequence number that another one has. Of ten million events at most.
[[nodiscard]] core::result<std::vector<event>> read_events(std::istream& from);

}  // namespace mayhem::sim
