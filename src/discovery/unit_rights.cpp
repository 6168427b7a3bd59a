#include "discovery/unit_rights.hpp"

#include <algorithm>
#include <any>
#include <chrono>
#include <exception>
#include <list>
#include <map>
#include <memory>
#include <utility>

#include <unistd.h>

#include "assembly/bystander.hpp"
#include "discovery/service_look.hpp"
#include "drivers/systemd/polkit_rule.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "pipeline/model/list_targets.hpp"
#include "system/run_command.hpp"

namespace mayhem::app {

namespace {

using drivers::systemd_action;

constexpr std::chrono::seconds list_limit{5};
constexpr std::chrono::seconds ask_limit{2};
constexpr int refused_from = 1;  // pkcheck: not authorised; 2: after a question to a person, whom there is none to ask
constexpr int refused_to = 3;

/// One group of units that systemd is asked to act on.
struct site {
    std::string group;
    systemd_action action{};
    warning_collector told;
    std::unique_ptr<ports::driver> driver;
    std::vector<std::string> units;
    std::vector<std::string> refused;
};

bool asks_systemd(const drivers::systemd_driver_settings& s) {
    const bool is_for_systemd =
        s.action == systemd_action::restart || s.action == systemd_action::kill || s.action == systemd_action::stop;
    return is_for_systemd && s.manager == drivers::systemd_manager::system;
}

async::awaitable<void> look(site& s, const own_service& service) {
    const async::frame here;
    std::vector<core::target> found = co_await pipeline::list_targets(*s.driver, list_limit);
    for (core::target& t : found) {
        s.units.push_back(std::move(t.id));
    }
    for (std::size_t i = 0; i < std::min(s.units.size(), rights_asked_max); ++i) {
        const system::command_result answer = co_await system::run_command(
            {.arguments = {"pkcheck", "--action-id", std::string(drivers::polkit_action), "--process",
                           std::to_string(service.main_process), "--detail", "unit", s.units[i], "--detail", "verb",
                           std::string(drivers::polkit_verb(s.action))},
             .timeout = ask_limit});
        const bool is_refused = !answer.timed_out && !answer.status.by_signal && answer.status.number >= refused_from &&
                                answer.status.number <= refused_to;
        if (is_refused) {
            s.refused.push_back(s.units[i]);
        }
    }
}

void look_at(const config& c, const own_service& service, std::list<site>& sites) {
    bystander around(c);
    {
        async::task_group tasks(around.loop(), "rights", [](const async::task_failure&) {});
        for (const group_config& g : c.groups) {
            const auto* const settings = std::any_cast<drivers::systemd_driver_settings>(&g.driver);
            if (settings == nullptr || !asks_systemd(*settings)) {
                continue;
            }
            site& s = sites.emplace_back();
            s.group = g.settings.name;
            s.action = settings->action;
            try {
                s.driver = around.make_driver(g, s.told);
            } catch (const std::exception&) {  // `check` says so by itself
                sites.pop_back();
                continue;
            }
            tasks.spawn("look", look(s, service));
        }
        around.loop().run();
    }
    for (site& s : sites) {
        s.driver.reset();  // before its loop
    }
}

missing_rights sum_up(const std::list<site>& sites, const std::string& user) {
    constexpr std::size_t named_max = 5;
    missing_rights all;
    std::map<systemd_action, std::vector<std::string>> wanted;
    for (const site& s : sites) {
        std::vector<std::string>& units = wanted[s.action];
        units.insert(units.end(), s.units.begin(), s.units.end());
        if (!s.refused.empty()) {
            all.warnings.push_back("group '" + s.group + "': polkit does not allow the user " + user + " to " +
                                   std::string(to_string(s.action)) + " " + core::first_few(s.refused, named_max));
        }
    }
    if (all.warnings.empty()) {
        return all;
    }
    for (const auto& [action, units] : wanted) {
        all.rules += drivers::polkit_rules_file(units, action, user,
                                                "Lets the user " + user + " " + std::string(to_string(action)) +
                                                    " the units of Mayhem's config, and no others.");
    }
    return all;
}

}  // namespace

missing_rights find_missing_rights(const config& c) noexcept {
    try {
        const own_service service = ::geteuid() == 0 ? look_at_own_service() : own_service{};
        if (service.user.empty() || service.main_process <= 0) {
            return {};
        }
        std::list<site> sites;
        look_at(c, service, sites);
        return sum_up(sites, service.user);
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace mayhem::app
