#pragma once

#include <string>

#include "api/printed_plan.hpp"

namespace mayhem::app {

/// A plan for a program: docs/commands.md has the fields.
[[nodiscard]] std::string to_json(const printed_plan& p);

}  // namespace mayhem::app
