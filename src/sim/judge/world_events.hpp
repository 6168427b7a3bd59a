#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "mayhem/core/time.hpp"

namespace mayhem::sim {

/// "clock_set": somebody sets the host's wall clock, or a suspension makes it leap. The event's wall time is what it
/// shows afterwards.
struct clock_set {
    core::wall_time from{};  ///< what it showed before
};

enum class phase_kind {
    storm,  ///< anything may happen
    calm,   ///< nothing is broken any more but what a trouble that stands says
    over,   ///< the calm phase ends here, and what was due is demanded
};

/// "phase": of the whole world. Events of the record, if any, come before `over`, and after everything else.
struct phase_begins {
    phase_kind phase = phase_kind::storm;
    core::duration within{};  ///< of `calm`: so long after its beginning, and after a life's, what is due may take
};

enum class trouble_kind {
    store,
    engine,
    probe,
    queue,
    pool,
    disk,
    network,
    clock,
    undo,  ///< of what lasts on the targets of its group, which cannot be ended
    other,
    standstill  ///< of the whole host, whose steady clock goes on: it is all of the others as well
};

/// "trouble": the world is broken from now on, or no longer: what no daemon could do anything about, and what excuses
/// it. An answer that the world loses is a short one. A call that takes longer than 200 ms is one for so long.
struct trouble {
    std::uint64_t id = 0;  ///< no two share one
    trouble_kind kind = trouble_kind::other;
    bool stands = true;                  ///< false: it ended
    std::optional<std::string> group{};  ///< it touches this group alone
    std::string what{};                  ///< for a person
};

/// "stop_condition": what the group names as a reason to end what stands on its targets has come about, from now on:
/// who asks is told so; or is over.
struct stop_condition_is {
    std::string group{};
    bool is_red = true;
};

}  // namespace mayhem::sim
