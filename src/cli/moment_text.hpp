#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "mayhem/core/time.hpp"

namespace mayhem::cli {

/// "2026-11-23 22:13:37", in the system's time zone: for people.
std::string local_moment(core::wall_time t);

/// The same of a moment that a program has printed; what is none stays as it is.
std::string told_moment(std::string_view text);

/// Likewise, as short as it can be told from `now`: "22:13:37" of the same day, "Tue 22:13" within six, "2026-12-24".
std::string near_moment(core::wall_time t, core::wall_time now);

/// "8 s", "12 min", "1 h 5 min", "3 d 4 h": about how long.
std::string rough_length(std::chrono::duration<double> length);

/// "0.41 s", "3.4 s", "2 min 14 s": how long a recovery took.
std::string seconds_text(double seconds);

}  // namespace mayhem::cli
