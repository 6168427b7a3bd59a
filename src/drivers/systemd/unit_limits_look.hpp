#pragma once

#include <string>

#include "drivers/proc/process_incarnation.hpp"
#include "drivers/systemd/systemd_bus.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/rules/unit_limits.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::drivers {

/// Whose limits are to be other ones.
struct unit_to_limit {
    std::string unit;
    std::string invocation{};   ///< which life of it; empty: the one that runs
    process_incarnation first;  ///< the process on whose life it stands
    std::string name;           ///< for a person
};

/// What would put its limits back, once they are what is wanted, or why it is left alone: `already_restarted`,
/// `no_effect_possible`, `protected_target` where it would hardly live. Throws `systemd_bus_error`. `bus` outlives it.
[[nodiscard]] async::awaitable<ports::held_target> hold_limits(systemd_bus& bus, unit_to_limit of,
                                                               core::unit_limits wanted);

}  // namespace mayhem::drivers
