#pragma once

#include <chrono>

#include "mayhem/async/awaitable.hpp"
#include "sim/world/scene.hpp"

namespace mayhem::sim {

/// Waits until `f` is due the next time (`dice::gap`), and throws for it: what belongs to no call happens now and then.
[[nodiscard]] async::awaitable<dice::outcome> next_of(scene& s, fault f, std::chrono::nanoseconds mean);

}  // namespace mayhem::sim
