#include "discovery/service_look.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "drivers/systemd/systemd_manager.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_handle.hpp"

namespace mayhem::app {

namespace {

constexpr std::chrono::seconds call_limit{10};
constexpr const char* own_unit = "mayhem.service";

/// Runs one look at the host's systemd, and returns what it has found.
template <typename Found>
Found ask_systemd(async::awaitable<Found> look) {
    async::real_clock clock;
    async::loop loop(clock);
    return async::run(loop, "look", std::move(look));
}

drivers::systemd_bus open_bus() { return {drivers::find_bus_address(drivers::systemd_manager::system), call_limit}; }

async::awaitable<std::vector<drivers::meant_unit>> find_meant(std::vector<std::string> words) {
    const async::frame here;
    drivers::systemd_bus bus = open_bus();
    std::vector<drivers::meant_unit> found = co_await drivers::find_meant_units(bus, std::move(words));
    co_return found;
}

async::awaitable<own_service> look_at_own() {
    const async::frame here;
    own_service own;
    drivers::systemd_bus bus = open_bus();
    const std::vector<std::optional<drivers::systemd_unit>> found = co_await drivers::look_at_units(bus, {own_unit});
    const std::optional<drivers::systemd_unit>& u = found.front();
    if (u && u->load_state == "loaded") {
        own = {.is_there = true,
               .is_active = u->active_state == "active",
               .user = u->user == "root" || u->user == "0" ? "" : u->user,
               .main_process = u->main_process};
    }
    co_return own;
}

}  // namespace

std::vector<drivers::meant_unit> find_units(const std::vector<std::string>& words) {
    return ask_systemd(find_meant(words));
}

own_service look_at_own_service() { return ask_systemd(look_at_own()); }

}  // namespace mayhem::app
