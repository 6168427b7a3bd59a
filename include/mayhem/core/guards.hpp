#pragma once

#include <optional>

#include "mayhem/core/outcome.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// What is known when a message is about to be acted on.
struct guard_facts {
    wall_time now{};
    wall_time expires_at{};
    bool dry_run = true;
    bool halted = false;  ///< an operator has stopped everything
};

/// The first guard that says no, in the order of `guard`; nothing when the act is allowed. A pure function. The guards
/// that only the driver can answer (`already_restarted`, `protected_target`) are asked by it, at the moment of the act.
[[nodiscard]] std::optional<guard> refuse(const guard_facts& facts) noexcept;

}  // namespace mayhem::core
