#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>

#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/probe.hpp"

namespace mayhem::pipeline {

/// What the last look at a target that was acted on has shown.
struct sighting {
    std::optional<std::string> incarnation;  ///< the newer one, which runs and passes the probe
    std::string trouble;  ///< why it cannot be told, or is not steady; empty when there is just none yet

    /// The look failed: it is not there yet, whatever the reason. To be called while the exception is handled; passes a
    /// cancellation of the caller on.
    void not_seen();
};

/// Looks every `poll` until a newer incarnation of `t` runs and the probe, if there is one, passes, for at most
/// `limit`; what it saw last goes into `seen`, which outlives the call. With a probe it looks at once, otherwise after
/// the first `poll`; a second before the end, or a tenth of the limit, it looks in any case. A look that fails is none
/// that succeeds, and no reason to stop looking: throws nothing but a cancellation. The time from the act to the return
/// is the time to recovery, right to within `poll`.
async::awaitable<void> watch_recovery(ports::driver& d, ports::probe* p, core::target t, std::chrono::nanoseconds poll,
                                      std::chrono::nanoseconds limit, sighting& seen);

}  // namespace mayhem::pipeline
