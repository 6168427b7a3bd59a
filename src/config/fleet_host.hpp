#pragma once

#include <string>

#include "config/config.hpp"

namespace mayhem::app {

/// As which host of its fleet this one takes part: as the config says, otherwise as it is called, in small letters.
[[nodiscard]] std::string fleet_host_of(const fleet_config& c);

}  // namespace mayhem::app
