#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "api/inspection.hpp"
#include "cli/table.hpp"

namespace mayhem::cli {

/// A line for each target: whether it could be hit, or the first guard that says no. Ends with a newline.
std::string eligible_text(const std::vector<app::group_view>& groups, std::size_t room = table::no_limit);

/// For each target every guard with yes or no and what it looked at. Ends with a newline.
std::string why_text(const std::vector<app::group_view>& groups, std::size_t room = table::no_limit);

}  // namespace mayhem::cli
