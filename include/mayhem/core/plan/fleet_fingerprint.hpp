#pragma once

#include <string>

#include "mayhem/core/plan/planner.hpp"
#include "mayhem/core/rules/guard_limits.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// What the hosts of a fleet must agree on before they decide anything together in a group, as a fingerprint of 32
/// digits: the plan (seed, group, schedule, zone, and how this version plans), the limits, and how long a message and a
/// recovery may take. Not whom a host selects, how it acts, or whether it only pretends to: that may differ. The same
/// on every machine.
[[nodiscard]] std::string fleet_fingerprint(const planner& plan, const guard_limits& limits, duration expires_after,
                                            duration recovery_timeout);

}  // namespace mayhem::core
