#pragma once

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

/// Each of these units as it is now, in their order; nothing where there is none of that name.
[[nodiscard]] async::awaitable<std::vector<std::optional<systemd_unit>>> look_at_units(systemd_bus& bus,
                                                                                       std::vector<std::string> units);

/// These units and whoever goes down with them.
[[nodiscard]] async::awaitable<unit_graph> look_around_units(systemd_bus& bus, std::vector<std::string> units);

/// Of each of these units, in their order: the InvocationID of its life, empty if it is not active.
[[nodiscard]] async::awaitable<std::vector<std::string>> look_at_lives(systemd_bus& bus,
                                                                       std::vector<std::string> units);

}  // namespace mayhem::drivers
