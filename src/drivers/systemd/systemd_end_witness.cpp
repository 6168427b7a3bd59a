// Whose doing it is that a unit does not stand after an act: what is looked at for that.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "drivers/systemd/systemd_end.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::drivers {

namespace {

/// So many units below it are looked at: beyond that, nobody knows whether one of them has failed.
constexpr std::size_t below_max = 200;

}  // namespace

async::awaitable<core::end_seen> systemd_driver::how_it_ended(const core::target& t) {
    return unseen_on_trouble(find_end(t), t.name, tell_once_);
}

async::awaitable<core::end_seen> systemd_driver::find_end(core::target t) {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    std::optional<systemd_unit> u = co_await look(bus, t.id);
    if (!u) {
        systemd_unit none;
        none.id = t.id;
        none.load_state = "not-found";
        u = std::move(none);
    }
    std::string job_type;
    if (u->has_job) {
        job_type = co_await type_of_job(bus, u->job);
    }
    const act_on_unit act{.action = settings_.action,
                          .invocation = t.incarnation,
                          .job_result = ledger_.job_result(t.id),
                          .sub_state_seen = ledger_.sub_state_seen(t.id)};
    core::end_seen e = end_of_unit(*u, act, job_type);
    if (e.how == core::end_seen::way::asked_for) {
        e.failed_below = co_await find_failed_below(bus, *std::move(u));
    }
    co_return e;
}

/// Empty for a job that is over by now.
async::awaitable<std::string> systemd_driver::type_of_job(systemd_bus& bus, std::string job) {
    const async::frame here;
    try {
        const bus_message reply = co_await bus.call(bus.make_job_type_call(job));
        const char* type = nullptr;
        if (sd_bus_message_read(reply.get(), "v", "s", &type) < 0) {
            throw systemd_bus_error("", "systemd named no type of a job");
        }
        co_return std::string(type);
    } catch (const systemd_bus_error& e) {
        if (e.name().empty()) {
            throw;
        }
    }
    co_return std::string();
}

/// Of the units that it needs and that do not stand, and those that they need: one that has failed. Empty: none has.
async::awaitable<std::string> systemd_driver::find_failed_below(systemd_bus& bus, systemd_unit u) {
    const async::frame here;
    std::set<std::string> seen{u.id};
    std::vector<std::string> next = std::move(u.needs);
    while (!next.empty() && seen.size() <= below_max) {
        std::erase_if(next, [&seen](const std::string& id) { return !seen.insert(id).second; });
        const std::vector<std::optional<systemd_unit>> found = co_await look_at_units(bus, std::exchange(next, {}));
        for (const std::optional<systemd_unit>& below : found) {
            if (below && below->active_state == "failed") {
                co_return below->id;
            }
            if (below && below->active_state != "active") {
                std::ranges::copy(below->needs, std::back_inserter(next));
            }
        }
    }
    co_return std::string();
}

}  // namespace mayhem::drivers
