#include <algorithm>
#include <map>

#include "mayhem/core/plan/limit_windows.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono;

/// When an act began at the earliest and at the latest, by any clock: what is certainly within a window lies in it
/// whole.
using span = interval<core::wall_time>;

class keeps_caps_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const h = std::get_if<hit>(&e.what);
        const known_act* const a = h == nullptr ? nullptr : world_.find_act(h->act);
        if (a == nullptr || a->hits.front().first.seq != e.at.seq) {
            return;  // it counts once
        }
        if (world_.is_shared(a->host, a->what.group, a->at)) {
            return;  // fleet_limits_hold
        }
        const span began = span_of(*a);
        auto& acts = acts_[{a->host, a->what.group}];
        acts.emplace(began.earliest, began.latest);
        const auto& configs = world_.configs(a->host);
        if (!configs.is_known(a->at)) {
            unknown();
            return;
        }
        const auto is_over = [&](const auto& c) { return is_over_caps(c->find(a->what.group), acts, began); };
        if (!configs.must_be(a->at, is_over)) {
            kept();
            return;
        }
        broken("act " + std::to_string(a->what.id) + " on " + who(a->what.target, a->what.incarnation) + " began " +
                   describe(a->at) + " (" + describe(began) + "): more acts of group " + a->what.group +
                   " in one local hour or day than max_per_hour or max_per_day",
               {a->at.seq, e.at.seq});
    }

private:
    using acts = std::multimap<core::wall_time, core::wall_time>;

    // From the first to the last moment of a window at most, whatever is done to the clock.
    static constexpr hours longest_hour{6};
    static constexpr hours longest_day{51};

    // By any clock that may have been seen then.
    [[nodiscard]] span span_of(const known_act& a) const {
        span all{.earliest = core::wall_time::max(), .latest = core::wall_time::min()};
        for (const span& shown : world_.wall_times(a.host, a.at, effect_within)) {
            all.earliest = std::min(all.earliest, shown.earliest);
            all.latest = std::max(all.latest, shown.latest);
        }
        return all;
    }

    static bool is_over_caps(const group_in_force* g, const acts& all, const span& began) {
        if (g == nullptr) {
            return false;
        }
        const core::zone& zone = g->schedule.allowed.zone;
        const auto day_of = [&zone](core::wall_time t) { return core::windows_at(t, zone).day; };
        const auto hour_of = [&zone](core::wall_time t) { return core::windows_at(t, zone).hour; };
        return exceeds(all, began, g->limits.max_per_day, longest_day, day_of) ||
               exceeds(all, began, g->limits.max_per_hour, longest_hour, hour_of);
    }

    // Whether the window in which it began is too full; if it may have begun in either of two, both.
    template <typename WindowOf>
    static bool exceeds(const acts& all, const span& began, std::size_t max, hours longest, const WindowOf& window_of) {
        const auto is_full = [&](core::wall_time window) {
            std::size_t others = 0;
            for (auto a = all.lower_bound(window); a != all.end() && a->first < window + longest && others <= max;
                 ++a) {
                const bool is_in_it = window_of(a->first) == window && window_of(a->second) == window;
                others += is_in_it ? 1 : 0;  // another one may lie in between: an hour that is shown twice
            }
            const bool is_counted = window_of(began.earliest) == window && window_of(began.latest) == window;
            return others + (is_counted ? 0 : 1) > max;
        };
        return max > 0 && is_full(window_of(began.earliest)) && is_full(window_of(began.latest));
    }

    std::map<group_key, acts> acts_;
};

}  // namespace

a_promise keeps_caps(const known_world& w, findings& f) {
    return std::make_unique<keeps_caps_promise>("keeps_caps", w, f);
}

}  // namespace mayhem::sim
