#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "config/config_group.hpp"
#include "settings/errors.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

/// Calls `read(section, name)` for `value`, which stands as [KIND.NAME] in the file; reports a name that is none, and
/// what is no section.
template <typename Read>
void read_named_section(const toml::key& key, const toml::node& value, std::string_view kind, settings::errors& errors,
                        Read read) {
    const std::string_view name = key.str();
    const std::string of(kind);
    const std::string path = of + '.' + std::string(name);
    if (!is_group_name(name)) {
        errors.add(key.source().begin, of + " \"" + std::string(name) + "\": a name has 1 to 64 of a-z, 0-9, _ and -");
    } else if (!value.is_table()) {
        errors.add(key.source().begin, path + ": must be a section: write [" + of + ".NAME], and its keys below");
    } else {
        settings::section section(*value.as_table(), path, errors);
        read(section, name);
    }
}

/// Reads `groups`, a list of names of groups that the file has; reports each that it has not, and which was meant.
void read_group_names(settings::section& section, const toml::table& groups, std::vector<std::string>& names);

}  // namespace mayhem::app
