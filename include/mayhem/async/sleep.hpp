#pragma once

#include <source_location>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"

namespace mayhem::async {

/// Waits until the loop's clock has reached `t`; a moment in the past still lets the others run first. Costs no system
/// call and no allocation beyond the frame. Cancellation ends the wait with `asio::error::operation_aborted`.
[[nodiscard]] awaitable<void> sleep_until(clock::time_point t,
                                          std::source_location at = std::source_location::current());

/// The same, counted from the moment at which it is called.
[[nodiscard]] awaitable<void> sleep_for(clock::duration d, std::source_location at = std::source_location::current());

/// Lets everything else that is ready take a step: asyncio's `sleep(0)`.
[[nodiscard]] awaitable<void> yield(std::source_location at = std::source_location::current());

}  // namespace mayhem::async
