#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/absence.hpp"
#include "api/guard_json.hpp"
#include "api/inspection.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/guard_text.hpp"
#include "cli/standard_output.hpp"
#include "cli/terminal.hpp"
#include "daemon/exit_status.hpp"
#include "mayhem/core/text/closest_name.hpp"

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
    const bool is_known = has_targets(groups);
    if (is_known || o.json) {
        const std::size_t room = output_terminal().columns;
        o.json ? print_json(app::why_json(groups)) : print(found->place.told() + why_text(groups, room));
    }
    return status_of(groups);
}

}  // namespace mayhem::cli
