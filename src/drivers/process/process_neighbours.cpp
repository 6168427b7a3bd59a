// What stands around processes: who goes down with a target, and who of them stands now.
#include <algorithm>
#include <iterator>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/process/process_ancestry.hpp"
#include "drivers/process/process_driver.hpp"
#include "drivers/process/process_reach.hpp"
#include "drivers/systemd/systemd_bus.hpp"
#include "drivers/systemd/systemd_manager.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"

namespace mayhem::drivers {

namespace {

/// Whose services are looked at together with what runs in them.
bool is_in(const process_info& p, const std::string& unit) {
    const service_group found = find_service(p.control_group);
    return !found.is_of_user && found.unit == unit;
}

}  // namespace

async::awaitable<std::vector<core::reach>> process_driver::reach_of(std::vector<core::target> targets) {
    const std::size_t count = targets.size();
    return unknown_on_trouble(find_reach(std::move(targets)), count, 2 * settings_.bus_limit, "systemd, or /proc,");
}

std::vector<surroundings_of_process> process_driver::look_around(const std::vector<core::target>& targets) const {
    std::vector<std::pair<pid_t, pid_t>> all;
    (void)table_.scan([&all](const process_info& p) {
        all.emplace_back(p.pid, p.parent);
        return false;
    });
    process_ancestry ancestry(table_, settings_.proc_root, settings_.signal);
    std::vector<surroundings_of_process> found(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const std::optional<process_incarnation> wanted = process_incarnation::parse(targets[i].incarnation);
        const std::optional<process_info> target = wanted ? table_.read(wanted->pid) : std::nullopt;
        if (!target || table_.incarnation_of(*target) != *wanted) {
            continue;
        }
        found[i].origin = {ancestry.origin_of(*target)};
        found[i].forked = descendants(target->pid, all, [&](pid_t pid) {
            std::optional<process_info> p = table_.read(pid);
            return p && p->is_running() && is_same_program(*p, *target) ? p : std::nullopt;
        });
    }
    return found;
}

async::awaitable<std::vector<core::reach>> process_driver::find_reach(std::vector<core::target> targets) {
    const async::frame here;
    std::vector<surroundings_of_process> around =
        co_await async::run_blocking(pool_, [this, &targets] { return look_around(targets); });
    std::vector<process_origin> origins;
    for (surroundings_of_process& s : around) {
        std::ranges::move(s.origin, std::back_inserter(origins));
    }
    co_await ask_systemd(origins);
    auto next = origins.begin();
    std::vector<std::string> units;
    for (surroundings_of_process& s : around) {
        if (!s.origin.empty()) {
            s.origin = {std::move(*next++)};
            if (is_main_process(s.origin.front())) {
                units.push_back(s.origin.front().service.unit);
            }
        }
    }
    unit_graph graph;
    std::vector<process_info> everybody;
    if (!units.empty()) {
        systemd_bus bus(bus_address_, settings_.bus_limit);
        graph = co_await look_around_units(bus, units);
        everybody = co_await async::run_blocking(pool_, [this] {
            return table_.scan([](const process_info& p) { return p.is_running() && !p.is_kernel_thread; });
        });
    }
    for (surroundings_of_process& s : around) {
        if (!s.origin.empty() && is_main_process(s.origin.front())) {
            std::ranges::copy_if(everybody, std::back_inserter(s.in_service), [&s](const process_info& p) {
                return p.pid != s.origin.front().process.pid && is_in(p, s.origin.front().service.unit);
            });
        }
    }
    const own_place own = co_await async::run_blocking(pool_, [this] { return look_around(); });
    const auto is_meant = [this](const process_info& p) { return settings_.selector.matches(p); };
    const view_of_reach view{.own = own,
                             .given = given_,
                             .own_unit = find_own_unit(systemd_manager::system),
                             .to_target = [this](const process_info& p) { return to_target(p); },
                             .is_meant = is_meant,
                             .is_unit_meant =
                                 [&](const std::string& unit) {
                                     return std::ranges::any_of(everybody, [&](const process_info& p) {
                                         return is_in(p, unit) && is_meant(p);
                                     });
                                 }};
    std::vector<core::reach> reaches;
    std::ranges::transform(around, std::back_inserter(reaches),
                           [&](const surroundings_of_process& s) { return reach_of_process(s, graph, view); });
    co_return reaches;
}

async::awaitable<std::optional<std::vector<std::string>>> process_driver::lives_of(std::vector<std::string> ids) {
    return nothing_on_trouble(find_lives(std::move(ids)), tell_once_);
}

async::awaitable<std::vector<std::string>> process_driver::find_lives(std::vector<std::string> ids) const {
    const async::frame here;
    systemd_bus bus(bus_address_, settings_.bus_limit);
    std::vector<std::string> lives = co_await look_at_lives(bus, std::move(ids));
    co_return lives;
}

}  // namespace mayhem::drivers
