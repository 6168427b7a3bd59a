#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::telemetry {

/// What came of the moments of one group that is shared, on this host.
struct shared_group_numbers {
    std::string group;
    std::uint64_t ours = 0;
    std::uint64_t others = 0;
    std::uint64_t skipped = 0;
    std::uint64_t undecided = 0;
    std::uint64_t permits = 0;
    std::map<core::guard, std::uint64_t> refused{};  ///< why nobody was let act, and why leave was not given
    std::optional<double> census_age{};              ///< in seconds, since the fleet was told last who stands
};

/// Of the calls of the fleet's database, how many ended so.
struct fleet_call_numbers {
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;   ///< by the database
    std::uint64_t unknown = 0;   ///< nobody knows whether it happened
    std::uint64_t not_sent = 0;  ///< it did not leave this host
};

/// How this host stands in its fleet.
struct fleet_numbers {
    bool is_connected = false;
    bool takes_part = false;
    bool is_halted = false;
    std::uint64_t halts_heard = 0;
    std::size_t untold = 0;  ///< ends of acts that the fleet has not heard of
    std::optional<double> clock_ahead{};
    fleet_call_numbers calls{};
    std::vector<shared_group_numbers> groups{};
};

}  // namespace mayhem::telemetry
