#pragma once

#include <optional>
#include <string>

#include "mayhem/core/time.hpp"

namespace mayhem::sim {

enum class fleet_step {
    granted,  ///< `message`: the moment `planned_at` is decided, and `by` may ask for leave
    skipped,  ///< the moment `planned_at` is decided: nothing is done
    claimed,  ///< `message`: `by` was given leave to act
    halted,
    resumed,  ///< whatever was halted so before
    lost,     ///< what had been committed before is forgotten: a standby has taken over that lacked it
};

/// "fleet": the database that the hosts of a fleet share has it on record from now on, whether whoever wanted it hears
/// of it or not. Read there, by whoever looks at the database, and told by its clock. Groups in which hosts share
/// nothing have none of it.
struct fleet_did {
    fleet_step step = fleet_step::granted;
    std::optional<std::string> group{};  ///< of a halt and its end: nothing for the whole fleet
    std::optional<std::string> message{};
    std::optional<std::string> by{};  ///< a host
    std::optional<core::wall_time> planned_at{};
};

}  // namespace mayhem::sim
