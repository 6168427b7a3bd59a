// What stands around systemd's units: who goes down with a target, and who of them stands now.
#include <algorithm>
#include <iterator>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "drivers/systemd/unit_graph.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/frame.hpp"

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

}  // namespace mayhem::drivers
