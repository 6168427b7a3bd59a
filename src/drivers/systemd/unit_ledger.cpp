#include "drivers/systemd/unit_ledger.hpp"

#include <algorithm>
#include <utility>

#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::drivers {

unit_ledger::history& unit_ledger::find(const std::string& id) {
    if (units_.size() >= units_max_ && !units_.contains(id)) {
        units_.erase(std::ranges::min_element(units_, {}, [](const auto& u) { return u.second.used; }));
    }
    history& found = units_[id];
    found.used = ++uses_;
    return found;
}

void unit_ledger::note(const systemd_unit& u) {
    if (const auto known = units_.find(u.id); known != units_.end() && !is_forgotten(u)) {
        known->second.sub_state_seen = u.sub_state;
    }
    if (u.active_state != "active" || u.invocation.empty()) {
        return;  // of a life that is only beginning, systemd tells when the one before it began
    }
    history& h = find(u.id);
    const bool is_first = h.invocation.empty();
    if (u.invocation == h.invocation) {
        return;
    }
    std::size_t starts = 1;
    if (!is_first && u.automatic_restarts > h.automatic_restarts) {
        starts = u.automatic_restarts - h.automatic_restarts;
    } else if (!is_first && u.automatic_restarts < h.automatic_restarts) {
        starts += u.automatic_restarts;  // somebody started it, and systemd counts anew
    }
    h.starts.insert(h.starts.end(), std::min(starts, starts_max), u.started_at);
    while (h.starts.size() > starts_max) {
        h.starts.pop_front();
    }
    if (is_first) {
        h.known_since = u.started_at;
    }
    h.invocation = u.invocation;
    h.automatic_restarts = u.automatic_restarts;
}

void unit_ledger::note_act(const systemd_unit& u) {
    history& h = find(u.id);
    h.sub_state = u.sub_state;
    h.job_result.clear();
}

void unit_ledger::note_job(const std::string& id, std::string result) { find(id).job_result = std::move(result); }

std::string unit_ledger::sub_state_seen(const std::string& id) const {
    const auto found = units_.find(id);
    return found == units_.end() ? std::string() : found->second.sub_state_seen;
}

std::string unit_ledger::job_result(const std::string& id) const {
    const auto found = units_.find(id);
    return found == units_.end() ? std::string() : found->second.job_result;
}

std::optional<std::string> unit_ledger::sub_state_before_act(const std::string& id) const {
    const auto found = units_.find(id);
    return found == units_.end() ? std::nullopt : found->second.sub_state;
}

std::optional<std::string> unit_ledger::why_start_limit(const systemd_unit& u, core::wall_time now) const {
    const auto found = units_.find(u.id);
    if (u.start_limit_burst == 0 || u.start_limit_interval <= core::duration{0} || found == units_.end()) {
        return std::nullopt;
    }
    const history& h = found->second;
    const std::string interval = core::format_duration(u.start_limit_interval);
    const std::string limit = "its start limit is " + std::to_string(u.start_limit_burst) + " starts in " + interval +
                              ", beyond which systemd leaves it dead";
    const core::wall_time since = now - u.start_limit_interval;
    const auto is_recent = [since](core::wall_time at) { return at > since; };
    const auto recent = static_cast<std::size_t>(std::ranges::count_if(h.starts, is_recent));
    if (recent >= u.start_limit_burst) {
        return limit + ", and it was started " + std::to_string(recent) + " times in the last " + interval +
               ": restart it less often, or set StartLimitIntervalSec=0 in the unit";
    }
    if (h.known_since > since) {
        return limit + ", and it was started " + core::format_duration(now - h.known_since) +
               " ago, before which Mayhem did not watch it: it can be hit " + interval + " after that start";
    }
    return std::nullopt;
}

}  // namespace mayhem::drivers
