#include <algorithm>

#include "mayhem/core/plan/calendar.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono;
using walls = std::vector<interval<core::wall_time>>;

/// Whether no moment of it is allowed.
bool is_closed_throughout(const core::calendar& c, const interval<core::wall_time>& wall) {
    constexpr days looked_at_max{40};  // who is so uncertain knows nothing
    const sys_seconds first = floor<seconds>(wall.earliest);
    const sys_seconds last = floor<seconds>(wall.latest);
    if (last - first > looked_at_max) {
        return false;
    }
    const auto is_touched = [&](const core::calendar::span& s) { return s.begin <= last && first < s.end; };
    for (local_days d = c.date_of(first) - days{1}; d <= c.date_of(last) + days{1}; d += days{1}) {
        if (std::ranges::any_of(c.spans(d), is_touched)) {
            return false;
        }
    }
    return true;
}

bool is_closed(const group_in_force* g, const walls& shown) {
    if (g == nullptr) {
        return false;  // another promise
    }
    const core::calendar c(g->schedule.allowed);
    return std::ranges::all_of(shown, [&](const auto& wall) { return is_closed_throughout(c, wall); });
}

class keeps_hours_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr) {
            return;
        }
        const walls shown = world_.wall_times(e.host, e.at, effect_within);
        decide_hours(e, *a, shown);
        decide_expiry(e, *a, shown);
    }

private:
    void decide_hours(const event& e, const act& a, const walls& shown) {
        const auto& configs = world_.configs(e.host);
        if (!configs.is_known(e.at)) {
            unknown();
        } else if (configs.must_be(e.at, [&](const auto& c) { return is_closed(c->find(a.group), shown); })) {
            broken("act " + std::to_string(a.id) + " on " + who(a.target, a.incarnation) + " began " + describe(e.at) +
                       ", when the clock of " + e.host + " showed " + describe(e.at.wall) +
                       ": outside the hours of group " + a.group,
                   {e.at.seq});
        } else {
            kept();
        }
    }

    void decide_expiry(const event& e, const act& a, const walls& shown) {
        const known_message* const m = a.message ? world_.find_message(*a.message) : nullptr;
        if (m == nullptr) {
            return;
        }
        const core::wall_time expiry = m->what.expires_at;
        if (std::ranges::all_of(shown, [&](const auto& wall) { return wall.earliest > expiry; })) {
            broken("act " + std::to_string(a.id) + " on " + who(a.target, a.incarnation) + " began " + describe(e.at) +
                       ", when the clock of " + e.host + " showed " + describe(e.at.wall) + ": its message " +
                       *a.message + " had expired at " + describe(expiry),
                   {m->at.seq, e.at.seq});
        }
    }
};

}  // namespace

a_promise keeps_hours(const known_world& w, findings& f) {
    return std::make_unique<keeps_hours_promise>("keeps_hours", w, f);
}

}  // namespace mayhem::sim
