#pragma once

#include <string>

#include "record/history.hpp"

namespace mayhem::cli {

/// One line for each attempt, oldest first, then how many messages are where. Ends with a newline.
std::string to_text(const stores::history& h);

}  // namespace mayhem::cli
