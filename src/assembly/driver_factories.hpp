#pragma once

#include <memory>
#include <vector>

#include "config/config.hpp"
#include "drivers/contract/driver_kind.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/observer.hpp"

namespace mayhem::app {

/// Makes the drivers of one flow, of whatever kind, and outlives them. The loop's thread only.
class driver_factories {
public:
    explicit driver_factories(const drivers::driver_surroundings& s);

    /// `o`, which outlives the driver, is told what its operator should know. Throws what the driver's constructor
    /// throws.
    [[nodiscard]] std::unique_ptr<ports::driver> make(const group_config& g, ports::observer& o);

    /// Begins what the kinds have to do beside their drivers. The tasks end before this.
    void start(async::task_group& tasks);

private:
    struct open_kind {
        const drivers::driver_kind* kind;
        std::unique_ptr<drivers::driver_factory> factory;
    };
    std::vector<open_kind> open_;
};

}  // namespace mayhem::app
