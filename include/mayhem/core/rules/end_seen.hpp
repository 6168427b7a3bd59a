#pragma once

#include <cstdint>
#include <string>

namespace mayhem::core {

/// What a driver sees of a target that was acted on and does not stand now: facts, from which `why_taken_over` decides
/// whose doing that is. Plain values.
struct end_seen {
    enum class way : std::uint8_t {
        unknown,    ///< it has not ended, or nobody can tell how
        by_itself,  ///< nobody asked for it: it crashed, left, or could not be started
        asked_for,  ///< whoever runs it was asked to stop it
        removed,    ///< whoever runs it was asked to remove it, or knows none of that name any more
    };
    way how = way::unknown;

    /// What was asked for may be what the act itself asked for.
    bool may_be_the_act = false;

    /// It is about to start: a job waits, a restart policy is at it.
    bool is_about_to_start = false;

    /// It was stopped because of something that it needs, which has failed: who; empty: nothing of that kind.
    std::string failed_below{};

    /// By what all that is seen, for a person: "systemd was asked to stop it".
    std::string told_by{};
};

/// Why the target is somebody else's now, who stopped or removed it on purpose after the act: its absence is no failure
/// then, neither its own nor of the group. Empty: it is not, as far as is seen. Pure.
[[nodiscard]] std::string why_taken_over(const end_seen& e);

/// What else there is to say of the end of one that nobody has taken over; empty: nothing.
[[nodiscard]] std::string describe_end(const end_seen& e);

}  // namespace mayhem::core
