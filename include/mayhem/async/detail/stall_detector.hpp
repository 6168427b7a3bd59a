#pragma once

#include <chrono>
#include <cstdint>

namespace mayhem::async::detail {

/// Decides whether a loop stands still, from looks at its `loop_monitor::turn_mark`: one that is odd belongs to a turn
/// that has not ended. Tells of such a turn as soon as it was seen for `threshold`, and again whenever that has
/// doubled.
class stall_detector {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit stall_detector(std::chrono::nanoseconds threshold) noexcept : threshold_(threshold) {}

    /// True if it is time to tell that the loop stands still.
    [[nodiscard]] bool look(std::uint64_t mark, time_point now) noexcept {
        if (mark != mark_) {
            mark_ = mark;
            first_seen_ = now;
            due_ = threshold_;
            return false;
        }
        const bool is_stalled = mark_ % 2 == 1 && lasted(now) >= due_;
        if (is_stalled) {
            due_ = 2 * lasted(now);
        }
        return is_stalled;
    }

    /// How long the turn has been seen at least.
    [[nodiscard]] std::chrono::nanoseconds lasted(time_point now) const noexcept { return now - first_seen_; }

private:
    const std::chrono::nanoseconds threshold_;
    std::uint64_t mark_ = 0;
    time_point first_seen_{};
    std::chrono::nanoseconds due_ = threshold_;
};

}  // namespace mayhem::async::detail
