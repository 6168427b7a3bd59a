#pragma once

#include "app/config_section.hpp"
#include "mayhem/core/guard_limits.hpp"

namespace mayhem::app {

/// Reads what a group allows to be done to it: the keys from min_age to max_failures.
void read_limits(config_section& section, core::guard_limits& limits);

}  // namespace mayhem::app
