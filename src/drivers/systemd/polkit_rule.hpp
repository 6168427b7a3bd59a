#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "drivers/systemd/systemd_unit.hpp"

namespace mayhem::drivers {

/// What systemd asks polkit for, and, as a detail, the verb.
inline constexpr std::string_view polkit_action = "org.freedesktop.systemd1.manage-units";
[[nodiscard]] std::string_view polkit_verb(systemd_action a) noexcept;

/// The polkit rule that would allow `user` the action on the unit, on one line.
[[nodiscard]] std::string polkit_rule(std::string_view unit, systemd_action action, std::string_view user);

/// A whole file for polkit's rules.d which allows `user` the action on these units, and on no others. `why` is its
/// first line: who has written it and for what.
[[nodiscard]] std::string polkit_rules_file(const std::vector<std::string>& units, systemd_action action,
                                            std::string_view user, std::string_view why);

}  // namespace mayhem::drivers
