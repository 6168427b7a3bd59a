#include "discovery/service_look.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "drivers/systemd/systemd_manager.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::app {

namespace {

constexpr std::chrono::seconds call_limit{10};
constexpr const char* own_unit = "mayhem.service";

/// Runs one look at the host's systemd, which leaves in `to` what it has found.
template <typename Look, typename To>
void ask_systemd(Look look, To& to) {
    async::real_clock clock;
    async::loop loop(clock);
    std::exception_ptr failure;
    async::task_group tasks(loop, "look", [&failure](const async::task_failure& f) { failure = f.error; });
    tasks.spawn("ask", look(to));
    loop.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

drivers::systemd_bus open_bus() { return {drivers::find_bus_address(drivers::systemd_manager::system), call_limit}; }

async::awaitable<void> find_into(std::vector<std::string> words, std::vector<drivers::meant_unit>& to) {
    const async::frame here;
    drivers::systemd_bus bus = open_bus();
    to = co_await drivers::find_meant_units(bus, std::move(words));
}

async::awaitable<void> look_into(own_service& to) {
    const async::frame here;
    drivers::systemd_bus bus = open_bus();
    const std::vector<std::optional<drivers::systemd_unit>> found = co_await drivers::look_at_units(bus, {own_unit});
    const std::optional<drivers::systemd_unit>& u = found.front();
    if (u && u->load_state == "loaded") {
        to = {.is_there = true,
              .is_active = u->active_state == "active",
              .user = u->user == "root" || u->user == "0" ? "" : u->user,
              .main_process = u->main_process};
    }
}

}  // namespace

std::vector<drivers::meant_unit> find_units(const std::vector<std::string>& words) {
    std::vector<drivers::meant_unit> found;
    ask_systemd([&words](auto& to) { return find_into(words, to); }, found);
    return found;
}

own_service look_at_own_service() {
    own_service found;
    ask_systemd(&look_into, found);
    return found;
}

}  // namespace mayhem::app
