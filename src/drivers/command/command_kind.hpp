#pragma once

#include "drivers/contract/driver_kind.hpp"

namespace mayhem::drivers {

/// driver = "command"; `read` makes `command_driver_settings`.
extern const driver_kind command_kind;

}  // namespace mayhem::drivers
