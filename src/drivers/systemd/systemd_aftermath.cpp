// What became of a unit that does not stand after an act: whether it has ended, and whose doing that is.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "drivers/systemd/systemd_end.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/frame.hpp"
#include "system/signal_disposition.hpp"

namespace mayhem::drivers {

namespace {

/// So many units below it are looked at: beyond that, nobody knows whether one of them has failed.
constexpr std::size_t below_max = 200;

}  // namespace

async::awaitable<ports::departure> systemd_driver::departure_of(core::target t) {
    std::string name = t.name;
    return unseen_on_trouble(find_departure(std::move(t)), settings_.call_limit, "systemd", std::move(name),
                             tell_once_);
}

async::awaitable<ports::departure> systemd_driver::find_departure(core::target t) {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    std::optional<systemd_unit> u = co_await look(bus, t.id);
    ports::departure d;
    d.is = u && u->invocation == t.incarnation && is_alive(*u) ? core::passing::stands : core::passing::ended;
    d.seen = u ? describe_departure(*u, d.is) : "there is no such unit any more";
    if (!u) {
        systemd_unit none;
        none.id = t.id;
        none.load_state = "not-found";
        u = std::move(none);
    }
    d.end = co_await find_end(bus, std::move(t), *std::move(u));
    co_return d;
}

std::string systemd_driver::describe_departure(const systemd_unit& u, core::passing is) const {
    if (is == core::passing::ended) {
        return "it is " + u.active_state + " (" + u.sub_state + "): see systemctl status " + u.id;
    }
    if (u.active_state == "deactivating") {
        return "it is still stopping (" + u.sub_state + "): give it a longer recovery_timeout";
    }
    if (settings_.action == systemd_action::kill) {
        return system::describe_standing(u.main_process, settings_.signal,
                                         system::disposition_of(u.main_process, settings_.signal));
    }
    return "it still runs as it did before: see systemctl status " + u.id;
}

async::awaitable<core::end_seen> systemd_driver::find_end(systemd_bus& bus, core::target t, systemd_unit u) {
    const async::frame here;
    std::string job_type;
    if (u.has_job) {
        job_type = co_await type_of_job(bus, u.job);
    }
    const act_on_unit act{.action = settings_.action,
                          .invocation = t.incarnation,
                          .job_result = ledger_.job_result(t.id),
                          .sub_state_seen = ledger_.sub_state_seen(t.id)};
    core::end_seen e = end_of_unit(u, act, job_type);
    if (e.how == core::end_seen::way::asked_for) {
        e.failed_below = co_await find_failed_below(bus, std::move(u));
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
        const std::vector<std::optional<systemd_unit>> found =
            co_await look_at_units(bus, std::exchange(next, {}), unit_depth::unit);
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
