#pragma once

#include <string>

#include "mayhem/core/rules/unit_limits.hpp"

namespace mayhem::actions {

/// Why units cannot be throttled so on this host, or what they have to be for that, for a person; empty: they can. Does
/// not block.
[[nodiscard]] std::string why_not_throttle(const core::unit_limits& wanted);

/// The same, of what was found. `is_version_2`: all controllers are of version 2. Pure.
[[nodiscard]] std::string why_not_throttle(const core::unit_limits& wanted, bool is_root, bool is_version_2);

}  // namespace mayhem::actions
