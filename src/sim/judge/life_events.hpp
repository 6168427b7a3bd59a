#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/core/plan/schedule.hpp"
#include "mayhem/core/rules/guard_limits.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::sim {

/// "life_began": a daemon starts on the host; at the first instruction, before it opens anything.
struct life_began {
    std::int64_t life = 1;  ///< counted by the world, not read from the record
};

enum class life_end {
    orderly,    ///< it ended by itself, whatever the status
    killed,     ///< SIGKILL: what the kernel has keeps; locks, heap and threads go
    power_cut,  ///< what was not synced may go as well
};

/// "life_ended": nothing of this life happens afterwards. What its requests had set going in others (an engine that
/// still carries one out) may.
struct life_ended {
    std::int64_t life = 1;
    life_end how = life_end::orderly;
    std::int64_t status = 0;  ///< of the process, when orderly
    std::int64_t tasks = 0;   ///< `loop::live_tasks()` at the end, when orderly
};

/// "deadlock": the loop reported that everything waits for ever.
struct deadlock {
    std::string what{};
};

/// What the promises need of a group's config.
struct group_in_force {
    std::string name{};
    core::schedule schedule{};  ///< a mean of zero: no plan. The calendar counts in either case
    core::guard_limits limits{};
    std::optional<std::size_t> members{};  ///< so many it has, as the config says
    std::size_t slower_than_percent = 0;   ///< of its usual, or more, of a slow recovery opens the breaker; 0: none
    bool is_shared = false;                ///< with other hosts: its limits are over all of them
    bool dry_run = false;                  ///< nothing is done to its targets, whatever becomes of other groups'
    bool may_take_strangers = false;       ///< others than its members may fall with one of them
    std::vector<std::string> acts{};       ///< what each moment gets one of: "WEIGHT ACT"; none: that is not told
    bool must_tolerate = false;            ///< its probe has to pass while something stands on a target
    bool has_stop_condition = false;       ///< what stands on a target ends once that is red
    core::duration recovery_timeout = std::chrono::seconds{60};
    core::duration recovery_poll = std::chrono::milliseconds{250};
    core::duration stable_for{0};

    [[nodiscard]] bool is_planned() const noexcept { return schedule.mean_time_between > core::duration{0}; }
};

/// "config": from now on the host's daemon works by this. When a life's flow starts, and at a reload when the new flow
/// has taken over: the old one's handlers have ended by then, and what they did was by the old config.
struct config_in_force {
    std::uint64_t seed = 0;
    bool dry_run = false;  ///< of every group, and of what has none
    bool halted = false;   ///< the config's own door of the halt
    core::duration shutdown_grace = std::chrono::seconds{10};
    std::vector<std::string> protected_targets{};
    std::vector<group_in_force> groups{};

    /// Nothing for a group that it does not have.
    [[nodiscard]] const group_in_force* find(const std::string& group) const noexcept {
        for (const group_in_force& g : groups) {
            if (g.name == group) {
                return &g;
            }
        }
        return nullptr;
    }
};

/// "config_read": a reload has read a config that is a good one. It comes into force once the former one's work has
/// ended; a stop before that may be by either.
struct config_read {
    core::duration shutdown_grace{};
};

}  // namespace mayhem::sim
