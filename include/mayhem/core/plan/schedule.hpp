#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "mayhem/core/plan/calendar.hpp"
#include "mayhem/core/result.hpp"

namespace mayhem::core {

/// When a group's restarts are planned. Plain values; `candidate_gap` tells whether they can be meant together.
struct schedule {
    /// From one moment to the next on average, counted over allowed time: with eight allowed hours a day, "4h" is two a
    /// day.
    std::chrono::nanoseconds mean_time_between{};

    /// Never less than this from one to the next, counted over allowed time as well, and so never less on the clock.
    /// At most four fifths of the mean, or nothing would be left to chance.
    std::chrono::nanoseconds min_time_between{};

    std::optional<int> max_per_hour;  ///< of one hour of the clock, from :00 to :00; an hour shown twice counts once
    std::optional<int> max_per_day;   ///< of one local date

    /// A moment that is later than this when it is noticed is missed, and is never made up for.
    std::chrono::nanoseconds tolerance = std::chrono::minutes{1};

    calendar_rules allowed;

    friend bool operator==(const schedule&, const schedule&) = default;
};

/// Every value of it, exactly, in one line.
std::string to_string(const schedule& s);

/// The limits keep moments away, and the mean is to be what was asked for all the same. So the planner draws candidates
/// more densely, with this mean gap (over and above `min_time_between`), and lets the limits remove the excess.
///
/// Without caps it is `mean - min`. With them the expected number of an ordinary week is solved for it: each hour and
/// day counts a renewal process with the gaps min + Exp(gap) (equilibrium renewal process, Cox 1962, section 2), cut at
/// its cap. Exact but for two simplifications, which stay below one in a hundred: with caps of both kinds and a
/// minimum, the hours of a day count as independent; counts beyond 100 count as normally distributed.
///
/// Otherwise the reason: the minimum is too near to the mean, the caps leave too little room for it, or nothing is
/// allowed on any day of the week or of the year. Pure, and to the bit the same on all machines.
result<std::chrono::nanoseconds> candidate_gap(const schedule& s);

}  // namespace mayhem::core
