#pragma once

#include <cstddef>
#include <optional>

#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// What a group allows to be done to it. Zero and nothing mean: no limit.
struct guard_limits {
    duration min_age{};   ///< an incarnation younger than this is left alone
    duration min_rest{};  ///< so long after a target's last restart the next may come, and not a moment earlier

    /// How many members must be left standing. Nothing: one, in a group that has more than one member.
    std::optional<std::size_t> min_healthy = 0;

    std::size_t max_unavailable = 0;  ///< members that may be down at once
    std::size_t max_per_day = 0;      ///< restarts in the group, by the days of its time zone
    std::size_t max_per_hour = 0;     ///< the same, by the hours of its clock
    std::size_t max_failures = 0;     ///< failed restarts in a row that open the breaker

    /// A target that does not recover opens the breaker.
    bool breaks_when_lost = false;

    /// So many times its usual, or more, of a recovery that is slow opens the breaker. Zero: none does.
    double slower_than = 0;

    friend bool operator==(const guard_limits&, const guard_limits&) = default;
};

}  // namespace mayhem::core
