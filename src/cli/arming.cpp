#include "cli/arming.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "api/inspection.hpp"
#include "cli/config_check.hpp"
#include "cli/config_source.hpp"
#include "cli/file_changes.hpp"
#include "config/armed_groups.hpp"
#include "config/config_file.hpp"
#include "config/config_group.hpp"
#include "config/control_path.hpp"
#include "daemon/exit_status.hpp"
#include "discovery/armed_text.hpp"
#include "discovery/group_name.hpp"
#include "discovery/proposed_group.hpp"
#include "discovery/service_look.hpp"
#include "drivers/systemd/polkit_rule.hpp"
#include "drivers/systemd/systemd_driver.hpp"

namespace mayhem::cli {

namespace {

constexpr const char* rules_folder = "/etc/polkit-1/rules.d";

using keys = std::vector<std::pair<std::string, std::string>>;

[[noreturn]] void fail(app::exit_status status, const std::string& lines) {
    throw cannot_arm(static_cast<int>(status), lines);
}

std::string joined(const std::vector<settings::error>& errors) {
    std::string all;
    for (const settings::error& e : errors) {
        all += (all.empty() ? "" : "\n") + to_string(e);
    }
    return all;
}

std::vector<std::string> find_units(const arm_options& o, arm_plan& plan) {
    std::vector<std::string> units;
    std::string troubles;
    for (const drivers::meant_unit& m : app::find_units(o.units)) {
        if (!m.trouble.empty()) {
            troubles += (troubles.empty() ? "" : "\n") + m.trouble;
        } else if (std::ranges::find(units, m.unit) == units.end()) {
            units.push_back(m.unit);
        }
        if (m.trouble.empty() && m.unit != m.word && m.unit != m.word + ".service") {
            plan.aliases.push_back(m.word + " is " + m.unit);
        }
    }
    if (!troubles.empty()) {
        fail(app::exit_status::findings, troubles);
    }
    return units;
}

/// The service's, unless somebody names another: that of the daemon that answers, or the usual one.
void find_file(const arm_options& o, arm_plan& plan) {
    const app::config_result known = app::read_config_file(o.config.value_or(service_config));
    const auto socket = o.socket || !known ? o.socket : known->control.socket;
    if (const auto path = app::find_control_path(socket)) {
        plan.daemon = find_daemon(*path);
    }
    const bool has_file = plan.daemon && !plan.daemon->config.empty();
    plan.config_file = o.config ? *o.config : std::filesystem::path(has_file ? plan.daemon->config : service_config);
    plan.is_its_config = plan.daemon && has_config(*plan.daemon, plan.config_file);
    if (!o.config && has_file && !plan.daemon->user.empty() && !is_beyond_others(plan.config_file)) {
        fail(app::exit_status::config, plan.config_file.string() +
                                           ", the config of the daemon that answers, can be "
                                           "changed by others than root: name it with -c if "
                                           "you mean it");
    }
    const std::optional<std::string> text = read_whole(plan.config_file);
    if (!text) {
        fail(app::exit_status::config, plan.config_file.string() +
                                           " cannot be read: name the service's config file with -c, or make one that "
                                           "says dry_run = true");
    }
    plan.config_before = *text;
}

/// The keys that make a schedule, the first choice first: what [schedule] says holds, where it says enough.
std::vector<keys> schedules() {
    return {{},
            {{"mean_time_between", "\"4h\""}, {"min_time_between", "\"30m\""}, {"max_per_day", "12"}},
            {{"mean_time_between", "\"4h\""}},
            {{"mean_time_between", "\"1d\""}}};
}

app::proposed_group propose(const arm_options& o, const std::string& name, const std::vector<std::string>& units,
                            const keys& schedule) {
    app::proposed_group g{
        .name = name, .comments = {"Armed by \"mayhem arm\". dry_run = true and a reload disarm this group again."}};
    g.keys = {{"driver", "\"systemd\""}, {"units", app::toml_list(units)}, {"dry_run", "false"}};
    g.keys.insert(g.keys.end(), schedule.begin(), schedule.end());
    if (!o.hours.empty()) {
        g.keys.emplace_back("hours", app::toml_list(o.hours));
    }
    return g;
}

const app::group_config& group_of(const app::config& c, const std::string& name) {
    return *std::ranges::find(c.groups, name, [](const auto& g) -> const std::string& { return g.settings.name; });
}

bool is_any_hour(const core::schedule& s) {
    return std::ranges::all_of(s.allowed.hours, [](const core::time_window& w) { return w == core::time_window{}; });
}

/// The first proposal that the file takes. Throws what is wrong with the last.
app::config add_group(const arm_options& o, const std::vector<std::string>& units, arm_plan& plan) {
    std::vector<settings::error> errors;
    const auto write = [&plan](const app::proposed_group& g) {
        plan.group_text = to_toml(g);
        plan.config_after = app::add_to_config(plan.config_before, plan.group_text);
        return app::parse_config(plan.config_after, plan.config_file.string());
    };
    for (const keys& schedule : schedules()) {
        app::proposed_group g = propose(o, plan.group, units, schedule);
        app::config_result read = write(g);
        if (read && is_any_hour(*group_of(*read, plan.group).settings.schedule)) {
            g.comments.emplace_back(
                R"(With hours = ["09:00-17:00"] and days = ["mon-fri"] it is left alone outside them.)");
            read = write(g);
        }
        if (read) {
            return std::move(read).value();
        }
        errors = read.error();
    }
    fail(app::exit_status::config, plan.config_file.string() +
                                       " does not take another group at its end; write this into it by hand:\n" +
                                       plan.group_text + joined(errors));
}

std::string name_group(const arm_options& o, const std::vector<std::string>& units, const app::config& c,
                       const std::filesystem::path& file) {
    const std::string name = o.group.value_or(app::group_name_of(units));
    if (!app::is_group_name(name)) {
        fail(app::exit_status::usage, "group \"" + name + "\": a name has 1 to 64 of a-z, 0-9, _ and -");
    }
    const bool is_taken = std::ranges::any_of(c.groups, [&](const auto& g) { return g.settings.name == name; });
    if (is_taken) {
        fail(app::exit_status::findings, "there is a group '" + name + "' in " + file.string() +
                                             " already: write dry_run = false into [group." + name +
                                             "] to arm that one, or give the new one another name with --group");
    }
    return name;
}

/// A group of the file that has one of the units, as it is now.
struct holding_group {
    std::string name;
    std::vector<std::string> units;  ///< all of its targets
};

/// Of the groups that have one of the units: nothing if there is none. Two groups that hit the same unit would count
/// their limits apart, so that only a group that has all of them, and is a dry run, can be armed.
std::optional<holding_group> find_holder(const arm_options& o, const app::config& before,
                                         const std::vector<std::string>& units, const std::filesystem::path& store,
                                         const std::filesystem::path& file) {
    app::config of_systemd = before;
    std::erase_if(of_systemd.groups, [](const auto& g) { return g.kind->name != "systemd"; });
    for (const app::group_view& v :
         of_systemd.groups.empty() ? std::vector<app::group_view>() : app::inspect(of_systemd, store)) {
        holding_group holder{.name = v.group, .units = {}};
        for (const app::target_verdict& t : v.targets) {
            holder.units.push_back(t.target.id);
        }
        const auto has = [&holder](const std::string& unit) {
            return std::ranges::find(holder.units, unit) != holder.units.end();
        };
        const auto first = std::ranges::find_if(units, has);
        if (first == units.end()) {
            continue;
        }
        const std::string where = *first + " is in group '" + v.group + "' of " + file.string() + " already, which is ";
        if (!app::is_dry_run(before, group_of(before, v.group))) {
            fail(app::exit_status::findings, where + "armed: \"mayhem restart --wait " + *first + "\" shows it");
        }
        if (!std::ranges::all_of(units, has) || o.group.value_or(v.group) != v.group || !o.hours.empty()) {
            fail(app::exit_status::findings,
                 where + "a dry run: \"mayhem arm " + *first + "\" by itself arms that group as it stands");
        }
        return holder;
    }
    return std::nullopt;
}

/// The file with that group armed, and nothing else changed. Throws if lines do not tell where it stands.
app::config arm_in_place(const app::config& before, const holding_group& holder, arm_plan& plan) {
    plan.is_in_place = true;
    plan.group = holder.name;
    plan.group_text = "[group." + holder.name + "]\ndry_run = false\n";
    const std::optional<std::string> text = app::with_group_armed(plan.config_before, holder.name);
    const std::string by_hand = "write dry_run = false into [group." + holder.name + "] of " +
                                plan.config_file.string() + " by hand, and reload";
    if (!text) {
        fail(app::exit_status::config, by_hand);
    }
    app::config_result read = app::parse_config(*text, plan.config_file.string());
    std::vector<std::string> expected = app::dry_groups(before);
    std::erase(expected, holder.name);
    if (!read || app::is_dry_run(*read, group_of(*read, holder.name)) || app::dry_groups(*read) != expected) {
        fail(app::exit_status::config, by_hand);
    }
    plan.config_after = *text;
    return std::move(read).value();
}

void judge(const app::config& after, const std::vector<std::string>& units, const std::filesystem::path& store,
           arm_plan& plan) {
    app::config only = after;
    std::erase_if(only.groups, [&plan](const auto& g) { return g.settings.name != plan.group; });
    plan.units = app::judge_units(only, store, units);
    std::string troubles;
    for (const app::unit_fitness& u : plan.units) {
        if (!u.why_not.empty()) {
            troubles += (troubles.empty() ? "" : "\n") + u.unit + " cannot be armed: " + u.why_not;
        }
    }
    if (!troubles.empty()) {
        fail(app::exit_status::findings, troubles);
    }
    const core::schedule& s = *only.groups.front().settings.schedule;
    plan.mean = s.mean_time_between;
    for (const core::time_window& w : is_any_hour(s) ? std::vector<core::time_window>() : s.allowed.hours) {
        plan.hours += (plan.hours.empty() ? "" : ", ") + core::to_string(w);
    }
    const config_check checked = check_config(only, plan.config_file, false);
    plan.warnings = checked.warnings;
    const config_check all = check_config(after, plan.config_file, true);
    if (!all.read) {
        fail(app::exit_status::config, joined(all.read.error()));
    }
    plan.verdict = all.verdict();
}

/// Root may do everything; anybody else needs a rule for each unit.
void find_rights(const std::vector<std::string>& units, const app::group_config& group, arm_plan& plan) {
    using drivers::systemd_action;
    const app::own_service service = app::look_at_own_service();
    plan.is_service = service.is_there;
    plan.user = plan.is_its_config ? plan.daemon->user : service.user;
    const auto& settings = std::any_cast<const drivers::systemd_driver_settings&>(group.driver);
    const systemd_action action = settings.action;
    const bool asks_systemd =
        action == systemd_action::restart || action == systemd_action::kill || action == systemd_action::stop;
    if (plan.user.empty() || !asks_systemd || settings.manager != drivers::systemd_manager::system) {
        return;
    }
    plan.rule_file = std::filesystem::path(rules_folder) / ("50-mayhem-" + plan.group + ".rules");
    plan.rule_text = drivers::polkit_rules_file(units, action, plan.user,
                                                "Written by \"mayhem arm\": lets the user " + plan.user + " " +
                                                    std::string(to_string(action)) + " these units, of group '" +
                                                    plan.group + "', and no others.");
}

}  // namespace

arm_plan plan_arming(const arm_options& o) {
    arm_plan plan;
    find_file(o, plan);
    const app::config_result before = app::parse_config(plan.config_before, plan.config_file.string());
    if (!before) {
        fail(app::exit_status::config, joined(before.error()));
    }
    const std::vector<std::string> meant = find_units(o, plan);
    const std::filesystem::path store = find_store(o, *before);
    const std::optional<holding_group> holder = find_holder(o, *before, meant, store, plan.config_file);
    std::vector<std::string> units = meant;
    app::config after;
    if (holder) {
        after = arm_in_place(*before, *holder, plan);
        std::ranges::copy_if(holder->units, std::back_inserter(units),
                             [&](const std::string& u) { return std::ranges::find(meant, u) == meant.end(); });
    } else {
        plan.group = name_group(o, meant, *before, plan.config_file);
        after = add_group(o, meant, plan);
    }
    judge(after, units, store, plan);
    find_rights(units, group_of(after, plan.group), plan);
    return plan;
}

}  // namespace mayhem::cli
