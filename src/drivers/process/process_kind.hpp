#pragma once

#include "drivers/contract/driver_kind.hpp"

namespace mayhem::drivers {

/// driver = "process"; `read` makes `process_driver_settings`.
extern const driver_kind process_kind;

}  // namespace mayhem::drivers
