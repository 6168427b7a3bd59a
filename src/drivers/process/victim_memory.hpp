#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "drivers/proc/process_incarnation.hpp"
#include "mayhem/async/clock.hpp"

namespace mayhem::drivers {

/// What was known of the processes that were acted on, and when each was first seen to have ended.
///
/// Holds the last `acts_max` acts. Pure; one thread.
class victim_memory {
public:
    static constexpr std::size_t acts_max = 1024;

    /// `owner` says who starts it again, or that nobody is known to; empty: nobody looked.
    void note_act(const process_incarnation& victim, async::clock::time_point at, std::string owner);

    /// It was seen to have ended. The first time counts.
    void note_end(const process_incarnation& victim, async::clock::time_point at);

    struct act {
        process_incarnation victim;
        async::clock::time_point at;
        std::string owner;
        std::optional<async::clock::time_point> ended_at;  ///< at the latest; nothing: it was not seen to end
    };

    /// Null for one that is not remembered.
    [[nodiscard]] const act* find(const process_incarnation& victim) const;

private:
    std::deque<act> acts_;
};

}  // namespace mayhem::drivers
