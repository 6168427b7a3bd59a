#pragma once

#include <string>

#include "record/history.hpp"

namespace mayhem::app {

/// Attempts and skips for a program: docs/commands.md has the fields. Moments are RFC 3339 in UTC, durations in
/// seconds.
[[nodiscard]] std::string to_json(const stores::history& h);

}  // namespace mayhem::app
