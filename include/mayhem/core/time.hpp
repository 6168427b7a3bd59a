#pragma once

#include <chrono>

namespace mayhem::core {

/// A moment on the wall clock (UTC), in microseconds since 1970: what a record carries, because it must mean the
/// same after a reboot. Durations inside the running daemon use the steady clock instead.
using wall_time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

/// A length of time in a record, in microseconds.
using duration = std::chrono::microseconds;

/// The number of seconds, with fraction: for JSON, metrics and tables.
[[nodiscard]] constexpr double to_seconds(std::chrono::duration<double> d) noexcept { return d.count(); }

}  // namespace mayhem::core
