#pragma once

#include <string>
#include <vector>

#include "api/inspection.hpp"

namespace mayhem::app {

/// Each target, whether it could be hit, and the first guard that says no.
[[nodiscard]] std::string eligible_json(const std::vector<group_view>& groups);

/// Each target with every guard, yes or no, and what it looked at.
[[nodiscard]] std::string why_json(const std::vector<group_view>& groups);

}  // namespace mayhem::app
