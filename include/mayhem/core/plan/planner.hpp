#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/plan/calendar.hpp"
#include "mayhem/core/plan/schedule.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// The moments of one group: a pure function of (seed, group name, schedule, local date). Whoever asks, whenever and
/// in whatever order, gets the same; there is no state that a restart could lose.
///
/// How: the allowed time of each local date is cut into pages, each with its own random stream, which strews candidates
/// as a Poisson process. A candidate becomes a moment unless another moment lies less than `min_time_between` before
/// it, whose gaps therefore are min + Exp(gap). What holds on one day thus depends on the days before, but not far:
/// a candidate that no other one precedes by less than `min_time_between` is a moment whatever was before. The planner
/// looks back to the last such candidate, over midnight, weekends and holidays, and so needs no beginning of time. Of
/// an hour or a day with more moments than its cap a random choice is kept, so that no time of day is favoured.
/// `candidate_gap` makes the mean come out as asked.
///
/// A page is a day when there are caps, otherwise a stretch that holds some thousand candidates: a mean of 1 ms costs
/// no more per moment than one of a day. A value; remembers the last page, so one thread at a time.
class planner {
public:
    /// `seed` is the plan's own: the same for all groups. Throws `std::invalid_argument` for a schedule to which
    /// `candidate_gap` objects.
    planner(schedule s, const random_source& seed, std::string_view group);

    /// The first moment after `t`; nothing when there is none in the next `horizon`. Asked for one moment after
    /// the other, it costs about as much as drawing their candidates.
    [[nodiscard]] std::optional<wall_time> next(wall_time t);

    /// All moments of a local date, in order.
    [[nodiscard]] std::vector<wall_time> day(std::chrono::local_days date);

    /// The numbers that belong to one moment: the id of its message is drawn from it (so that the journal can refuse a
    /// moment that is on record), then the victim.
    [[nodiscard]] random_source stream_of(wall_time moment) const;

    /// All that the plan depends on, in words: two planners with the same identity have the same plan.
    [[nodiscard]] std::string identity() const;

    [[nodiscard]] const core::schedule& schedule() const noexcept { return schedule_; }
    [[nodiscard]] const core::calendar& calendar() const noexcept { return calendar_; }

    static constexpr std::chrono::days horizon{3660};

private:
    /// A part of the allowed time of one date, counted from its first allowed moment.
    struct page {
        std::chrono::local_days date{};
        std::int64_t number = 0;
        duration begin{};
        duration end{};
    };

    /// What a page came to.
    struct planned_page {
        page where;
        std::vector<wall_time> moments;
        std::optional<duration> age_at_end;  ///< since the last moment before caps; nothing if it does not matter
    };

    [[nodiscard]] page first_page(std::chrono::local_days date) const;
    [[nodiscard]] page page_at(wall_time t) const;
    [[nodiscard]] page make_page(std::chrono::local_days date, std::int64_t number, duration length) const;
    [[nodiscard]] std::optional<page> page_after(const page& p, std::chrono::local_days last) const;
    [[nodiscard]] std::optional<page> page_before(const page& p) const;

    [[nodiscard]] std::vector<duration> candidates(const page& p) const;
    [[nodiscard]] std::optional<duration> age_before(const page& p) const;
    [[nodiscard]] planned_page plan(const page& p, std::optional<duration> age) const;
    [[nodiscard]] std::vector<wall_time> to_wall(const page& p, const std::vector<duration>& offsets) const;
    void apply_caps(const page& p, std::vector<wall_time>& moments) const;

    core::schedule schedule_;
    core::calendar calendar_;
    random_source random_;
    std::chrono::nanoseconds gap_;
    duration spacing_;
    duration page_length_;
    std::optional<planned_page> last_;
};

}  // namespace mayhem::core
