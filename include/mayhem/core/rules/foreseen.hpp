#pragma once

#include <cstddef>
#include <optional>

#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::core {

/// What is known now of what will be asked when a planned moment comes. Nothing in it is guessed: probes, health and
/// the targets themselves are not asked beforehand.
struct foreseeable {
    bool is_halted = false;
    bool is_breaker_open = false;
    bool is_dry_run = false;

    // Of the group's local date on which the moment lies.
    std::size_t acts_that_day = 0;  ///< so far
    std::size_t max_per_day = 0;    ///< 0: no limit
};

/// The guard that will refuse a planned moment as things stand, the first in the order of the guards; nothing when none
/// is known to. Pure.
[[nodiscard]] constexpr std::optional<guard> foreseen_refusal(const foreseeable& f) noexcept {
    if (f.is_halted) {
        return guard::halted;
    }
    if (f.max_per_day > 0 && f.acts_that_day >= f.max_per_day) {
        return guard::daily_limit;
    }
    if (f.is_breaker_open) {
        return guard::breaker_open;
    }
    return f.is_dry_run ? std::optional(guard::dry_run) : std::nullopt;
}

}  // namespace mayhem::core
