#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/core/rules/guard_limits.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// What is known when a message is about to be acted on. What nobody looked at keeps a value that refuses nothing.
struct guard_facts {
    wall_time now{};
    wall_time expires_at{};
    guard_limits limits{};

    bool halted = false;
    bool is_within_hours = true;
    bool is_on_allowed_day = true;
    std::optional<duration> lasts{};  ///< what is done stands so long; nothing: it does not last
    bool ends_within_hours = true;    ///< and all that time is allowed
    bool is_protected = false;
    bool is_opted_in = true;

    /// The target is another incarnation by now, or somebody has acted on this one.
    bool is_restarted = false;

    /// The target came back from an act of ours, and is watched, because it is not stable yet.
    bool is_unsettled = false;

    std::optional<wall_time> started_at{};    ///< of the incarnation; unknown: too young for any `min_age`
    std::optional<wall_time> last_restart{};  ///< of the target, by us; nothing: never, as far as is known

    std::size_t members = 0;          ///< of the group, those that are down included; 0: nobody looked
    bool are_members_stated = false;  ///< the config says how many
    std::optional<std::chrono::sys_days> members_shown_on{};  ///< no list of now shows so many, but one of that day
    std::size_t healthy = 0;                                  ///< that stand now, the victim included
    std::size_t falling = 0;                                  ///< of those, who would go down with the victim
    std::size_t restarting = 0;                               ///< that we have taken down and that are not back yet
    std::size_t restarts_today = 0;                           ///< in the group
    std::size_t restarts_of_hour = 0;

    std::optional<std::string> breaker{};   ///< why it is open
    std::optional<std::string> unsteady{};  ///< why the steady-state probe does not pass
    std::optional<std::string> steady{};    ///< what it said when it passes

    std::shared_ptr<const core::reach> reach{};  ///< who falls with the target; null: nobody looked
    std::optional<std::string> out_of_reach{};   ///< why that forbids it

    /// Who stands beside the target, and neither falls with it nor is acted on; null: nobody, or nobody looked.
    std::shared_ptr<const std::vector<target>> beside{};

    bool dry_run = true;
};

/// One guard's answer, for a person.
struct guard_answer {
    core::guard guard{};
    bool refuses = false;
    std::string looked_at;  ///< the values: "3 restarts today, at most 5"
};

/// The first guard that says no, in the order of `guard`; nothing when the act is allowed. A pure function. The driver
/// asks `protected_target`, `not_opted_in` and `already_restarted` again, at the moment of the act itself.
[[nodiscard]] std::optional<guard> refuse(const guard_facts& facts) noexcept;

/// What that guard looked at, for a person: "3 restarts today, at most 5".
[[nodiscard]] std::string explain(guard g, const guard_facts& facts);

/// Every guard in that order, with what it looked at, whether one before it refuses or not.
[[nodiscard]] std::vector<guard_answer> explain(const guard_facts& facts);

}  // namespace mayhem::core
