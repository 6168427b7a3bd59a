#pragma once

#include <cstddef>
#include <string>

#include "cli/table.hpp"
#include "record/history.hpp"

namespace mayhem::cli {

/// Below what is read from a fleet's record: what that does not hold, and where it is.
inline constexpr const char* fleet_record_note =
    "Of the shared groups, as their hosts told the fleet. Which action it was, who\n"
    "fell with a target and how long it lasted are on each host's own record alone.\n";

/// One line for each attempt, oldest first; of so many characters, where `room` is not `table::no_limit`. Ends with a
/// newline.
std::string to_text(const stores::history& h, std::size_t room = table::no_limit);

}  // namespace mayhem::cli
