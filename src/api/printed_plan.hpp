#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "mayhem/core/plan/planner.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::app {

/// Which part of the plan is asked for.
struct plan_question {
    std::chrono::nanoseconds length = std::chrono::hours{24 * 7};
    std::optional<std::chrono::year_month_day> from;  ///< its beginning, where each group is; absent: now
    std::optional<std::string> group;                 ///< absent: all
    std::size_t limit = 1000;                         ///< so many moments at most
    bool with_windows = false;                        ///< also when a moment may lie
};

/// Where the seed of a printed plan comes from.
enum class seed_origin { flag, config, record, drawn };

/// One moment of it.
struct planned_moment {
    core::wall_time at{};
    std::string local;  ///< "2026-11-23 22:13:37 +0100", in the time zone of its group
    std::string weekday;
    std::string group;
    std::string zone;
    std::string draw;  ///< how the victim will be chosen
    core::uuid message;
    core::act what{};  ///< what will be done to it
};

/// A stretch in which moments of a group may lie.
struct allowed_window {
    std::string group;
    core::wall_time from{};
    core::wall_time to{};  ///< not included
};

struct printed_plan {
    std::uint64_t seed = 0;
    seed_origin origin = seed_origin::drawn;
    core::wall_time printed_at{};
    bool is_dry_run = true;                 ///< every group is
    std::vector<std::string> dry_groups{};  ///< otherwise: those that are, by name
    std::vector<planned_moment> moments;    ///< in order
    bool is_cut = false;                    ///< there are more
    std::vector<allowed_window> windows{};  ///< by group and time, if asked for; at most ten thousand
    std::vector<std::string> unplanned;     ///< groups that follow no schedule
    std::vector<std::string> warnings;      ///< of the targets as they are now, from who looked; not part of the text
};

/// What a moment of that plan of the group gets.
[[nodiscard]] core::act act_at(const group_config& g, const core::planner& p, core::wall_time at);

/// The planned moments one after the other, in order, for who does not want to hold them all: it holds a planner for
/// each group, and none of the moments.
class plan_walk {
public:
    /// `c` may go; `now` is where it begins unless the question says otherwise.
    plan_walk(const config& c, std::uint64_t seed, const plan_question& q, core::wall_time now);

    /// Nothing: that was the last, or as many as were asked for.
    [[nodiscard]] std::optional<planned_moment> next();

    /// There are more than were asked for. Known once `next` has returned nothing.
    [[nodiscard]] bool is_cut() const noexcept { return is_cut_; }

    /// Groups that follow no schedule.
    [[nodiscard]] const std::vector<std::string>& unplanned() const noexcept { return unplanned_; }

    /// When a moment may lie, if that was asked for.
    [[nodiscard]] const std::vector<allowed_window>& windows() const noexcept { return windows_; }

private:
    struct line {
        group_config group;
        core::planner planner;
        core::wall_time end;
    };

    /// The next moment of one of the lines.
    struct head {
        core::wall_time at;
        std::size_t line;
    };

    void add(const group_config& g, const core::random_source& random, const plan_question& q, core::wall_time now);
    void push(core::wall_time after, std::size_t line);
    [[nodiscard]] bool is_later(const head& a, const head& b) const;

    std::vector<line> lines_;
    std::vector<head> heads_;  ///< a heap, the first moment on top
    std::vector<std::string> unplanned_;
    std::vector<allowed_window> windows_;
    std::size_t left_;
    bool is_cut_ = false;
};

/// All that is said of a plan beside its moments, which are left out.
[[nodiscard]] printed_plan describe_plan(const config& c, std::uint64_t seed, seed_origin origin, core::wall_time now);

/// The planned moments, in order. A pure function, but not a fast one when there are many.
[[nodiscard]] printed_plan print_plan(const config& c, std::uint64_t seed, seed_origin origin, const plan_question& q,
                                      core::wall_time now);

}  // namespace mayhem::app
