#include "drivers/systemd/systemd_unit.hpp"

#include <algorithm>
#include <array>
#include <csignal>

#include "drivers/contract/way_back_in.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

struct protected_unit {
    std::string_view prefix;
    std::string_view suffix;
    std::string_view why;
};

constexpr auto protected_units = std::to_array<protected_unit>({
    {"systemd-", "", "a part of systemd"},
    {"init.scope", "", "PID 1"},
    {"user@", "", "a user's service manager"},
    {"user-runtime-dir@", "", "a part of systemd"},
    {"dbus.service", "", "D-Bus"},
    {"dbus-broker.service", "", "D-Bus"},
    {"dbus-org.freedesktop.", "", "a part of systemd"},
    {"polkit.service", "", "polkit: it decides what Mayhem may do"},
    {"mayhem.service", "", "Mayhem itself"},
    {"mayhem@", "", "Mayhem itself"},
    {"emergency.service", "", "a part of systemd"},
    {"rescue.service", "", "a part of systemd"},
    {"", ".slice", "a slice: it holds other units"},
    {"", ".scope", "a scope: systemd did not start what runs in it"},
});

bool has(const std::vector<int>& signals, int signal) { return std::ranges::find(signals, signal) != signals.end(); }

/// As systemd.service(5) has it, under Restart= and SuccessExitStatus=.
bool comes_back_from(const systemd_unit& u, int signal) {
    const std::string_view restart = u.restart;
    const bool is_polite = signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGPIPE;
    const bool is_clean = (is_polite && !u.is_oneshot) || has(u.clean_signals, signal);
    if (has(u.preventing_signals, signal)) {
        return false;
    }
    if (restart == "always" || has(u.forcing_signals, signal)) {
        return true;
    }
    if (restart == "on-success") {
        return is_clean;
    }
    return !is_clean && (restart == "on-failure" || restart == "on-abnormal" || restart == "on-abort");
}

}  // namespace

std::optional<std::string_view> why_unit_protected(const std::vector<std::string>& names, std::string_view own,
                                                   bool is_named) {
    for (const std::string& name : names) {
        if (!own.empty() && name == own) {
            return "the unit that Mayhem runs in";
        }
        const auto* found = std::ranges::find_if(protected_units, [&name](const protected_unit& p) {
            return name.starts_with(p.prefix) && name.ends_with(p.suffix);
        });
        if (found != protected_units.end()) {
            return found->why;
        }
        const way_back_in* const way = find_unit_on_way_back(name);
        if (way != nullptr && !(is_named && way->yields_to_name)) {
            return way->why;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> why_not_meant(const systemd_unit& u) {
    if (u.is_oneshot) {
        return "it is Type=oneshot, which does its work once: to have it hit, write its name, without a wildcard";
    }
    if (u.sub_state == "exited") {
        return "it is active (exited), so that nothing of it runs: to have it hit, write its name, without a wildcard";
    }
    return std::nullopt;
}

std::optional<std::string> why_not_back(const systemd_unit& u, systemd_action action, int signal,
                                        system::signal_disposition does) {
    if (is_lasting(action)) {
        return u.main_process == 0
                   ? std::optional<std::string>("it has no main process, whose life would tell that the " +
                                                std::string(to_string(action)) + " must end")
                   : std::nullopt;
    }
    if (u.load_state != "loaded") {
        return "it is " + u.load_state + ", so that systemd would not start it again: " +
               (u.load_state == "masked" ? "systemctl unmask it" : "see systemctl status");
    }
    if (u.is_transient) {
        return "it is transient, so that its definition may be gone with its process: give it a unit file";
    }
    if (action == systemd_action::restart && (u.refuses_manual_start || u.refuses_manual_stop)) {
        return "it has RefuseManualStart= or RefuseManualStop=: use action = \"kill\"";
    }
    if (action == systemd_action::stop) {
        return u.refuses_manual_stop ? "it has RefuseManualStop=: use action = \"kill\""
                                     : "systemd does not restart what was stopped: use action = \"restart\"";
    }
    if (action == systemd_action::kill && !u.has_main_process) {
        return "it has no main process that could be signalled: use action = \"restart\"";
    }
    if (action == systemd_action::kill && does == system::signal_disposition::ignored) {
        return "its main process ignores " + system::signal_name(signal) + ": use signal = \"KILL\"";
    }
    if (action == systemd_action::kill && does != system::signal_disposition::by_default && u.restart != "always") {
        const bool is_seen = does == system::signal_disposition::handled;
        return std::string(is_seen ? "its main process handles " : "nobody can see whether its main process handles ") +
               system::signal_name(signal) + ", and may end with a status that Restart=" + u.restart +
               " does not answer: give it Restart=always" +
               (comes_back_from(u, SIGKILL) ? ", or use signal = \"KILL\"" : ", or use action = \"restart\"");
    }
    if (action == systemd_action::kill && !comes_back_from(u, signal)) {
        return "with Restart=" + u.restart + " systemd does not restart it after " + system::signal_name(signal) +
               ": give it Restart=always, or use action = \"restart\"";
    }
    return std::nullopt;
}

bool is_forgotten(const systemd_unit& u) noexcept {
    return u.active_state == "inactive" && u.left_active_at == core::duration{} && u.main_ended_at == core::duration{};
}

bool is_down(const systemd_unit& u) noexcept {
    return u.load_state == "loaded" && u.active_state != "active" && !u.is_oneshot;
}

bool is_alive(const systemd_unit& u) noexcept {
    return u.active_state == "active" || u.active_state == "reloading" || u.active_state == "refreshing" ||
           u.active_state == "deactivating";
}

std::optional<std::string> why_not_running(const systemd_unit& u) {
    if (u.load_state == "not-found") {
        return "there is no such unit";
    }
    if (u.load_state != "loaded") {
        return "it is " + u.load_state;
    }
    if (u.active_state == "failed") {
        return "it has failed: see systemctl status";
    }
    if (u.active_state == "inactive") {
        return u.conditions_met || !u.has_been_tried ? "it is not running"
                                                     : "it is not running, because its conditions were not met";
    }
    return std::nullopt;
}

std::optional<systemd_action> parse_systemd_action(std::string_view name) noexcept {
    for (const systemd_action a :
         {systemd_action::restart, systemd_action::kill, systemd_action::stop, systemd_action::freeze,
          systemd_action::cut, systemd_action::loss, systemd_action::dns, systemd_action::delay, systemd_action::fill,
          systemd_action::throttle}) {
        if (to_string(a) == name) {
            return a;
        }
    }
    return std::nullopt;
}

std::string_view to_string(systemd_action a) noexcept {
    switch (a) {
        case systemd_action::kill: return "kill";
        case systemd_action::stop: return "stop";
        case systemd_action::freeze: return "freeze";
        case systemd_action::cut: return "cut";
        case systemd_action::loss: return "loss";
        case systemd_action::dns: return "dns";
        case systemd_action::delay: return "delay";
        case systemd_action::fill: return "fill";
        case systemd_action::throttle: return "throttle";
        case systemd_action::restart: break;
    }
    return "restart";
}

}  // namespace mayhem::drivers
