#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace mayhem::app {

/// What a reload cannot change: the keys that `next` has otherwise than `live`, as they stand in the file ("[control]
/// listen"). `next` gets the live values, so that it goes on saying what is in force. A pure function.
[[nodiscard]] std::vector<std::string> keep_what_is_fixed(config& next, const config& live);

}  // namespace mayhem::app
