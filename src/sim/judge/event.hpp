#pragma once

#include <string>
#include <variant>

#include "sim/judge/act_events.hpp"
#include "sim/judge/fleet_events.hpp"
#include "sim/judge/life_events.hpp"
#include "sim/judge/message_events.hpp"
#include "sim/judge/operator_events.hpp"
#include "sim/judge/record_events.hpp"
#include "sim/judge/target_events.hpp"
#include "sim/judge/when.hpp"
#include "sim/judge/world_events.hpp"

namespace mayhem::sim {

/// What one event says. Each type's own header says when the world must emit it: that is the contract between whoever
/// tells (a simulation, an adapter of real witnesses) and the judge. The text in quotes there is its name in a file.
using payload = std::variant<life_began, life_ended, deadlock, config_in_force, config_read, act, hit, fault_began,
                             fault_owner_is, fault_ended, target_is, taken_by_somebody, listed, asked, answered, told,
                             journalled, queue_did, breaker_is, clock_set, phase_begins, trouble, recorded_message,
                             recorded_attempt, recorded_skip, record_read, stop_condition_is, fleet_did>;

/// One thing that really happened, as whoever could see it saw it. Never what the daemon says of itself, but for the
/// rows of its record, which are there to be checked.
struct event {
    when at{};
    std::string host{};  ///< whose daemon and clock; what has none, such as a phase, carries any host's
    payload what{};
};

}  // namespace mayhem::sim
