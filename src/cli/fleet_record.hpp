#pragma once

#include "cli/fleet_session.hpp"
#include "record/history.hpp"

namespace mayhem::cli {

/// What all hosts did in their shared groups, from the fleet's database, from one moment of it: as `read_history` has
/// it of a host's own record, and with the host of each attempt. It holds less: `history::is_of_fleet`.
///
/// - An attempt is what its host has told; an act that a host got leave for and told nothing of is one without an end,
///   or with the end that its next life settled.
/// - Skips are the moments at which the fleet let nobody act, and those whose host never came for its leave.
///
/// A target is asked for by its id. Reads as whoever is logged in, who must be a member of `mayhem_reader`; writes
/// nothing. Throws `fleet_trouble`: the database does not answer, has no fleet, another version, or does not let us.
[[nodiscard]] stores::history read_fleet_history(const fleet::link_settings& s, const stores::history_filter& filter);

/// Whether whoever is logged in may read, and what is there can be read; otherwise throws `fleet_trouble`, which says
/// what to do.
async::awaitable<void> check_readable(fleet_talk& talk);

}  // namespace mayhem::cli
