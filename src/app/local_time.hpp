#pragma once

#include <chrono>

#include "mayhem/core/time.hpp"

namespace mayhem::app {

/// Local time minus UTC at that moment, in the system's time zone (TZ, /etc/localtime).
[[nodiscard]] std::chrono::seconds system_utc_offset(core::wall_time at);

}  // namespace mayhem::app
