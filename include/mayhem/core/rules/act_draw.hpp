#pragma once

#include <cstddef>
#include <span>

#include "mayhem/core/random.hpp"

namespace mayhem::core {

/// Which of several actions a moment gets: one of them, each as often as its weight says. A pure function of the
/// moment's own stream, from which it draws nothing: who is chosen, and every other moment, stays what it is whatever
/// actions there are. `weights`: at least one, each at least 1.
[[nodiscard]] std::size_t draw_act(std::span<const unsigned> weights, const random_source& moment);

}  // namespace mayhem::core
