#pragma once

#include "drivers/contract/driver_kind.hpp"

namespace mayhem::drivers {

/// driver = "systemd"; `read` makes `systemd_driver_settings`.
extern const driver_kind systemd_kind;

}  // namespace mayhem::drivers
