#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/local_day.hpp"
#include "config/config.hpp"
#include "mayhem/core/plan/calendar.hpp"
#include "mayhem/core/plan/planner.hpp"

namespace mayhem::app {

/// The plan of one group for one day of the page.
struct planned_day {
    std::vector<core::calendar::span> windows;    ///< allowed, within the day; the whole day for a group without hours
    core::wall_time from{};                       ///< what was before is not in `moments`
    std::vector<core::wall_time> moments;         ///< in order
    bool is_cut = false;                          ///< there are more of them
    std::optional<core::wall_time> next_after{};  ///< the first moment after the day
};

/// The plans of all groups, kept as long as the config does: who draws the same day again and again does not plan it
/// again and again. One thread at a time.
class plan_book {
public:
    static constexpr std::size_t moments_max = 200;  ///< of a group and day, from the one that is asked for on

    /// From now on the plans of `c`, which is compared as an object. Before each picture: forgets days of long ago.
    void use(std::shared_ptr<const config> c, std::uint64_t seed);

    /// From `now` on, or all of a day that is still to come. Null: there is no such group. Valid until the next call of
    /// `use`.
    [[nodiscard]] const planned_day* day(const std::string& group, const local_day& d, core::wall_time now);

    /// "Mon-Fri 09:00-12:30, 14:00-17:00", in the group's own zone; empty: it has no hours.
    [[nodiscard]] std::string hours(const std::string& group) const;

    /// Null: the group has no plan.
    [[nodiscard]] const core::planner* planner(const std::string& group) const;

private:
    [[nodiscard]] planned_day plan(core::planner& p, const local_day& d, core::wall_time now) const;

    using key = std::pair<std::string, core::wall_time>;

    std::shared_ptr<const config> config_;
    std::uint64_t seed_ = 0;
    std::map<std::string, std::optional<core::planner>> planners_;
    std::map<key, planned_day> days_;
};

}  // namespace mayhem::app
