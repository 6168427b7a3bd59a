#pragma once

#include <string>

#include "record/report.hpp"

namespace mayhem::app {

/// A report for a program: docs/commands.md has the fields. Durations are in seconds.
[[nodiscard]] std::string to_json(const stores::report& r);

}  // namespace mayhem::app
