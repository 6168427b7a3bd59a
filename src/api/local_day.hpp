#pragma once

#include <chrono>

#include "mayhem/core/plan/zone.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::app {

/// The first moment of the date where the clocks are those of `z`, whatever zone the host is in; of the next one that
/// there is where that zone left it out.
[[nodiscard]] core::wall_time beginning_of(std::chrono::local_days date, const core::zone& z);

/// A date, and from when to when it lasts where the clocks are those of a zone: 23 to 25 h, as a rule.
struct local_day {
    std::chrono::local_days date{};
    core::wall_time from{};
    core::wall_time to{};  ///< the beginning of the next
};

/// The date that the clocks of `z` show, and those that follow it.
[[nodiscard]] local_day day_at(core::wall_time now, const core::zone& z, std::chrono::days later = {});

}  // namespace mayhem::app
