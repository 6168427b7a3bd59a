#include "sim/judge/fleet_ledger.hpp"

#include <algorithm>

namespace mayhem::sim {

void fleet_ledger::learn(const event& e) {
    const auto* const f = std::get_if<fleet_did>(&e.what);
    if (f == nullptr) {
        return;
    }
    const std::string group = f->group.value_or("");
    switch (f->step) {
        case fleet_step::granted: grants_[f->message.value_or("")].push_back({f->by.value_or(""), e.at}); break;
        case fleet_step::claimed: claims_[f->message.value_or("")].push_back({f->by.value_or(""), e.at}); break;
        case fleet_step::halted: halts_[group].change(true, e.at); break;
        case fleet_step::resumed: halts_[group].change(false, e.at); break;
        case fleet_step::lost: lost_at_ = e.at; break;
        case fleet_step::skipped: break;
    }
    if (f->planned_at) {
        core::wall_time& last = last_.try_emplace(group, *f->planned_at).first->second;
        last = std::max(last, *f->planned_at);
    }
}

std::vector<fleet_ledger::entry> fleet_ledger::find(const entries& in, const std::string& message) {
    const auto found = in.find(message);
    return found == in.end() ? std::vector<entry>() : found->second;
}

std::optional<std::uint64_t> fleet_ledger::certainly_halted(const std::string& group, const when& at,
                                                            core::duration since) const {
    for (const std::string& whose : {std::string(), group}) {
        const auto found = halts_.find(whose);
        if (found != halts_.end()) {
            if (const std::optional<std::uint64_t> by = found->second.certainly_set(at, since)) {
                return by;
            }
        }
    }
    return std::nullopt;
}

bool fleet_ledger::has_decided(const std::string& group, core::wall_time moment) const {
    const auto found = last_.find(group);
    return found != last_.end() && found->second >= moment;
}

}  // namespace mayhem::sim
