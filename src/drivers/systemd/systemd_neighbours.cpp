// What stands around systemd's units: who goes down with a target, and who of them stands now; and what became of a
// target that is not back.
#include <algorithm>
#include <iterator>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "drivers/systemd/unit_graph.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/frame.hpp"
#include "system/signal_disposition.hpp"

namespace mayhem::drivers {

async::awaitable<std::vector<core::reach>> systemd_driver::reach_of(std::vector<core::target> targets) {
    const std::size_t count = targets.size();
    return unknown_on_trouble(find_reach(std::move(targets)), count, settings_.call_limit, "systemd");
}

async::awaitable<std::vector<core::reach>> systemd_driver::find_reach(std::vector<core::target> targets) {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    std::vector<std::string> ids;
    std::ranges::transform(targets, std::back_inserter(ids), &core::target::id);
    const unit_graph graph = co_await look_around_units(bus, std::move(ids));
    const auto is_meant = [this](const std::string& unit) { return selector_.matches(unit); };
    std::vector<core::reach> reaches;
    std::ranges::transform(targets, std::back_inserter(reaches),
                           [&](const core::target& t) { return graph.reach_of(t.id, own_unit_, is_meant); });
    co_return reaches;
}

async::awaitable<std::optional<std::vector<std::string>>> systemd_driver::lives_of(std::vector<std::string> ids) {
    return nothing_on_trouble(find_lives(std::move(ids)), tell_once_);
}

async::awaitable<std::vector<std::string>> systemd_driver::find_lives(std::vector<std::string> ids) {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    std::vector<std::string> lives = co_await look_at_lives(bus, std::move(ids));
    co_return lives;
}

async::awaitable<ports::departure> systemd_driver::departure_of(core::target t) {
    return unknown_on_trouble(find_departure(std::move(t)), settings_.call_limit, "systemd");
}

async::awaitable<ports::departure> systemd_driver::find_departure(core::target t) {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    const std::optional<systemd_unit> u = co_await look(bus, t.id);
    ports::departure d;
    d.is = u && u->invocation == t.incarnation && is_alive(*u) ? core::passing::stands : core::passing::ended;
    if (!u) {
        d.seen = "there is no such unit any more";
    } else if (d.is == core::passing::ended) {
        d.seen = "it is " + u->active_state + " (" + u->sub_state + "): see systemctl status " + t.id;
    } else if (u->active_state == "deactivating") {
        d.seen = "it is still stopping (" + u->sub_state + "): give it a longer recovery_timeout";
    } else if (settings_.action == systemd_action::kill) {
        d.seen = system::describe_standing(u->main_process, settings_.signal,
                                           system::disposition_of(u->main_process, settings_.signal));
    } else {
        d.seen = "it still runs as it did before: see systemctl status " + t.id;
    }
    co_return d;
}

}  // namespace mayhem::drivers
