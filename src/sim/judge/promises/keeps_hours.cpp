#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

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
        if (const auto* h = std::get_if<hit>(&e.what)) {
            hit_by_.insert_or_assign(h->target, h->act);
        } else if (const auto* b = std::get_if<fault_began>(&e.what)) {
            decide_end(e, *b);
        }
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

    /// What lasts is begun only where all its time is allowed, as things are when it is.
    void decide_end(const event& e, const fault_began& b) {
        const auto whose = hit_by_.find(b.target);
        const known_act* const a = whose == hit_by_.end() ? nullptr : world_.find_act(whose->second);
        if (a == nullptr || !e.at.steady.is_point() || !a->at.wall.is_point()) {
            return;  // nobody knows for how long it was meant to stand, and since when
        }
        const core::duration length = b.until - e.at.steady.earliest;
        const auto outlasts = [&](const auto& config) {
            const group_in_force* const g = config->find(b.group);
            return g != nullptr &&
                   std::ranges::none_of(world_.wall_times(a->host, a->at, effect_within), [&](const auto& w) {
                       return core::calendar(g->schedule.allowed)
                           .stays_open(floor<seconds>(w.earliest), floor<seconds>(length));
                   });
        };
        if (!world_.configs(a->host).must_be(a->at, outlasts)) {
            kept();
            return;
        }
        broken("fault " + std::to_string(b.fault) + " on " + b.target + ", of act " + std::to_string(a->what.id) +
                   " that began " + describe(a->at) + ", is to stand for " + std::to_string(core::to_seconds(length)) +
                   " s, beyond the hours of group " + b.group,
               {a->at.seq, e.at.seq});
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

    std::map<std::string, std::uint64_t> hit_by_;  ///< target: the act by which it was hit last
};

}  // namespace

a_promise keeps_hours(const known_world& w, findings& f) {
    return std::make_unique<keeps_hours_promise>("keeps_hours", w, f);
}

}  // namespace mayhem::sim
