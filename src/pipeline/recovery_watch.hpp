#pragma once

#include <chrono>
#include <optional>

#include "mayhem/ports/driver.hpp"

namespace mayhem::pipeline {

/// Looks every `poll` until a newer incarnation of `t` runs, for at most `limit`; nothing if none came. The time from
/// the act to the return is the time to recovery, right to within `poll`.
async::awaitable<std::optional<core::target>> watch_recovery(ports::driver& d, const core::target& t,
                                                             std::chrono::nanoseconds poll,
                                                             std::chrono::nanoseconds limit);

}  // namespace mayhem::pipeline
