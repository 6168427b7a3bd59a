// How the process driver finds out who starts a process again, and what is left out for that.
#include <algorithm>
#include <csignal>
#include <map>
#include <utility>

#include "drivers/process/process_ancestry.hpp"
#include "drivers/process/process_driver.hpp"
#include "drivers/systemd/systemd_bus.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::drivers {

std::vector<process_origin> process_driver::origin_of(const process_info& process) const {
    return {process_ancestry(table_, settings_.proc_root, settings_.signal).origin_of(process)};
}

process_driver::selection process_driver::select_with_origins() const {
    selection found = select(0);
    if (settings_.allow_dead || found.eligible.size() > settings_.targets_max) {
        return found;
    }
    process_ancestry ancestry(table_, settings_.proc_root, settings_.signal);
    std::ranges::transform(found.eligible, std::back_inserter(found.origins),
                           [&ancestry](const process_info& p) { return ancestry.origin_of(p); });
    return found;
}

async::awaitable<void> process_driver::ask_systemd(std::vector<process_origin>& origins) const {
    const async::frame here;
    std::map<std::string, std::optional<systemd_unit>> units;
    for (const process_origin& o : origins) {
        if (!o.service.unit.empty() && !o.service.is_of_user) {
            units.try_emplace(o.service.unit);
        }
    }
    if (units.empty()) {
        co_return;
    }
    std::vector<std::string> names;
    std::ranges::transform(units, std::back_inserter(names), [](const auto& u) { return u.first; });
    std::string trouble;
    try {
        systemd_bus bus(bus_address_, settings_.bus_limit);
        auto found = co_await async::with_timeout(look_at_units(bus, names), settings_.bus_limit);
        for (std::size_t i = 0; found && i < names.size(); ++i) {
            units[names[i]] = std::move((*found)[i]);
        }
        trouble = found ? "" : "systemd did not answer within " + core::format_duration(settings_.bus_limit);
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    for (process_origin& o : origins) {
        if (const auto found = units.find(o.service.unit); found != units.end() && !o.service.is_of_user) {
            o.unit = found->second;
            o.unit_trouble = trouble;
        }
    }
}

upholder process_driver::judge_origin(const process_origin& o) const {
    if (settings_.kill_after && o.does == system::signal_disposition::ignored) {
        process_origin killed = o;  // it is SIGKILL that ends it
        killed.does = system::signal_disposition::by_default;
        return find_upholder(killed, SIGKILL);
    }
    return find_upholder(o, settings_.signal);
}

void process_driver::leave_out_what_stays_dead(selection& found) {
    constexpr std::size_t doubted_max = 1000;
    std::set<std::string> left_out(found.left_out.begin(), found.left_out.end());
    std::vector<process_info> eligible;
    std::map<std::string, known_wait> waits;
    for (const process_origin& o : found.origins) {
        const upholder u = judge_origin(o);
        if (u.is == upholder::answer::leaves_it) {
            left_out.insert("process " + o.process.name + " is left alone: " + u.why);
            continue;
        }
        if (u.is == upholder::answer::not_known && doubted_.size() < doubted_max &&
            doubted_.insert(o.process.name).second) {
            tell_once_("process " + o.process.name + '[' + std::to_string(o.process.pid) + "]: " + describe(u) +
                       "; if nobody does, leave it out with except, or say allow_dead = true to hear no more of it");
        }
        eligible.push_back(o.process);
        if (is_main_process(o) && o.unit->restart_delay > core::duration{}) {
            waits.emplace(table_.incarnation_of(o.process).to_string(),
                          known_wait{.at_least = o.unit->restart_delay,
                                     .because = "RestartSec=" + core::format_duration(o.unit->restart_delay) + " of " +
                                                o.service.unit});
        }
    }
    if (!found.origins.empty()) {
        found.eligible = std::move(eligible);
    }
    waits_ = std::move(waits);
    found.left_out.assign(left_out.begin(), left_out.end());
}

std::optional<explainer::known_wait> process_driver::wait_for(const core::target& t) const {
    const auto found = waits_.find(t.incarnation);
    return found == waits_.end() ? std::nullopt : std::optional(found->second);
}

async::awaitable<std::string> process_driver::who_starts_again(core::target t) {
    const async::frame here;
    const std::optional<process_incarnation> wanted = process_incarnation::parse(t.incarnation);
    if (!wanted) {
        co_return std::string();
    }
    std::vector<process_origin> origins = co_await async::run_blocking(pool_, [this, &wanted] {
        const std::optional<process_info> found = table_.read(wanted->pid);
        return found && table_.incarnation_of(*found) == *wanted ? origin_of(*found) : std::vector<process_origin>();
    });
    co_await ask_systemd(origins);
    co_return origins.empty() ? std::string() : describe(judge_origin(origins.front()));
}

}  // namespace mayhem::drivers
