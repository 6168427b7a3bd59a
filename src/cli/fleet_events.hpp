#pragma once

#include <optional>
#include <string>

#include "cli/fleet_session.hpp"

namespace mayhem::cli {

/// Prints what happens in a fleet, as it happens, from its database, which is asked once a second: what was decided,
/// let go, settled, halted and resumed, whose breaker opened, and how each attempt ended, as its host told it. With
/// `host` what concerns that one alone. What a host tells more than ten minutes after it ended is not shown, though it
/// is on record. Ends when the output is closed (0); throws `fleet_trouble` when the database answers no more.
int show_fleet_events(const fleet::link_settings& s, const std::optional<std::string>& host, bool as_json);

}  // namespace mayhem::cli
