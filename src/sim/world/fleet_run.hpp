#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/world/world_run.hpp"
#include "telemetry/logging.hpp"

namespace mayhem::sim {

/// As `run_world`, for a fleet: so many hosts, each with a daemon, targets, disk, clocks and loop of its own, and a
/// database between them. `options.groups` are those that each has by itself, one if it is not said; `options.only` and
/// `options.falsify` are for one host alone, and not looked at.
[[nodiscard]] run_result run_fleet(std::uint64_t seed, std::size_t hosts, const run_options& options,
                                   telemetry::logging& log);

}  // namespace mayhem::sim
