#pragma once

#include <string>

#include "record/history.hpp"

namespace mayhem::cli {

/// One line for each attempt, oldest first, then how many messages are where. Ends with a newline.
std::string to_text(const stores::history& h);

/// The same for a program: docs/commands.md has the fields. Moments are RFC 3339 in UTC, durations in seconds.
std::string to_json(const stores::history& h);

}  // namespace mayhem::cli
