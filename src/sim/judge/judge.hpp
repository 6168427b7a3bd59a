#pragma once

#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "sim/judge/event.hpp"
#include "sim/judge/findings.hpp"
#include "sim/judge/known_world.hpp"
#include "sim/judge/promise.hpp"

namespace mayhem::sim {

/// Says which promises were broken in a world, from the log of what happened there. Knows no daemon, reads no clock,
/// draws no number: the same log, the same findings.
///
/// Events come in the order of their earliest points (`steady.earliest`), those of the same by their sequence numbers;
/// what comes too late is a fault of the log. Each costs a few look-ups, so that a simulation can ask after every step.
/// One thread at a time.
class judge {
public:
    judge();
    judge(const judge&) = delete;
    judge& operator=(const judge&) = delete;

    void observe(const event& e);

    /// The log ends here: what is uncertain is decided by what is known. Deadlines that lie behind the last event are
    /// not.
    void end();

    [[nodiscard]] const findings& found() const noexcept { return found_; }

private:
    struct waiting {
        event e;
        /// The earliest of the latest points, first.
        bool operator<(const waiting& other) const noexcept {
            return std::pair(e.at.steady.latest, e.at.seq) > std::pair(other.e.at.steady.latest, other.e.at.seq);
        }
    };

    void pass(steady_time now);
    void decide(const event& e);
    void check_log(const event& e);

    known_world world_;
    findings found_;
    std::vector<std::unique_ptr<promise>> promises_;
    std::priority_queue<waiting> waiting_;
    steady_time now_ = steady_time::min();
    std::uint64_t last_seq_ = 0;
};

/// What a judge finds in a whole log, whose events are in their order (as `read_events` returns them).
[[nodiscard]] findings judge_all(const std::vector<event>& log);

}  // namespace mayhem::sim
