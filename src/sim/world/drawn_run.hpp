#pragma once

#include <chrono>

#include "mayhem/async/clock.hpp"
#include "mayhem/core/random.hpp"
#include "sim/chance/pace.hpp"

namespace mayhem::sim {

/// So long what is due in the calm may take: the longest recovery, all attempts with their back-offs, and some room.
inline constexpr std::chrono::minutes due_within{15};
inline constexpr std::chrono::minutes calm_lasts{45};

/// The year begins anywhere; one run in four lies in a week in which the clocks change.
[[nodiscard]] async::clock::wall_time_point draw_start(core::random_source& random);

/// Half of the runs are hectic.
[[nodiscard]] pace draw_pace(core::random_source random);

}  // namespace mayhem::sim
