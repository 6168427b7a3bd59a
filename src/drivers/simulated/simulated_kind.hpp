#pragma once

#include "drivers/contract/driver_kind.hpp"

namespace mayhem::drivers {

/// driver = "simulated"; `read` makes `simulated_driver_settings`.
extern const driver_kind simulated_kind;

}  // namespace mayhem::drivers
