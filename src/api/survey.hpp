#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace mayhem::app {

/// So long a group may take to list its targets.
inline constexpr std::chrono::seconds survey_limit{5};

/// Looks at the targets of every group, and says what is not as its config would have it: targets that are left alone
/// because nothing would bring them back, names behind which there is none, a driver that cannot be asked, a `min_age`
/// that no target can reach because its driver does not tell when it started, targets that another group of the same
/// driver selects as well. One text for each, "group 'web': ...".
///
/// Touches nothing. Runs a loop of its own, and blocks for `survey_limit` and a little at the most. A driver that
/// cannot be asked is a finding as well: nothing is thrown for it. Simulated groups are not looked at.
[[nodiscard]] std::vector<std::string> survey(const config& c);

}  // namespace mayhem::app
