#include "config/armed_groups.hpp"

#include <algorithm>

#include "mayhem/core/text/first_few.hpp"

namespace mayhem::app {

bool is_dry_run(const config& c, const group_config& g) { return g.settings.dry_run.value_or(c.handling.dry_run); }

bool is_dry_run(const config& c) {
    return c.groups.empty() ? c.handling.dry_run
                            : std::ranges::all_of(c.groups, [&c](const auto& g) { return is_dry_run(c, g); });
}

std::vector<std::string> dry_groups(const config& c) {
    std::vector<std::string> names;
    for (const group_config& g : c.groups) {
        if (is_dry_run(c, g)) {
            names.push_back(g.settings.name);
        }
    }
    return names;
}

std::string describe_mode(const config& c) {
    constexpr std::size_t named_max = 3;
    if (is_dry_run(c)) {
        return "dry run: nothing is restarted";
    }
    std::vector<std::string> armed;
    for (const group_config& g : c.groups) {
        if (!is_dry_run(c, g)) {
            armed.push_back(g.settings.name);
        }
    }
    return armed.size() == c.groups.size()
               ? "armed"
               : "armed in " + std::to_string(armed.size()) + " of " + std::to_string(c.groups.size()) +
                     " groups: " + core::first_few(armed, named_max);
}

void arm_everything(config& c) {
    c.handling.dry_run = false;
    for (group_config& g : c.groups) {
        g.settings.dry_run.reset();
    }
}

}  // namespace mayhem::app
