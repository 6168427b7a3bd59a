#pragma once

#include <memory>

#include "config/config.hpp"
#include "daemon/world.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// Before a process that will take part in a fleet has threads.
void prepare_for_fleet();

/// The fleet's PostgreSQL, over a link that keeps itself up. All outlive it. Throws `std::runtime_error` where this
/// program was built without it, or for settings that cannot be.
[[nodiscard]] std::unique_ptr<fleet_database> open_fleet(async::loop& loop, telemetry::log log, const fleet_config& c,
                                                         core::uuid life);

}  // namespace mayhem::app
