// What stands around systemd's units: who goes down with a target, and who of them stands now.
#include <algorithm>
#include <iterator>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "drivers/systemd/unit_graph.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::drivers {

namespace {

/// So many are asked for in one go: dbus-daemon refuses a connection more than 128 calls that are not answered yet
/// (max_replies_per_connection, 1.14).
constexpr std::size_t asked_at_once = 64;

}  // namespace

async::awaitable<std::vector<std::optional<systemd_unit>>> systemd_driver::look(systemd_bus& bus,
                                                                                std::vector<std::string> units) {
    const async::frame here;
    std::vector<std::optional<systemd_unit>> found;
    found.reserve(units.size());
    for (std::size_t begin = 0; begin < units.size(); begin += asked_at_once) {
        std::vector<bus_message> requests;
        for (std::size_t i = begin; i < std::min(begin + asked_at_once, units.size()); ++i) {
            requests.push_back(bus.make_properties_call(units[i]));
        }
        const std::vector<bus_message> replies = co_await bus.call_all(std::move(requests));
        for (const bus_message& reply : replies) {
            found.push_back(reply ? std::optional(read_unit(reply.get())) : std::nullopt);
        }
    }
    co_return found;
}

async::awaitable<std::vector<core::reach>> systemd_driver::reach_of(std::vector<core::target> targets) {
    const std::size_t count = targets.size();
    return unknown_on_trouble(find_reach(std::move(targets)), count, settings_.call_limit, "systemd");
}

async::awaitable<std::vector<core::reach>> systemd_driver::find_reach(std::vector<core::target> targets) {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    unit_graph graph;
    for (const core::target& t : targets) {
        graph.want(t.id);
    }
    for (std::vector<std::string> next = graph.take_wanted(); !next.empty(); next = graph.take_wanted()) {
        std::vector<std::optional<systemd_unit>> found = co_await look(bus, next);
        for (std::size_t i = 0; i < next.size(); ++i) {
            graph.add(next[i], std::move(found[i]));
        }
    }
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
    const std::vector<std::optional<systemd_unit>> found = co_await look(bus, std::move(ids));
    std::vector<std::string> lives;
    std::ranges::transform(found, std::back_inserter(lives), [](const std::optional<systemd_unit>& u) {
        return u && u->active_state == "active" ? u->invocation : std::string();
    });
    co_return lives;
}

}  // namespace mayhem::drivers
