#pragma once

#include <optional>
#include <string_view>

#include <toml++/toml.h>

#include "config/config.hpp"
#include "config/config_schedule.hpp"
#include "settings/errors.hpp"

namespace mayhem::app {

/// What a group may be called: 1 to 64 of [a-z0-9_-].
bool is_group_name(std::string_view name) noexcept;

/// Reads [group.NAME]; `defaults` are the keys of [schedule]. Nothing when anything is wrong with it; then `errors` has
/// grown. Asks the system for the number of a user given by name, which may block.
std::optional<group_config> read_group(std::string_view name, const toml::table& table, const schedule_keys& defaults,
                                       settings::errors& errors);

}  // namespace mayhem::app
