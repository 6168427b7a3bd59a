#pragma once

#include <string>
#include <vector>

#include "cli/fleet_session.hpp"

namespace mayhem::cli {

/// What the fleet's database says of each of these groups, for `why`: what was counted beside which limit, what is in
/// the way, what came of the last moment and whom it hit, and what `host` has said. JSON by group. The status is 1 when
/// no host is let act in one of them. Throws `fleet_trouble`.
[[nodiscard]] fleet_answer why_of_fleet(const fleet::link_settings& s, const std::vector<std::string>& groups,
                                        const std::string& host);

}  // namespace mayhem::cli
