#pragma once

#include <memory>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::drivers {

/// One target of a real kind, which the test owns. All calls block until they are done, and throw when they cannot be.
/// The destructor leaves nothing behind.
class driver_bed {
public:
    driver_bed() = default;
    virtual ~driver_bed() = default;
    driver_bed(const driver_bed&) = delete;
    driver_bed& operator=(const driver_bed&) = delete;

    /// A driver that selects what `create_target` makes, and nothing else. What it is built upon outlives it.
    virtual std::unique_ptr<ports::driver> make_driver() = 0;

    /// Acts as the pipeline does. `t` and `may` outlive the call.
    virtual async::awaitable<ports::act_result> act(ports::driver& d, const core::target& t,
                                                    const ports::go_ahead& may) {
        return d.restart(t, may);
    }

    /// Makes the target; it runs and is ready. Called once, before anything else.
    virtual void create_target() = 0;

    /// For whoever keeps the target alive from the test's own loop: starts its tasks there, and at last ends them.
    virtual void begin(async::loop& /*l*/) {}
    virtual void end(async::loop& /*l*/) {}

    /// Plays whatever stands behind the target: makes it run again if it has ended. Nothing to do where a service
    /// manager does that. Called again and again while a test waits.
    virtual void bring_back() {}

    /// Takes the target away for good. May be called on another thread while the driver acts.
    virtual void vanish_target() = 0;
};

}  // namespace mayhem::drivers
