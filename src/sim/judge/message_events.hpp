#pragma once

#include <optional>
#include <string>

#include "mayhem/core/time.hpp"

namespace mayhem::sim {

enum class origin {
    plan,      ///< the moment is the plan's
    asked,     ///< an operator wanted this target restarted
    unplanned  ///< the group has no plan
};

/// "journalled": the message is durable from now on: at the commit, whether its caller hears of it or not. A commit
/// that failed and is found by a next life: when that life begins.
struct journalled {
    std::string message{};
    std::string group{};
    std::string target{};
    std::string incarnation{};
    core::wall_time planned_at{};
    core::wall_time expires_at{};
    sim::origin origin = origin::plan;
    std::optional<std::string> action{};  ///< what is to be done: "cut (for 30s)"; nothing: that is not told
};

enum class queue_step { published, received, acked, nacked, dead_lettered, lease_lost };

/// "queue": what the queue has done with a message. `acked` and `dead_lettered` are final. `lease_lost`: from now on it
/// may be delivered again, through no fault of the daemon's.
struct queue_did {
    std::string message{};
    queue_step step = queue_step::published;
};

/// "breaker": the group's breaker is durably open or closed from now on. Opened: when the daemon is told that it is
/// durable; if it dies between the commit and the answer, when the next life begins.
struct breaker_is {
    std::string group{};
    bool is_open = true;
};

}  // namespace mayhem::sim
