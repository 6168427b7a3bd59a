#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/printed_plan.hpp"

namespace mayhem::app {

/// The plan for a program, as docs/commands.md describes it.
[[nodiscard]] std::string to_json(const printed_plan& p);

/// The same piece by piece, with the moments of `walk` in place of those of `p`, so that none of them is kept: a year
/// of a thousand groups is more than a million. Ends with a newline.
void write_json(const printed_plan& p, plan_walk& walk, const std::function<void(std::string_view)>& write);

}  // namespace mayhem::app
