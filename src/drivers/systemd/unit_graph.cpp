#include "drivers/systemd/unit_graph.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mayhem::drivers {

namespace {

constexpr std::array<std::string_view, 13> ends_of_host{"reboot.target",
                                                        "poweroff.target",
                                                        "halt.target",
                                                        "kexec.target",
                                                        "shutdown.target",
                                                        "soft-reboot.target",
                                                        "emergency.target",
                                                        "rescue.target",
                                                        "exit.target",
                                                        "systemd-reboot.service",
                                                        "systemd-poweroff.service",
                                                        "systemd-halt.service",
                                                        "systemd-kexec.service"};

std::string action_of(const char* setting, const std::string& action) {
    return action.empty() || action == "none" ? std::string() : std::string("it has ") + setting + '=' + action;
}

std::string started_by(const char* setting, const std::vector<std::string>& units, const std::string& mode) {
    const auto end =
        std::ranges::find_if(units, [](const std::string& unit) { return std::ranges::count(ends_of_host, unit) > 0; });
    if (end != units.end()) {
        return std::string("it has ") + setting + '=' + *end;
    }
    const bool isolates = !units.empty() && mode == "isolate";
    return isolates ? std::string("its ") + setting + "= stops everything else (OnFailureJobMode=isolate)"
                    : std::string();
}

}  // namespace

void unit_graph::want(const std::string& id) {
    if (wanted_ever_.insert(id).second) {
        wanted_.push_back(id);
    }
}

std::vector<std::string> unit_graph::take_wanted() {
    return is_too_large() ? std::vector<std::string>() : std::exchange(wanted_, {});
}

void unit_graph::add(const std::string& id, std::optional<systemd_unit> u) {
    if (u) {
        for (const systemd_unit::dependent& d : u->dependents) {
            want(d.id);
        }
    }
    units_.insert_or_assign(id, std::move(u));
}

core::reach unit_graph::reach_of(const std::string& id, std::string_view own,
                                 const std::function<bool(const std::string&)>& is_meant) const {
    core::reach r;
    if (is_too_large()) {
        r.unknown = "more than " + std::to_string(units_max) + " units would have to be looked at";
        return r;
    }
    std::set<std::string> seen{id};
    std::vector<std::string> next{id};
    while (!next.empty()) {
        const std::string at = std::move(next.back());
        next.pop_back();
        const auto found = units_.find(at);
        if (found == units_.end() || !found->second) {
            continue;  // there is no such unit (any more)
        }
        const systemd_unit& u = *found->second;
        if (auto why = why_host_falls(u); why && r.host.empty() && (at == id || stands(u))) {
            r.host = (at == id ? "" : at + " would fall with it, and ") + *std::move(why);
        }
        for (const systemd_unit::dependent& d : u.dependents) {
            if (!seen.insert(d.id).second) {
                continue;
            }
            next.push_back(d.id);
            const auto other = units_.find(d.id);
            if (other == units_.end() || !other->second || !stands(*other->second)) {
                continue;
            }
            core::neighbour n{
                .id = d.id, .incarnation = other->second->invocation, .because = std::string(d.because) + at};
            n.protected_as = why_unit_protected(other->second->names, own, false).value_or("");
            n.is_meant = is_meant(d.id);
            r.falls.push_back(std::move(n));
        }
        if (seen.size() > core::reach_max) {
            r.unknown = "it reaches more than " + std::to_string(core::reach_max) + " units";
            return r;
        }
    }
    return r;
}

std::optional<std::string> why_host_falls(const systemd_unit& u) {
    const std::array whys{action_of("FailureAction", u.failure_action),
                          action_of("SuccessAction", u.success_action),
                          action_of("StartLimitAction", u.start_limit_action),
                          u.has_job_timeout ? action_of("JobTimeoutAction", u.job_timeout_action) : std::string(),
                          started_by("OnFailure", u.on_failure, u.on_failure_mode),
                          started_by("OnSuccess", u.on_success, u.on_success_mode)};
    const auto why = std::ranges::find_if(whys, [](const std::string& w) { return !w.empty(); });
    return why == whys.end() ? std::nullopt : std::optional(*why);
}

bool stands(const systemd_unit& u) noexcept {
    return u.active_state == "active" || u.active_state == "reloading" || u.active_state == "activating" ||
           u.active_state == "refreshing";
}

}  // namespace mayhem::drivers
