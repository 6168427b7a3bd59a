#include "drivers/systemd_driver.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fnmatch.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";
constexpr const char* unit_interface = "org.freedesktop.systemd1.Unit";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";

struct free_deleter {
    void operator()(char* text) const noexcept { std::free(text); }
};

std::string find_own_unit() {
    char* unit = nullptr;
    const int found = sd_pid_get_unit(0, &unit);
    const std::unique_ptr<char, free_deleter> owner(unit);
    return found >= 0 ? std::string(unit) : std::string();
}

std::string unit_path(const std::string& name) {
    char* path = nullptr;
    (void)sd_bus_path_encode("/org/freedesktop/systemd1/unit", name.c_str(), &path);
    const std::unique_ptr<char, free_deleter> owner(path);
    return path != nullptr ? std::string(path) : throw std::bad_alloc();
}

bool is_unknown(const systemd_bus_error& e) {
    return e.name() == "org.freedesktop.systemd1.NoSuchUnit" ||
           e.name() == "org.freedesktop.systemd1.NoUnitForInvocationID" ||
           e.name() == "org.freedesktop.systemd1.NoSuchProcess" ||
           e.name() == "org.freedesktop.DBus.Error.UnknownObject";
}

bool is_forbidden(const systemd_bus_error& e) {
    return e.name() == "org.freedesktop.DBus.Error.AccessDenied" ||
           e.name() == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired";
}

core::target to_target(const systemd_unit& u) { return {.id = u.id, .incarnation = u.invocation, .name = u.id}; }

/// The ids of the services that run.
std::vector<std::string> read_active_services(sd_bus_message* m) {
    std::vector<std::string> ids;
    const auto require = [](int result) {
        if (result < 0) {
            throw systemd_bus_error("", "systemd listed its units in a form that this version of Mayhem does not know");
        }
        return result > 0;
    };
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "(ssssssouso)"));
    while (require(sd_bus_message_enter_container(m, SD_BUS_TYPE_STRUCT, "ssssssouso"))) {
        const char* id = nullptr;
        const char* active = nullptr;
        require(sd_bus_message_read(m, "s", &id));
        require(sd_bus_message_skip(m, "ss"));
        require(sd_bus_message_read(m, "s", &active));
        require(sd_bus_message_skip(m, "ssouso"));
        require(sd_bus_message_exit_container(m));
        if (std::string_view(active) == "active" && std::string_view(id).ends_with(".service")) {
            ids.emplace_back(id);
        }
    }
    return ids;
}

}  // namespace

systemd_driver::systemd_driver(systemd_driver_settings settings)
    : settings_(std::move(settings)), own_unit_(find_own_unit()) {
    if (settings_.units.empty() || std::ranges::any_of(settings_.units, &std::string::empty)) {
        throw std::invalid_argument("no unit is selected: name services, such as \"web.service\" or \"web-*.service\"");
    }
    if (settings_.action == systemd_action::kill && !system::is_deadly(settings_.signal)) {
        throw std::invalid_argument(system::signal_name(settings_.signal) +
                                    " does not end a process: use KILL, ABRT or the like");
    }
}

bool systemd_driver::is_selected(const std::string& unit) const {
    return std::ranges::any_of(settings_.units, [&unit](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), unit.c_str(), 0) == 0;
    });
}

std::optional<core::guard> systemd_driver::refuse(const systemd_unit& u, const core::target& t) const {
    if (u.invocation != t.incarnation || u.active_state != "active") {
        return core::guard::already_restarted;
    }
    if (why_unit_protected(u.names, own_unit_)) {
        return core::guard::protected_target;
    }
    const bool would_stay_dead = why_not_back(u, settings_.action, settings_.signal).has_value();
    if (!is_selected(u.id) || (would_stay_dead && !settings_.may_stay_dead)) {
        return core::guard::not_opted_in;
    }
    return std::nullopt;
}

async::awaitable<std::optional<systemd_unit>> systemd_driver::look(systemd_bus& bus, std::string unit) const {
    const async::frame here;
    bus_message request = bus.make_call(unit_path(unit), properties_interface, "GetAll");
    (void)sd_bus_message_append(request.get(), "s", "");
    try {
        const bus_message reply = co_await bus.call(std::move(request));
        co_return read_unit(reply.get());
    } catch (const systemd_bus_error& e) {
        if (!is_unknown(e)) {
            throw;
        }
    }
    co_return std::nullopt;
}

async::awaitable<std::vector<core::target>> systemd_driver::list() {
    const async::frame here;
    systemd_bus bus(settings_.bus_address, settings_.call_limit);
    const bus_message reply = co_await bus.call(bus.make_call(manager_path, manager_interface, "ListUnits"));
    std::vector<std::string> ids = read_active_services(reply.get());
    std::erase_if(ids, [this](const std::string& id) { return !is_selected(id); });
    if (ids.size() > settings_.targets_max) {
        throw std::length_error(std::to_string(ids.size()) + " units match, more than the " +
                                std::to_string(settings_.targets_max) + " that a group may have: narrow the selection");
    }
    std::vector<core::target> targets;
    for (const std::string& id : ids) {
        const std::optional<systemd_unit> u = co_await look(bus, id);
        if (u && !refuse(*u, to_target(*u))) {
            targets.push_back(to_target(*u));
        }
    }
    co_return targets;
}

async::awaitable<ports::act_result> systemd_driver::restart(const core::target& t) {
    const async::frame here;
    try {
        const ports::act_result result = co_await act(t);
        co_return result;
    } catch (const systemd_bus_error& e) {
        if (!is_unknown(e)) {
            fail(t, e);
        }
    }
    co_return ports::act_result{core::guard::already_restarted};
}

async::awaitable<ports::act_result> systemd_driver::act(const core::target& t) {
    const async::frame here;
    systemd_bus bus(settings_.bus_address, settings_.call_limit);
    co_await bus.follow_jobs();
    const std::optional<systemd_unit> u = co_await look(bus, t.id);
    if (!u) {
        co_return ports::act_result{core::guard::already_restarted};
    }
    if (const auto refused_by = refuse(*u, t)) {
        co_return ports::act_result{*refused_by};
    }
    sub_states_[t.id] = u->sub_state;
    co_await carry_out(bus, t);
    co_return ports::act_result{};
}

async::awaitable<void> systemd_driver::carry_out(systemd_bus& bus, const core::target& t) {
    const async::frame here;
    const std::string life = unit_path(t.incarnation);
    if (settings_.action == systemd_action::kill) {
        bus_message request = bus.make_call(life, unit_interface, "Kill");
        (void)sd_bus_message_append(request.get(), "si", "main", settings_.signal);
        (void)co_await bus.call(std::move(request));
        co_return;
    }
    const bool stops = settings_.action == systemd_action::stop;
    bus_message request = bus.make_call(life, unit_interface, stops ? "Stop" : "TryRestart");
    (void)sd_bus_message_append(request.get(), "s", "replace");
    const bus_message reply = co_await bus.call(std::move(request));
    const char* job = nullptr;
    if (sd_bus_message_read(reply.get(), "o", &job) < 0) {
        throw systemd_bus_error("", "systemd named no job");
    }
    const std::string result = co_await bus.job_result(job, settings_.job_limit);
    if (result != "done" && result != "canceled") {
        throw systemd_bus_error("", "systemd's job ended with \"" + result + "\": see systemctl status " + t.id);
    }
    const std::optional<systemd_unit> after = co_await look(bus, t.id);
    if (!stops && after && !after->conditions_met) {
        throw systemd_bus_error("",
                                "its conditions are not met any more, so that it was stopped and not started: see "
                                "systemctl status " +
                                    t.id);
    }
}

async::awaitable<std::optional<core::target>> systemd_driver::successor(const core::target& t) {
    const async::frame here;
    try {
        systemd_bus bus(settings_.bus_address, settings_.call_limit);
        const std::optional<systemd_unit> u = co_await look(bus, t.id);
        const auto before = sub_states_.find(t.id);
        if (u && u->invocation != t.incarnation && !u->invocation.empty() && u->active_state == "active" &&
            (before == sub_states_.end() || u->sub_state == before->second)) {
            co_return to_target(*u);
        }
    } catch (const systemd_bus_error&) {
        // not seen: the recovery watch looks again, and has a limit
    }
    co_return std::nullopt;
}

void systemd_driver::fail(const core::target& t, const systemd_bus_error& e) const {
    std::string text = "cannot " + std::string(to_string(settings_.action)) + ' ' + t.name + ": " + e.what();
    if (is_forbidden(e)) {
        text += "; as root, write this to /etc/polkit-1/rules.d/50-mayhem.rules: " +
                polkit_rule(t.id, settings_.action, std::to_string(::geteuid()));
    }
    throw core::restart_failed(text);
}

}  // namespace mayhem::drivers
