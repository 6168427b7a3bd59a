#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <source_location>
#include <string_view>
#include <utility>

#include "mayhem/async/clock.hpp"

namespace mayhem::async {

namespace detail {
struct loop_access;
}

struct task_info;

/// One step that held the loop for longer than the threshold. The views are valid during the call only.
struct slow_step {
    std::string_view task;            ///< empty for a step that belongs to no task
    std::source_location created_at;  ///< where that task was spawned
    std::chrono::nanoseconds took{};
};

/// Watches how promptly the loop does its work. Always on: it costs one reading of the cycle counter a step, and it
/// never wakes an idle loop, because it measures only while there is work. The loop's thread only; owned by the loop.
///
/// What aiodebug measures with a timer of its own is measured here where it arises: *lag* is how long the loop was busy
/// before it looked for new events again, which is how long anything that became ready meanwhile had to wait.
class loop_monitor {
public:
    using slow_handler = std::function<void(const slow_step&)>;
    using spin_handler = std::function<void(const task_info&)>;

    /// So many awaits of a task that was cancelled are refused before it counts as one that will never end.
    static constexpr std::uint32_t refusals_max = 100'000;

    /// Bucket i counts lags below 2^i microseconds (and not below 2^(i-1)); the last one has everything longer.
    static constexpr std::size_t bucket_count = 24;
    using histogram = std::array<std::uint64_t, bucket_count>;

    /// Reports each step of at least `threshold` (default 100 ms, as asyncio; greater than zero) to `handler`, after
    /// the step. It must not throw: nobody would catch it, and the program ends.
    void on_slow_step(std::chrono::nanoseconds threshold, slow_handler handler);

    /// Tells once of each task that was asked to end, catches what each of its awaits throws because of that, and tries
    /// again `refusals_max` times, in the middle of it; the snapshot says where it stands. The others go on meanwhile.
    /// Without a handler it is an assertion: such a task keeps a processor busy for ever, and whoever joins it waits.
    void on_spin(spin_handler handler) { on_spin_ = std::move(handler); }

    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
    [[nodiscard]] std::uint64_t slow_steps() const noexcept { return slow_steps_; }
    [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }
    [[nodiscard]] const histogram& lag() const noexcept { return lag_; }
    [[nodiscard]] std::chrono::nanoseconds lag_max() const noexcept { return to_duration(lag_max_ticks_); }
    [[nodiscard]] std::chrono::nanoseconds lag_sum() const noexcept { return to_duration(lag_sum_ticks_); }
    [[nodiscard]] std::chrono::nanoseconds slow_threshold() const noexcept { return threshold_; }

    /// Converts cycle-counter ticks, with the length of a tick as learnt so far (better than 1 % after a second).
    [[nodiscard]] std::chrono::nanoseconds to_duration(std::uint64_t ticks) const noexcept {
        return std::chrono::nanoseconds{static_cast<std::int64_t>(static_cast<double>(ticks) * ns_per_tick_)};
    }

private:
    friend class loop;
    friend struct detail::loop_access;
    void calibrate() noexcept;
    void begin_calibration(std::uint64_t ticks, std::chrono::steady_clock::time_point time) noexcept;
    /// Also when the counter is behind where it began: a virtual machine that was moved may set it back.
    [[nodiscard]] bool wants_calibration(std::uint64_t ticks) const noexcept {
        return ticks - first_ticks_ >= next_calibration_ticks_ - first_ticks_;
    }
    void end_turn(std::uint64_t steps, std::uint64_t busy_ticks) noexcept;
    [[nodiscard]] bool is_long(std::uint64_t ticks) const noexcept { return ticks >= long_ticks_; }
    [[nodiscard]] bool is_slow(std::uint64_t ticks) const noexcept { return ticks >= threshold_ticks_; }
    void report(const slow_step& s);

    /// Odd while a turn runs, and different for each. Any thread may look.
    void count_mark() noexcept {
        turn_mark_.store(turn_mark_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    std::atomic<std::uint64_t> turn_mark_ = 0;

    std::uint64_t steps_ = 0;
    std::uint64_t slow_steps_ = 0;
    std::uint64_t turns_ = 0;
    std::uint64_t threshold_ticks_ = ~std::uint64_t{0};
    std::uint64_t long_ticks_ = ~std::uint64_t{0};  ///< a millisecond, or the threshold where that is shorter
    std::uint64_t lag_max_ticks_ = 0;
    std::uint64_t lag_sum_ticks_ = 0;
    histogram lag_{};
    double ns_per_tick_ = 1.0;
    bool knows_tick_ = false;  ///< `ns_per_tick_` was measured since `first_ticks_`
    std::uint64_t first_ticks_ = 0;
    std::chrono::steady_clock::time_point first_time_{};
    std::uint64_t next_calibration_ticks_ = 0;
    std::chrono::nanoseconds threshold_ = std::chrono::milliseconds{100};
    slow_handler handler_;
    spin_handler on_spin_;
};

}  // namespace mayhem::async
