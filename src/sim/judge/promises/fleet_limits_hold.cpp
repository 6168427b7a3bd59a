#include <algorithm>
#include <map>

#include "mayhem/core/plan/limit_windows.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

/// What is decided rests on answers of at most five seconds, and is done within a permit of it.
constexpr core::duration census_is_believed = std::chrono::milliseconds{5'300};

/// A list that tells something else may have been the last that an answer rests on.
constexpr core::duration lists_count_for = std::chrono::seconds{15};

class fleet_limits_hold_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        const auto* const l = std::get_if<listed>(&e.what);
        if (l != nullptr && !l->is_true) {
            untrue_.insert_or_assign(l->group, e.at);
        }
    }

    void decide(const event& e) override {
        const auto* const h = std::get_if<hit>(&e.what);
        const known_act* const a = h == nullptr ? nullptr : world_.find_act(h->act);
        const bool is_first = a != nullptr && a->hits.front().first.seq == e.at.seq;
        if (!is_first || !world_.is_shared(a->host, a->what.group, a->at)) {
            return;
        }
        decide_caps(e, *a);
        decide_standing(e, *a);
        hits_[a->what.group].push_back(
            {.act = a->what.id, .target = h->target, .incarnation = h->incarnation, .at = e.at});
    }

private:
    struct fallen {
        std::uint64_t act = 0;
        std::string target;
        std::string incarnation;
        when at;
    };

    /// Places are taken when a moment is decided, by the database's clock.
    void decide_caps(const event& e, const known_act& a) {
        const std::vector<fleet_ledger::entry> grants = world_.fleet().grants_of(a.what.message.value_or(""));
        if (grants.empty()) {
            unknown();
            return;
        }
        const when& granted = grants.back().at;
        std::vector<interval<core::wall_time>>& taken = places_[a.what.group];
        taken.push_back(granted.wall);
        const auto count = [&](const auto& is_within) {
            return static_cast<std::size_t>(std::ranges::count_if(taken, is_within));
        };
        const auto is_over = [&](const auto& c) {
            const group_in_force* const g = c->find(a.what.group);
            const core::zone& zone = g->schedule.allowed.zone;
            const core::limit_windows own = core::windows_at(granted.wall.earliest, zone);
            const core::limit_windows same = core::windows_at(granted.wall.latest, zone);
            const auto is_of = [&](auto window) {
                return [&, window](const interval<core::wall_time>& p) {
                    return core::windows_at(p.earliest, zone).*window == own.*window &&
                           core::windows_at(p.latest, zone).*window == own.*window;
                };
            };
            const auto exceeds = [&](auto window, std::size_t max) {
                return max > 0 && own.*window == same.*window && count(is_of(window)) > max;
            };
            return exceeds(&core::limit_windows::day, g->limits.max_per_day) ||
                   exceeds(&core::limit_windows::hour, g->limits.max_per_hour);
        };
        if (!world_.configs(a.host).must_be(a.at, is_over)) {
            kept();
            return;
        }
        broken("act " + std::to_string(a.what.id) + " on " + who(a.what.target, a.what.incarnation) + " of host " +
                   a.host + ", granted " + describe(granted) + ": more acts of group " + a.what.group +
                   ", over all hosts, in one local hour or day than max_per_hour or max_per_day",
               {granted.seq, e.at.seq});
    }

    void decide_standing(const event& e, const known_act& a) {
        const auto untrue = untrue_.find(a.what.group);
        if (untrue != untrue_.end() && !is_certainly_before(untrue->second, a.at, lists_count_for)) {
            unknown();
            return;
        }
        when seen = a.at;
        seen.steady.earliest -= census_is_believed;
        seen.seq = 0;
        std::size_t standing = world_.targets().count(a.what.group, seen).healthy;
        std::erase_if(hits_[a.what.group],
                      [&](const fallen& f) { return is_certainly_before(f.at, a.at, 2 * census_is_believed); });
        for (const fallen& f : hits_[a.what.group]) {
            standing -= !is_certainly_before(f.at, seen) && is_down(f, a.at) && standing > 0 ? 1 : 0;
        }
        const auto is_too_few = [&](const auto& c) {
            const group_in_force* const g = c->find(a.what.group);
            return standing < g->limits.min_healthy.value_or(0) + 1;
        };
        if (!world_.configs(a.host).must_be(a.at, is_too_few)) {
            kept();
            return;
        }
        broken("act " + std::to_string(a.what.id) + " on " + who(a.what.target, a.what.incarnation) + " of host " +
                   a.host + " began " + describe(a.at) + ", and of group " + a.what.group + ", over all hosts, only " +
                   std::to_string(standing) + " stood in the five seconds before: fewer than min_healthy are left",
               {a.at.seq, e.at.seq});
    }

    [[nodiscard]] bool is_down(const fallen& f, const when& at) const {
        const auto stands = [&](const target_ledger::successor& s) { return is_possibly_before(s.healthy, at); };
        return std::ranges::none_of(world_.targets().healthy_after(f.target, f.incarnation, f.at), stands);
    }

    std::map<std::string, std::vector<fallen>> hits_;                       ///< of each group, the newest
    std::map<std::string, std::vector<interval<core::wall_time>>> places_;  ///< of each group: when each was granted
    std::map<std::string, when> untrue_;
};

}  // namespace

a_promise fleet_limits_hold(const known_world& w, findings& f) {
    return std::make_unique<fleet_limits_hold_promise>("fleet_limits_hold", w, f);
}

}  // namespace mayhem::sim
