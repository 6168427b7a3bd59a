#pragma once

#include <functional>
#include <memory>

#include "config/config.hpp"
#include "drivers/contract/driver_kind.hpp"
#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/probe.hpp"

namespace mayhem::app {

/// Where a flow has its drivers and probes from. Outlives them. The loop's thread only.
class driver_source {
public:
    virtual ~driver_source() = default;

    /// `o`, which outlives the driver, is told what its operator should know. Throws, derived from `std::exception`,
    /// why it cannot be made.
    [[nodiscard]] virtual std::unique_ptr<ports::driver> make(const group_config& g, ports::observer& o) = 0;

    /// The steady-state probe of the group; null where it has none.
    [[nodiscard]] virtual std::unique_ptr<ports::probe> make_probe(const group_config& g) = 0;

    /// What ends what stands on its targets; likewise.
    [[nodiscard]] virtual std::unique_ptr<ports::probe> make_stop_if(const group_config& g) = 0;
};

/// One for each flow.
using open_drivers = std::function<std::unique_ptr<driver_source>(const drivers::driver_surroundings&)>;

}  // namespace mayhem::app
