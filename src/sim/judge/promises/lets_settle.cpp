#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class lets_settle_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* const h = std::get_if<hit>(&e.what)) {
            hits_.insert_or_assign({e.host, h->target}, h->act);
            if (const known_act* const known = world_.find_act(h->act)) {
                for (const std::string& other : known->what.reach) {
                    fell_with_.insert_or_assign({e.host, other}, h->act);
                }
            }
        } else if (std::holds_alternative<config_in_force>(e.what)) {
            began_to_watch_.insert_or_assign(e.host, e.at);  // what a former config's handlers watched is let go
        }
    }

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr) {
            return;
        }
        const std::optional<when> born = world_.targets().first_seen(a->target, a->incarnation);
        if (!born) {
            return;
        }
        if (const known_act* const before = act_before(hits_, e.host, *a)) {
            judge_act(e, *a, *before, *born);
        }
        const known_act* const above = act_before(fell_with_, e.host, *a);
        if (above != nullptr && came_back_with(*above, *a)) {
            judge_act(e, *a, *above, *born);
        }
    }

private:
    using last_acts = std::map<std::pair<std::string, std::string>, std::uint64_t>;  ///< by host and target

    void judge_act(const event& e, const act& a, const known_act& before, const when& born) {
        const bool is_known = is_certainly_before(began_to_watch_[e.host], before.at) &&
                              !world_.may_have_died(e.host, before.at, e.at) &&
                              world_.configs(e.host).is_known(before.at) && !was_taken_over(before);
        if (!is_known) {
            unknown();
            return;
        }
        const bool came_back_of_it =
            born.steady.earliest > before.at.steady.latest && born.wall.earliest > before.at.wall.latest;
        const auto is_watched = [&](const auto& c) {
            const group_in_force* const g = c->find(before.what.group);
            return g != nullptr && is_within(born, e.at, g->stable_for) &&
                   is_within(before.at, e.at, g->recovery_timeout);
        };
        if (came_back_of_it && world_.configs(e.host).must_be(before.at, is_watched)) {
            broken("act " + std::to_string(a.id) + " on " + who(a.target, a.incarnation) + " began " + describe(e.at) +
                       ", while act " + std::to_string(before.what.id) + " of group " + before.what.group + ", " +
                       describe(before.at) + ", was being watched: it is stable only some time after it began " +
                       describe(born),
                   {before.at.seq, born.seq, e.at.seq});
        } else {
            kept();
        }
    }

    [[nodiscard]] static bool is_within(const when& from, const when& to, core::duration length) {
        return to.steady.latest - from.steady.earliest < length;
    }

    /// Somebody may have taken the target over since, which ends the watch.
    [[nodiscard]] bool was_taken_over(const known_act& before) const {
        const auto takings = world_.targets().takings_of(before.what.target);
        return std::ranges::any_of(takings, [&before](const target_ledger::taking& k) {
            return !k.to || !is_certainly_before(*k.to, before.at);
        });
    }

    /// Whoever must have been seen to go down with the target of `above` stands again for the first time.
    [[nodiscard]] bool came_back_with(const known_act& above, const act& a) const {
        return world_.was_bound_to_fall(above.what, a.target, above.at) &&
               world_.targets().life_after(a.target, above.at) == a.incarnation;
    }

    /// The last other one of those.
    [[nodiscard]] const known_act* act_before(const last_acts& acts, const std::string& host, const act& a) const {
        const auto found = acts.find({host, a.target});
        return found == acts.end() || found->second == a.id ? nullptr : world_.find_act(found->second);
    }

    std::map<std::string, when> began_to_watch_;  ///< by host
    last_acts hits_;
    last_acts fell_with_;
};

}  // namespace

a_promise lets_settle(const known_world& w, findings& f) {
    return std::make_unique<lets_settle_promise>("lets_settle", w, f);
}

}  // namespace mayhem::sim
