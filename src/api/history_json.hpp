#pragma once

#include <array>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "record/history.hpp"

namespace mayhem::app {

/// Which fields of an attempt the record of a fleet does not hold: they are null there, and `not_held` lists them.
inline constexpr std::array<std::string_view, 12> not_in_fleet_record{
    "name", "incarnation_after", "message_state",   "disposition",     "action", "parameters",
    "pace", "usual_seconds",     "stopped_seconds", "started_seconds", "span",   "reach"};

/// Attempts and skips for a program: docs/commands.md has the fields. Moments are RFC 3339 in UTC, durations in
/// seconds.
[[nodiscard]] std::string to_json(const stores::history& h);

/// What lasted, and stood; null for none.
[[nodiscard]] nlohmann::json span_json(const core::span_facts* s);

/// One attempt, as in there.
[[nodiscard]] nlohmann::json attempt_json(const stores::history_row& row);

/// One moment without a message, likewise.
[[nodiscard]] nlohmann::json skip_json(const stores::skip_row& row);

}  // namespace mayhem::app
