#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/absence.hpp"
#include "api/guard_json.hpp"
#include "api/inspection.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/fleet_place.hpp"
#include "cli/fleet_why.hpp"
#include "cli/guard_text.hpp"
#include "cli/standard_output.hpp"
#include "cli/terminal.hpp"
#include "config/fleet_host.hpp"
#include "daemon/exit_status.hpp"
#include "fleet/link_settings.hpp"
#include "mayhem/core/text/closest_name.hpp"
#include "mayhem/core/text/json_text.hpp"

namespace mayhem::cli {

namespace {

int status_of(const std::vector<app::group_view>& groups) {
    const bool any = std::ranges::any_of(groups, [](const app::group_view& g) {
        return std::ranges::any_of(g.targets, [](const app::target_verdict& t) { return t.refusal() == nullptr; });
    });
    return static_cast<int>(any ? app::exit_status::success : app::exit_status::findings);
}

bool has_targets(const std::vector<app::group_view>& groups) {
    return std::ranges::any_of(groups, [](const app::group_view& g) { return !g.targets.empty(); });
}

/// The reason, where there is one; otherwise what else may help to find the name that was meant.
void say_unknown(const app::config& config, const std::string& target, const std::vector<app::group_view>& groups) {
    const std::vector<std::string> reasons = app::explain_absence(config, target);
    for (const std::string& reason : reasons) {
        print_error("mayhem: '" + target + "' is no target of " + reason);
    }
    if (!reasons.empty()) {
        return;
    }
    std::vector<std::string_view> names;
    for (const app::group_view& g : groups) {
        for (const app::target_verdict& t : g.targets) {
            names.push_back(t.target.name);
            names.push_back(t.target.id);
        }
        for (const std::string& warning : g.warnings) {
            print_error("Group '" + g.group + "': " + warning);
        }
        if (!g.trouble.empty()) {
            print_error("Group '" + g.group + "': its targets cannot be listed: " + g.trouble);
        }
    }
    const auto meant = core::closest_name(target, names);
    print_error("mayhem: no group selects a target '" + target +
                "' now: it is not running, does not match a selector (not_opted_in), or is protected; " +
                (meant ? "did you mean '" + std::string(*meant) + "'?" : "\"mayhem eligible\" lists those there are"));
}

/// Of the groups in which there is such a target, those that hosts share.
std::vector<std::string> shared_among(const std::vector<app::group_view>& groups, const app::config& c) {
    std::vector<std::string> shared;
    for (const app::group_config& g : c.groups) {
        const bool is_asked = std::ranges::any_of(
            groups, [&g](const app::group_view& v) { return v.group == g.settings.name && !v.targets.empty(); });
        if (g.settings.is_shared && is_asked) {
            shared.push_back(g.settings.name);
        }
    }
    return shared;
}

/// What the fleet says of groups that hosts share.
fleet_answer ask_fleet_why(const why_options& o, const app::config& c, const std::vector<std::string>& shared) {
    if (shared.empty() || !c.fleet) {
        return {.text = "No group with such a target is shared with other hosts.\n", .json = nlohmann::json::object()};
    }
    return why_of_fleet(fleet_reader_of(o.fleet, c), shared, o.fleet.host.value_or(app::fleet_host_of(*c.fleet)));
}

/// Prints what the guards of this host say, and what the fleet does if it is asked; the exit status.
int tell_why(const why_options& o, const found_config& found, const std::vector<app::group_view>& groups) try {
    const int status = status_of(groups);
    const std::vector<std::string> shared = shared_among(groups, found.config);
    if (!o.fleet.is_asked) {
        const std::string more = shared.empty() ? "" : "\nWhat the fleet counts in a shared group, --fleet shows.\n";
        o.json ? print_json(app::why_json(groups))
               : print(found.place.told() + why_text(groups, output_terminal().columns) + more);
        return status;
    }
    if (!o.json) {
        print(found.place.told() + why_text(groups, output_terminal().columns) + "\n");
    }
    const fleet_answer fleet = ask_fleet_why(o, found.config, shared);
    if (o.json) {
        nlohmann::json all = nlohmann::json::parse(app::why_json(groups));
        all["fleet"] = fleet.json;
        print_json(core::json_text(all));
    } else {
        print(fleet.text);
    }
    return std::max(status, fleet.status);
} catch (const fleet_trouble& e) {
    return print_trouble(e);
}

}  // namespace

int show_eligible(const common_options& o) {
    const std::optional<found_config> found = find_config(o, without_file::ends);
    if (!found) {
        return static_cast<int>(app::exit_status::config);
    }
    const std::vector<app::group_view> groups = app::inspect(found->config, find_store(o, *found));
    const std::size_t room = output_terminal().columns;
    o.json ? print_json(app::eligible_json(groups)) : print(found->place.told() + eligible_text(groups, room));
    return status_of(groups);
}

int show_why(const why_options& o) {
    const std::optional<found_config> found = find_config(o, without_file::ends);
    if (!found) {
        return static_cast<int>(app::exit_status::config);
    }
    const app::config* const config = &found->config;
    const std::filesystem::path store = find_store(o, *found);
    std::vector<app::group_view> groups = app::inspect(*config, store, o.target);
    if (!has_targets(groups)) {
        const std::vector<app::group_view> all = app::inspect(*config, store);
        groups = app::only_target(all, o.target + ".service");  // "nginx", as systemctl takes it
        if (!has_targets(groups)) {
            say_unknown(*config, o.target, all);
        }
    }
    return has_targets(groups) || o.json ? tell_why(o, *found, groups) : status_of(groups);
}

}  // namespace mayhem::cli
