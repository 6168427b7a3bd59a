#pragma once

#include <chrono>
#include <optional>

#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/probe.hpp"

namespace mayhem::pipeline {

/// Looks every `poll` until a newer incarnation of `t` runs and the probe, if there is one, passes, for at most
/// `limit`; nothing if that did not come. With a probe it looks at once, otherwise after the first `poll`. The time
/// from the act to the return is the time to recovery, right to within `poll`.
async::awaitable<std::optional<core::target>> watch_recovery(ports::driver& d, ports::probe* p, core::target t,
                                                             std::chrono::nanoseconds poll,
                                                             std::chrono::nanoseconds limit);

}  // namespace mayhem::pipeline
