#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "mayhem/core/plan/planner.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::pipeline {

/// Decides what a look at the clock means for a plan: which moment is due, and which are missed. Waits for nothing and
/// reads no clock, so a clock that jumps is a number like any other.
///
/// Of the moments that have come since the last look the newest is due, unless it is later than the tolerance; all
/// others are missed. So nothing is made up for and nothing comes in a burst, whatever held the service up: a suspended
/// host, a clock set forward, a store that could not be written. A clock that was set back takes the plan up where it
/// stands then; what had been published of it is refused by the journal, which knows its ids.
class plan_follower {
public:
    static constexpr std::size_t listed_max = 100;
    static constexpr std::size_t counted_max = 10'000;

    struct finding {
        std::optional<core::wall_time> due;
        std::vector<core::wall_time> missed;  ///< in order, the first `listed_max`
        std::size_t missed_more = 0;          ///< after those, counted up to `counted_max`
        core::wall_time newest_more{};        ///< the last that was counted
    };

    /// Moments up to `from` are done with. `plan` outlives the follower.
    plan_follower(core::planner& plan, core::wall_time from) noexcept : plan_(plan), done_until_(from) {}

    /// The look at the start, after which nothing is due: nothing happens because the service was started.
    finding begin(core::wall_time now) { return look(now, false); }

    finding look(core::wall_time now) { return look(now, true); }

    /// When the next moment comes, seen from the last look; nothing when there is none in sight.
    [[nodiscard]] std::optional<core::wall_time> next() const noexcept { return next_; }

private:
    finding look(core::wall_time now, bool may_be_due);
    [[nodiscard]] std::optional<core::wall_time> newest_due(core::wall_time now);

    core::planner& plan_;
    core::wall_time done_until_;
    std::optional<core::wall_time> next_;
    core::wall_time looked_ahead_at_ = core::wall_time::min();
};

}  // namespace mayhem::pipeline
