#include "mayhem/async/loop_monitor.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>

#include "mayhem/async/detail/cycle_counter.hpp"

namespace mayhem::async {

void loop_monitor::on_slow_step(std::chrono::nanoseconds threshold, slow_handler handler) {
    threshold_ = threshold;
    handler_ = std::move(handler);
    next_calibration_ticks_ = first_ticks_;
}

namespace {

/// A tick does not change its length by so much: the counter was set to something else.
constexpr double jump_factor = 1.5;

struct double_reading {
    std::uint64_t ticks = 0;
    std::chrono::steady_clock::time_point time;
};

/// Both clocks at the same moment, as nearly as three tries come: what interrupts between the two readings would count
/// as length of a tick.
double_reading read_both_clocks() noexcept {
    constexpr int tries_max = 3;
    double_reading best;
    std::uint64_t shortest = std::numeric_limits<std::uint64_t>::max();
    for (int tries = 0; tries < tries_max; ++tries) {
        const std::uint64_t ticks = detail::cycle_counter();
        const auto time = std::chrono::steady_clock::now();
        const std::uint64_t took = detail::cycle_counter() - ticks;
        if (took < shortest) {
            shortest = took;
            best = {.ticks = ticks, .time = time};
        }
    }
    return best;
}

}  // namespace

void loop_monitor::begin_calibration(std::uint64_t ticks, std::chrono::steady_clock::time_point time) noexcept {
    first_ticks_ = ticks;
    first_time_ = time;
    next_calibration_ticks_ = ticks;
    knows_tick_ = false;
}

void loop_monitor::calibrate() noexcept {
    const auto [ticks, time] = read_both_clocks();
    if (first_ticks_ == 0 || ticks < first_ticks_) {
        begin_calibration(ticks, time);
        return;
    }
    const auto elapsed_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time - first_time_).count();
    const std::uint64_t elapsed_ticks = ticks - first_ticks_;
    if (elapsed_ns <= 0 || elapsed_ticks == 0) {
        return;
    }
    const double measured = static_cast<double>(elapsed_ns) / static_cast<double>(elapsed_ticks);
    if (knows_tick_ && (measured > ns_per_tick_ * jump_factor || measured * jump_factor < ns_per_tick_)) {
        begin_calibration(ticks, time);
        return;
    }
    knows_tick_ = true;
    ns_per_tick_ = measured;
    threshold_ticks_ = static_cast<std::uint64_t>(static_cast<double>(threshold_.count()) / ns_per_tick_);
    long_ticks_ = std::min(threshold_ticks_, static_cast<std::uint64_t>(1e6 / ns_per_tick_));
    next_calibration_ticks_ = ticks + std::min<std::uint64_t>(elapsed_ticks, 1'000'000'000);
}

void loop_monitor::end_turn(std::uint64_t steps, std::uint64_t busy_ticks) noexcept {
    steps_ += steps;
    ++turns_;
    lag_sum_ticks_ += busy_ticks;
    lag_max_ticks_ = std::max(lag_max_ticks_, busy_ticks);
    const auto lag_us = static_cast<std::uint64_t>(static_cast<double>(busy_ticks) * ns_per_tick_ / 1000.0);
    ++lag_[std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(lag_us)), bucket_count - 1)];
}

void loop_monitor::report(const slow_step& s) {
    ++slow_steps_;
    if (handler_) {
        handler_(s);
    }
}

}  // namespace mayhem::async
