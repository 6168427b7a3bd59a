#include "config/named_section.hpp"

#include <algorithm>

#include "mayhem/core/text/closest_name.hpp"
#include "settings/texts.hpp"

namespace mayhem::app {

void read_group_names(settings::section& section, const toml::table& groups, std::vector<std::string>& names) {
    settings::read_texts(section, "groups", names);
    std::vector<std::string_view> known;
    for (const auto& [key, value] : groups) {
        known.push_back(key.str());
    }
    for (const std::string& name : names) {
        if (std::ranges::find(known, name) == known.end()) {
            const auto meant = core::closest_name(name, known);
            section.fail("groups", "there is no group \"" + name + "\" in this file" +
                                       (meant ? ": did you mean \"" + std::string(*meant) + "\"?" : ""));
        }
    }
}

}  // namespace mayhem::app
