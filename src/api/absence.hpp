#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace mayhem::app {

/// Why what goes by `name` is no target of any group: one sentence for each group and thing, "group 'web': unit
/// web.service: it is masked". Empty where no driver knows anything by that name, or can say.
///
/// Touches nothing. Runs a loop of its own, and blocks for `survey_limit` and a little at the most. A driver that
/// cannot look is a sentence as well.
[[nodiscard]] std::vector<std::string> explain_absence(const config& c, const std::string& name);

}  // namespace mayhem::app
