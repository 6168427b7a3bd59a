#pragma once

#include <chrono>

namespace mayhem::async {

class virtual_clock;

/// Where the time comes from. Everything that waits or measures asks a clock that it was given, so that a test can
/// run a month in a second. Outlives the loop that uses it.
class clock {
public:
    using duration = std::chrono::nanoseconds;
    using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;
    using wall_time_point = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

    virtual ~clock() = default;

    /// `t + d`, but the last moment that there is where that overflows: "for ever" is a duration that one may ask for.
    [[nodiscard]] static constexpr time_point after(time_point t, duration d) noexcept {
        return d > time_point::max() - t ? time_point::max() : t + d;
    }

    /// Steady time: never jumps, has no relation to the calendar. For durations and deadlines. Any thread.
    [[nodiscard]] virtual time_point now() const noexcept = 0;

    /// Calendar time (UTC). May jump, in both directions, whenever somebody sets it. For records. Any thread.
    [[nodiscard]] virtual wall_time_point wall_now() const noexcept = 0;

    /// The virtual clock that this is, or null. The loop needs to know: it moves a virtual clock on when idle.
    [[nodiscard]] virtual virtual_clock* as_virtual() noexcept { return nullptr; }
};

/// The system's clocks: CLOCK_MONOTONIC and CLOCK_REALTIME.
class real_clock final : public clock {
public:
    [[nodiscard]] time_point now() const noexcept override;
    [[nodiscard]] wall_time_point wall_now() const noexcept override;
};

/// Time that stands still while anything can run and jumps to the next deadline when the loop is idle: deterministic,
/// and as fast as the work allows. It does not wait for input or output: of a read and a limit of an hour, the limit is
/// first. Whoever expects something from outside holds a `loop::external_work` meanwhile. One thread.
class virtual_clock final : public clock {
public:
    /// Starts at `wall` on the calendar; the steady clock starts at an arbitrary moment that is not zero.
    explicit virtual_clock(wall_time_point wall = wall_time_point{std::chrono::seconds{1'700'000'000}}) noexcept
        : wall_(wall - std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch())) {}

    [[nodiscard]] time_point now() const noexcept override { return now_; }
    [[nodiscard]] wall_time_point wall_now() const noexcept override;
    [[nodiscard]] virtual_clock* as_virtual() noexcept override { return this; }

    /// Moves both clocks on. Called by the loop; a moment in the past is ignored.
    void advance_to(time_point t) noexcept;

    /// Sets the calendar without any time passing, as an administrator or NTP does.
    void jump_wall(std::chrono::microseconds by) noexcept { wall_ += by; }

private:
    time_point now_{std::chrono::hours{1}};
    wall_time_point wall_;  ///< the calendar at the steady clock's zero
};

}  // namespace mayhem::async
