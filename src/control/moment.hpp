#pragma once

#include <string>

#include "mayhem/core/time.hpp"

namespace mayhem::control {

/// "2026-11-23T21:13:37.123456Z".
[[nodiscard]] std::string utc_text(core::wall_time t);

}  // namespace mayhem::control
