#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/core/skip.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/plan_memory.hpp"
#include "pipeline/making/plan_follower.hpp"

namespace mayhem::pipeline {

/// The planned moments of one group of which no message came, from when that is known until it is on record: missed, or
/// without a target that could be drawn. Written at most once a second, and whatever is left before the next message
/// is, because a next life looks for what was missed after the newest message and not before it.
///
/// Bounded: while the record cannot be written, the last row stands for those that come after it. The loop's thread
/// only.
class skipped_moments {
public:
    /// All outlive it.
    skipped_moments(std::string group, ports::plan_memory& p, ports::observer& o)
        : group_(std::move(group)), plans_(p), observer_(o) {}

    /// These were not looked at in time.
    void note_missed(const plan_follower::finding& found);

    /// No message comes of this moment. `planned_at`: absent for one that no plan has promised, which goes on no
    /// record.
    void note(std::optional<core::wall_time> planned_at, core::guard reason, const std::string& why);

    /// All are on record; then neither of the two below is called.
    [[nodiscard]] bool empty() const noexcept { return unrecorded_.empty(); }

    /// Writes what there is, unless something was written a moment ago. A record that cannot be written is warned of;
    /// the next call tries again.
    async::awaitable<void> record();

    /// The same in any case: a message follows. In haste in few rows.
    async::awaitable<void> record_before_message();

private:
    /// The last of so many rows stands for those that would come after it.
    void fold(std::size_t rows);
    [[nodiscard]] bool has_just_recorded() const;
    async::awaitable<void> write();

    const std::string group_;
    ports::plan_memory& plans_;
    ports::observer& observer_;
    std::vector<core::skip> unrecorded_;
    std::optional<async::clock::time_point> recorded_at_;
};

}  // namespace mayhem::pipeline
