#pragma once

#include <chrono>

#include "mayhem/core/random.hpp"

namespace mayhem::core {

/// How much of a delay is left to chance, so that those who failed together do not return together.
enum class jitter {
    none,   ///< exactly the ceiling
    equal,  ///< uniform in [ceiling / 2, ceiling]: never at once
    full,   ///< uniform in [0, ceiling]: spreads best ("Exponential Backoff And Jitter", AWS 2015)
};

/// How long to wait before the next attempt: exponential back-off with a cap. A value; pure but for the draw from
/// `rng`.
struct backoff {
    std::chrono::nanoseconds first =
        std::chrono::seconds{1};                             ///< the ceiling after the first failure; doubles with each
    std::chrono::nanoseconds max = std::chrono::minutes{5};  ///< no ceiling is higher
    core::jitter jitter = core::jitter::equal;

    /// min(max, first * 2^(failures - 1)); zero when nothing failed yet. Does not overflow for any number.
    [[nodiscard]] std::chrono::nanoseconds ceiling(int failures) const noexcept;

    /// The wait after so many failures in a row, counted from 1. Draws once, except without jitter.
    [[nodiscard]] std::chrono::nanoseconds delay(int failures, random_source& rng) const noexcept;
};

}  // namespace mayhem::core
