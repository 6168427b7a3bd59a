#pragma once

#include "mayhem/core/plan/zone.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// Which restarts count towards the limits: those of the day and of the hour that the clock on the wall shows now.
///
/// A day is every moment at which that clock shows the same date, an hour every moment at which it shows the same date
/// and the same hour. So an hour that is shown twice is one hour, also where another one comes in between: when the
/// clock goes back by two hours (Antarctica/Troll shows 01, 02, 01, 02) or not at the full hour (Pacific/Chatham goes
/// from 03:45 back to 02:45). What is in between belongs to another hour, and is the gap. An hour into which the clock
/// leaps begins there. The planner caps the same hours.
struct limit_windows {
    /// `end` is not included; the same twice: nothing.
    struct stretch {
        wall_time begin{};
        wall_time end{};

        friend bool operator==(const stretch&, const stretch&) = default;
    };

    wall_time day{};   ///< when the clock first showed this date
    wall_time hour{};  ///< when it first showed this hour of it
    stretch day_gap{};
    stretch hour_gap{};

    friend bool operator==(const limit_windows&, const limit_windows&) = default;
};

/// The windows in which `now` lies, by the clocks of `z`.
[[nodiscard]] limit_windows windows_at(wall_time now, const zone& z);

}  // namespace mayhem::core
