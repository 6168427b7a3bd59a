#include "drivers/systemd/systemd_driver.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "actions/action_rights.hpp"
#include "drivers/contract/container_engine.hpp"
#include "drivers/contract/driver_promises.hpp"
#include "drivers/proc/process_table.hpp"
#include "drivers/systemd/systemd_properties.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/closest_name.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

systemd_driver::systemd_driver(systemd_driver_settings settings, teller tell, std::string flow_name,
                               std::shared_ptr<systemd_memory> m)
    : settings_(std::move(settings)),
      selector_(settings_.units),
      address_(settings_.bus_address.empty() ? find_bus_address(settings_.manager) : settings_.bus_address),
      own_unit_(find_own_unit(settings_.manager)),
      memory_(m != nullptr ? std::move(m)
                           : std::make_shared<systemd_memory>(settings_.targets_max, std::move(flow_name))),
      tell_once_(std::move(tell)) {
    if (settings_.action == systemd_action::kill && !system::is_deadly(settings_.signal)) {
        throw std::invalid_argument(system::signal_name(settings_.signal) +
                                    " does not end a process: use KILL, ABRT or the like");
    }
    if (const std::string why = actions::why_not_done(to_string(settings_.action), settings_.terms); !why.empty()) {
        tell_once_(why);
    }
}

namespace {

/// What the operator may not expect. That a wildcard does not mean what is protected goes without saying.
bool is_news(const ports::act_result& refused, bool is_named) {
    return refused.refused_by == core::guard::would_stay_dead ||
           (refused.refused_by == core::guard::not_opted_in && !refused.trouble.empty()) ||
           (refused.refused_by == core::guard::protected_target && is_named);
}

/// Why nothing that lasts is begun on it: it runs containers, by its names or by its main process.
std::optional<std::string> find_engine(const systemd_unit& u) {
    for (const std::string& name : u.names) {
        if (auto why = why_engine_unit(name)) {
            return why;
        }
    }
    const std::optional<process_info> main = u.main_process > 0 ? process_table().read(u.main_process) : std::nullopt;
    return main ? why_engine_program(main->name, file_name(main->executable)) : std::nullopt;
}

}  // namespace

std::string systemd_driver::incarnation_of(const systemd_unit& u) const {
    return is_lasting(settings_.action) ? spans_.incarnation_of(u.invocation) : u.invocation;
}

core::target systemd_driver::to_target(const systemd_unit& u) const {
    return {.id = u.id, .incarnation = incarnation_of(u), .name = u.id, .started_at = u.started_at};
}

std::optional<ports::act_result> systemd_driver::refuse(const systemd_unit& u, const core::target& t) const {
    const auto by = [](core::guard g, std::string_view why) { return ports::act_result{g, std::string(why)}; };
    if (incarnation_of(u) != t.incarnation || u.active_state != "active") {
        return by(core::guard::already_restarted, {});
    }
    const bool is_named = selector_.names(u.id);
    if (const auto why = why_unit_protected(u.names, own_unit_, is_named)) {
        return by(core::guard::protected_target, *why);
    }
    if (const auto why = is_lasting(settings_.action) ? find_engine(u) : std::nullopt) {
        return by(core::guard::protected_target, *why);
    }
    if (!selector_.matches(u.id)) {
        return by(core::guard::not_opted_in, {});
    }
    if (const auto why = is_named ? std::nullopt : why_not_meant(u)) {
        return by(core::guard::not_opted_in, *why);
    }
    const bool is_asked = settings_.action == systemd_action::kill && settings_.signal != SIGKILL;
    const auto why = why_not_back(
        u, settings_.action, settings_.signal,
        is_asked ? system::disposition_of(u.main_process, settings_.signal) : system::signal_disposition::by_default);
    return why && !settings_.allow_dead ? std::optional(by(core::guard::would_stay_dead, *why)) : std::nullopt;
}

async::awaitable<std::optional<systemd_unit>> systemd_driver::look(systemd_bus& bus, std::string unit) {
    const async::frame here;
    try {
        const bus_message reply = co_await bus.call(bus.make_properties_call(unit));
        systemd_unit found = read_unit(reply.get());
        ledger_.note(found);
        co_return found;
    } catch (const systemd_bus_error& e) {
        if (!e.is_unknown_unit()) {
            throw;
        }
    }
    co_return std::nullopt;
}

async::awaitable<std::vector<core::target>> systemd_driver::list() { return unlisted_on_trouble(find_targets()); }

async::awaitable<std::vector<core::target>> systemd_driver::find_targets() {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    const bus_message reply = co_await bus.call(bus.make_manager_call("ListUnits"));
    const std::vector<listed_service> services = read_services(reply.get());
    std::vector<std::string> meant;
    for (const listed_service& service : services) {
        if (service.is_active && selector_.matches(service.id)) {
            meant.push_back(service.id);
        }
    }
    std::vector<core::target> targets;
    std::map<std::string, core::duration> delays;
    std::string left_out;
    const std::vector<std::optional<systemd_unit>> found = co_await look_at_units(bus, std::move(meant));
    for (const std::optional<systemd_unit>& u : found) {
        if (u) {
            ledger_.note(*u);
        }
        const auto refused = u ? refuse(*u, to_target(*u)) : std::nullopt;
        if (refused && is_news(*refused, selector_.names(u->id))) {
            left_out = "unit " + u->id + " is left alone: " + refused->trouble;
            tell_once_(left_out);
        }
        if (u && !refused) {
            targets.push_back(to_target(*u));
            delays.emplace(u->id, u->restart_delay);
        }
        if (targets.size() > settings_.targets_max) {
            throw core::targets_unlisted("more than " + std::to_string(settings_.targets_max) +
                                         " units match, which is more than a group may have: narrow the selection");
        }
    }
    delays_ = std::move(delays);
    co_await tell_absent(bus, services);
    if (targets.empty() && !left_out.empty()) {
        throw std::runtime_error("no unit that matches may be hit: " + left_out);
    }
    co_return targets;
}

/// Of the units that are named, those that are no targets because they do not run.
async::awaitable<void> systemd_driver::tell_absent(systemd_bus& bus, const std::vector<listed_service>& services) {
    const async::frame here;
    std::vector<std::string_view> known;
    known.reserve(services.size());
    for (const listed_service& service : services) {
        known.emplace_back(service.id);
    }
    std::size_t absent = 0;
    for (const std::string& name : selector_.names()) {
        const auto found = std::ranges::find(services, name, &listed_service::id);
        if (found != services.end() && found->is_active) {
            continue;
        }
        const std::optional<systemd_unit> u = co_await look(bus, name);
        absent += u && u->id == name && is_down(*u) ? 1 : 0;
        const std::string what = "unit " + name + " is no target: ";
        if (u && u->id != name) {
            tell_once_(what + "it is another name of " + u->id + ", by which it must be called");
        } else if (const auto why = u ? why_not_running(*u) : "there is no such unit") {
            const auto meant = !u || u->load_state == "not-found" ? core::closest_name(name, known) : std::nullopt;
            tell_once_(what + *why + (meant && *meant != name ? "; did you mean " + std::string(*meant) + "?" : ""));
        }
    }
    absent_ = absent;
}

async::awaitable<std::optional<core::target>> systemd_driver::successor(const core::target& t) {
    return unseen_on_trouble(find_successor(t), t.name, tell_once_);
}

async::awaitable<std::optional<core::target>> systemd_driver::find_successor(const core::target& t) {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    const std::optional<systemd_unit> u = co_await look(bus, t.id);
    const std::optional<std::string> before = ledger_.sub_state_before_act(t.id);
    if (u && incarnation_of(*u) != t.incarnation && !u->invocation.empty() && u->active_state == "active" &&
        (!before || u->sub_state == *before)) {
        co_return to_target(*u);
    }
    co_return std::nullopt;
}

}  // namespace mayhem::drivers
