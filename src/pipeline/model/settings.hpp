#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "mayhem/core/plan/schedule.hpp"
#include "mayhem/core/rules/guard_limits.hpp"
#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/rules/span.hpp"

namespace mayhem::pipeline {

/// How messages are handled, whatever their group.
struct handling_settings {
    bool dry_run = true;
    std::size_t max_in_flight = 16;                              ///< handlers at once, at least 1
    int max_attempts = 5;                                        ///< then the message is dead-lettered; at least 1
    std::chrono::nanoseconds backoff = std::chrono::seconds{1};  ///< after the first failure; doubles with each
    std::chrono::nanoseconds backoff_max = std::chrono::minutes{5};
    std::chrono::nanoseconds lease = std::chrono::seconds{3};
    std::chrono::nanoseconds extend_every = std::chrono::seconds{2};  ///< below `lease`
};

/// When the messages of one group are made.
struct group_settings {
    std::string name;

    /// When they are planned; without one, whenever the next gap is over.
    std::optional<core::schedule> schedule;

    /// The mean of the exponentially distributed gaps; with none, the talk's uniform [0, 1) s, the first message at
    /// once.
    std::optional<std::chrono::nanoseconds> mean_time_between;

    std::chrono::nanoseconds expires_after = std::chrono::minutes{1};  ///< a message older than this is not acted on
    std::chrono::nanoseconds recovery_timeout = std::chrono::seconds{60};  ///< from the act
    std::chrono::nanoseconds recovery_poll = std::chrono::milliseconds{250};
    std::chrono::nanoseconds stable_for{0};  ///< so long it must stand before it has recovered; zero: one look will do
    core::guard_limits limits{};             ///< what the guards hold the group to
    std::optional<std::size_t> members{};    ///< so many it has, whoever of them stands
    core::reach_policy reach = core::reach_policy::group;        ///< who may fall with a target
    core::during_policy during = core::during_policy::may_fail;  ///< what its probe may say while something stands
    std::optional<bool> dry_run{};                               ///< absent: as `handling_settings` says
    std::size_t count_max = 0;                                   ///< stop after so many messages; 0: never

    /// Its members are spread over the hosts of a fleet, which decide together whom a planned moment hits.
    bool is_shared = false;

    /// Without a schedule: the next gap begins when the last message has ended, so that it is the time for which the
    /// target has stood. A message that was refused has restarted nothing, and counts for nothing in `count_max`.
    bool one_at_a_time = false;
};

}  // namespace mayhem::pipeline
