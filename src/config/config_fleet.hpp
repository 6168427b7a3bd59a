#pragma once

#include "config/config.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

/// Reads [fleet]; errors are reported there.
[[nodiscard]] fleet_config read_fleet(settings::section& section);

}  // namespace mayhem::app
