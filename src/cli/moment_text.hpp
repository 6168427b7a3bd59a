#pragma once

#include <string>

#include "mayhem/core/time.hpp"

namespace mayhem::cli {

/// "2026-11-23 22:13:37", in the system's time zone: for people.
std::string local_moment(core::wall_time t);

}  // namespace mayhem::cli
