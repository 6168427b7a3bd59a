#pragma once

#include <string>

#include <toml++/toml.h>

#include "config/config.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

/// Reads what is done to the targets of a group whose kind is known: `action` with the keys that belong to it, or
/// `actions`, each entry with its own; and `by_hand`. Reports what is wrong with it.
void read_acts(settings::section& section, group_config& group);

/// Whether any of it lasts.
[[nodiscard]] bool has_lasting_act(const group_config& group);

/// The same of a text that somebody wrote: checked for being parameters of an action, in their one form. Throws
/// `std::invalid_argument`, which says what is wrong with it.
[[nodiscard]] std::string read_parameters(const std::string& text);

/// The parameters among the keys of an action, as a message carries them: `for = "30s", how = "reject"`.
[[nodiscard]] std::string parameters_in(const toml::table& keys);

}  // namespace mayhem::app
