#pragma once

#include <cstddef>
#include <string>

#include "cli/table.hpp"
#include "record/history.hpp"

namespace mayhem::cli {

/// One line for each attempt, oldest first; of so many characters, where `room` is not `table::no_limit`. Ends with a
/// newline.
std::string to_text(const stores::history& h, std::size_t room = table::no_limit);

}  // namespace mayhem::cli
