#pragma once

#include "drivers/contract/driver_kind.hpp"

namespace mayhem::drivers {

/// driver = "docker"; `read` makes `docker_driver_settings`.
extern const driver_kind docker_kind;

}  // namespace mayhem::drivers
