#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"

namespace mayhem::telemetry {

/// Of each task that `monitor_tasks` tells: so many frames, the innermost.
inline constexpr std::size_t monitored_frames_max = 5;

/// The talk's monitor_tasks: at once and then every `period`, tells every live task but itself, each as one text of
/// several lines, with the innermost frames of its stack. Lives until it is cancelled; wakes the loop every `period`.
async::awaitable<void> monitor_tasks(async::clock::duration period, std::function<void(const std::string&)> tell);

}  // namespace mayhem::telemetry
