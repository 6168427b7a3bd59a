#include "drivers/systemd/unit_look.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "drivers/systemd/systemd_properties.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::drivers {

namespace {

/// So many are asked for in one go: dbus-daemon refuses a connection more than 128 calls that are not answered yet
/// (max_replies_per_connection, 1.14).
constexpr std::size_t asked_at_once = 64;

}  // namespace

async::awaitable<std::vector<std::optional<systemd_unit>>> look_at_units(systemd_bus& bus,
                                                                         std::vector<std::string> units,
                                                                         unit_depth depth) {
    const async::frame here;
    std::vector<std::optional<systemd_unit>> found;
    found.reserve(units.size());
    for (std::size_t begin = 0; begin < units.size(); begin += asked_at_once) {
        std::vector<bus_message> requests;
        for (std::size_t i = begin; i < std::min(begin + asked_at_once, units.size()); ++i) {
            requests.push_back(
                bus.make_properties_call(units[i], depth == unit_depth::unit ? "org.freedesktop.systemd1.Unit" : ""));
        }
        const std::vector<bus_message> replies = co_await bus.call_all(std::move(requests));
        for (const bus_message& reply : replies) {
            found.push_back(reply ? std::optional(read_unit(reply.get())) : std::nullopt);
        }
    }
    co_return found;
}

async::awaitable<unit_graph> look_around_units(systemd_bus& bus, std::vector<std::string> units) {
    const async::frame here;
    unit_graph graph;
    for (const std::string& unit : units) {
        graph.want(unit);
    }
    for (std::vector<std::string> next = graph.take_wanted(); !next.empty(); next = graph.take_wanted()) {
        std::vector<std::optional<systemd_unit>> found = co_await look_at_units(bus, next, unit_depth::unit);
        for (std::size_t i = 0; i < next.size(); ++i) {
            graph.add(next[i], std::move(found[i]));
        }
    }
    co_return graph;
}

async::awaitable<std::vector<std::string>> look_at_lives(systemd_bus& bus, std::vector<std::string> units) {
    const async::frame here;
    const std::vector<std::optional<systemd_unit>> found =
        co_await look_at_units(bus, std::move(units), unit_depth::unit);
    std::vector<std::string> lives;
    std::ranges::transform(found, std::back_inserter(lives), [](const std::optional<systemd_unit>& u) {
        return u && u->active_state == "active" ? u->invocation : std::string();
    });
    co_return lives;
}

}  // namespace mayhem::drivers
