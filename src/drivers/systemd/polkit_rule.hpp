#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "drivers/systemd/systemd_unit.hpp"

namespace mayhem::drivers {

/// The polkit rule that would allow `user` the action on the unit, on one line.
[[nodiscard]] std::string polkit_rule(std::string_view unit, systemd_action action, std::string_view user);

/// A whole file for polkit's rules.d which allows `user` the action on these units, and on no others. `why` is its
/// first line: who has written it and for what.
[[nodiscard]] std::string polkit_rules_file(const std::vector<std::string>& units, systemd_action action,
                                            std::string_view user, std::string_view why);

}  // namespace mayhem::drivers
