#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/judge/when.hpp"

namespace mayhem::sim {

/// "act": the daemon hands an act to the world, when it has asked everything that it asks and can no longer take it
/// back: the call of the driver's last, harmful request. Always before its hits. An adapter that sees the effects alone
/// emits both at the same time, with an interval that begins when the act may have begun.
struct act {
    std::uint64_t id = 0;  ///< this call; no two share one, whatever life or host made them
    std::string group{};
    std::string target{};
    std::string incarnation{};             ///< which one the daemon meant
    std::optional<std::string> message{};  ///< whose it is; nothing when the witness cannot know
    std::vector<std::string>
        reach{};  ///< other targets that go down with this one, if they stand, as the world knows it
    std::vector<std::string> untold{};    ///< those of whom no driver can know that they do
    std::optional<std::string> action{};  ///< what is done: "cut"; nothing when the witness cannot know
};

/// "hit": the act takes effect on a target. One for each signal or request that has one: TERM, and KILL after it, are
/// two hits of one act; an engine that does one request twice, likewise. None for a request that was lost or refused.
struct hit {
    std::uint64_t act = 0;
    std::string target{};
    std::string incarnation{};  ///< which one was hit in truth
    std::string signal{};       ///< "TERM", "KILL", "restart", "pause": for a person
};

/// "fault_began": a fault that lasts stands from now on.
struct fault_began {
    std::uint64_t fault = 0;
    std::string group{};
    std::string target{};
    steady_time until{};         ///< when it is to end, on the steady clock
    core::duration grace{};      ///< so much later it may
    bool ends_on_halt = false;   ///< a halt ends it as well
    bool has_no_effect = false;  ///< its target does nothing that it could change
};

enum class fault_owner {
    holder,  ///< a living process whose death is the undo
    note,    ///< a durable undo note, which the next life obeys
};

/// "fault_owner": somebody from now on answers for the undoing, or no longer does. A note is there once it is durable.
/// What takes over is there before what it takes over from is gone.
struct fault_owner_is {
    std::uint64_t fault = 0;
    fault_owner owner = fault_owner::holder;
    bool is_there = false;
};

enum class fault_end {
    undone,         ///< by who was to do that, in time or early
    holder_killed,  ///< somebody else has killed who held it
    target_ended,   ///< the life on which it stood is over
};

/// "fault_ended": the target is as if it had never been.
struct fault_ended {
    std::uint64_t fault = 0;
    fault_end how = fault_end::undone;
};

}  // namespace mayhem::sim
