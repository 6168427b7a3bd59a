#pragma once

#include <string>

#include "mayhem/core/time.hpp"

namespace mayhem::cli {

/// "2026-11-23 22:13:37", in the system's time zone: for people.
std::string local_moment(core::wall_time t);

/// "2026-11-23T21:13:37.123456Z": for programs.
std::string utc_moment(core::wall_time t);

/// The number of seconds, with fraction.
double seconds(core::duration d) noexcept;

}  // namespace mayhem::cli
