#pragma once

#include <cstdint>
#include <source_location>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/intrusive_list.hpp"
#include "mayhem/async/detail/suspend.hpp"

namespace mayhem::async {

/// The jumps of the calendar, for those who sleep until a moment of it: somebody has set the clock, or the host was
/// suspended and the steady clock, on which every sleep is counted, stood still. Whoever finds out notes the jump here,
/// and all who sleep look at the calendar again. So nobody has to look at it every so often.
///
/// A jump is never lost, whatever a sleeper does between its look and its sleep:
///
///     const std::uint64_t seen = jumps.count();   // first, so that it is no newer than the look
///     const auto now = clock.wall_now();          // the look, and all that follows from it, other waits included
///     co_await jumps.sleep_until(t, seen);        // returns at once if a jump was noted since
///
/// A jump is noted after it has happened: one that came after the look is noted after `seen` was taken, and the sleep
/// compares the counts in the same step in which it begins. One that came just before the look may be noted after it,
/// and costs a look too many.
///
/// The loop's thread only. Must outlive its sleepers (asserted).
class wall_jumps {
public:
    wall_jumps() = default;
    ~wall_jumps();
    wall_jumps(const wall_jumps&) = delete;
    wall_jumps& operator=(const wall_jumps&) = delete;

    /// The calendar has jumped: wakes all who sleep, in the order in which they came, after the current step.
    void note();

    /// From now on nobody finds out any more. Wakes all who sleep, too: they must look by themselves.
    void go_unnoticed();

    /// False when only those who look at the calendar find out.
    [[nodiscard]] bool are_noticed() const noexcept { return are_noticed_; }

    /// How many were noted; the end of noticing counts as one.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// Waits until the loop's clock has reached `t`, or until `count` is no longer `seen`. Costs what `sleep_until`
    /// costs: no allocation, one step. Cancellation ends the wait with `asio::error::operation_aborted`.
    [[nodiscard]] auto sleep_until(clock::time_point t, std::uint64_t seen,
                                   std::source_location at = std::source_location::current()) const noexcept {
        return detail::wait("sleep, or a jump of the calendar", at, enlist{this, t, seen});
    }

private:
    struct enlist {
        const wall_jumps* self;
        clock::time_point deadline;
        std::uint64_t seen;
        void operator()(detail::branch& b) const noexcept;
    };

    std::uint64_t count_ = 0;
    bool are_noticed_ = true;
    mutable detail::intrusive_list<detail::branch> sleepers_;  ///< who sleeps changes nothing for the others
};

}  // namespace mayhem::async
