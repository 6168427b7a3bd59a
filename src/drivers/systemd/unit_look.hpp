#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drivers/systemd/systemd_bus.hpp"
#include "drivers/systemd/systemd_unit.hpp"
#include "drivers/systemd/unit_graph.hpp"
#include "mayhem/async/awaitable.hpp"

namespace mayhem::drivers {

// Looks at units that need no driver: for a driver of units, and for one whose targets are their processes. Each throws
// `systemd_bus_error` when the bus or systemd is the trouble; `bus` outlives the call.

/// How much is asked of each unit. What a service has costs systemd three times what every unit has, because it reads
/// the files of its control group for that: 1,000 services take 0.9 s, and 0.3 s without (systemd 252, two cores).
enum class unit_depth : std::uint8_t {
    service,  ///< everything
    unit,     ///< its state, and what ties it to others; nothing of its processes, and how they end
};

/// Each of these units as it is now, in their order; nothing where there is none of that name.
[[nodiscard]] async::awaitable<std::vector<std::optional<systemd_unit>>> look_at_units(
    systemd_bus& bus, std::vector<std::string> units, unit_depth depth = unit_depth::service);

/// These units and whoever goes down with them.
[[nodiscard]] async::awaitable<unit_graph> look_around_units(systemd_bus& bus, std::vector<std::string> units);

/// Of each of these units, in their order: the InvocationID of its life, empty if it is not active.
[[nodiscard]] async::awaitable<std::vector<std::string>> look_at_lives(systemd_bus& bus,
                                                                       std::vector<std::string> units);

}  // namespace mayhem::drivers
