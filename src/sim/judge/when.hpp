#pragma once

#include <cstdint>

#include "mayhem/core/time.hpp"

namespace mayhem::sim {

/// Time since the world began, on the clock that nobody can set: virtual time in a simulation, CLOCK_BOOTTIME in
/// reality. Microseconds.
using steady_time = core::duration;

/// Something happened at one point of it, the ends included; nobody knows at which. A simulation knows: a point.
template <typename Point>
struct interval {
    Point earliest{};
    Point latest{};

    [[nodiscard]] bool is_point() const noexcept { return earliest == latest; }

    friend bool operator==(const interval&, const interval&) = default;
};

/// Where an event stands among all others. A value.
struct when {
    /// Its place in the log; no two events share one. Of points at the same time it tells the order.
    std::uint64_t seq = 0;

    interval<steady_time> steady{};
    interval<core::wall_time> wall{};  ///< what the clock of its host showed then
};

/// Whether `a` happened before `b`, more than `by` before it, whatever points of their intervals were the true ones.
[[nodiscard]] bool is_certainly_before(const when& a, const when& b, core::duration by = core::duration{0}) noexcept;

/// The same, so much later by either clock.
[[nodiscard]] when later(const when& at, core::duration by) noexcept;

/// Whether `a` may have happened before `b`.
[[nodiscard]] bool is_possibly_before(const when& a, const when& b) noexcept;

}  // namespace mayhem::sim
