#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/judge/calm.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

using a_life = std::pair<std::string, std::string>;  ///< of which target, and which one

/// A look at the group takes no longer than that, in a world without troubles.
constexpr core::duration looks_within = std::chrono::seconds{5};

a_life life_in(const std::string& text) {
    const std::size_t space = text.rfind(' ');
    return {text.substr(0, space), space == std::string::npos ? std::string() : text.substr(space + 1)};
}

bool stands_again(const recorded_attempt& a) noexcept {
    return a.verdict == core::verdict::recovered || a.verdict == core::verdict::not_tolerated ||
           a.verdict == core::verdict::aborted || a.verdict == core::verdict::no_effect;
}

class falls_are_told_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* a = std::get_if<act>(&e.what)) {
            learn_act(e, *a);
        } else if (const auto* t = std::get_if<target_is>(&e.what)) {
            if (t->state != target_state::healthy && t->state != target_state::dying) {
                gone_.try_emplace({t->target, t->incarnation}, e.at);
            }
        } else if (const auto* l = std::get_if<listed>(&e.what)) {
            if (!l->is_true) {
                lies_.emplace(l->group, e.at);
            }
        } else if (const auto* w = std::get_if<asked>(&e.what)) {
            if (w->what == wish_kind::stop || w->what == wish_kind::drain || w->what == wish_kind::reload) {
                ends_.emplace(e.host, e.at);
            }
        } else if (std::holds_alternative<config_in_force>(e.what)) {
            ends_.emplace(e.host, e.at);
        } else if (const auto* r = std::get_if<recorded_attempt>(&e.what)) {
            if (stands_again(*r) || !r->unforetold.empty()) {
                rows_.emplace_back(e.at, *r);
            }
        }
    }

    void decide(const event& e) override {
        if (!is_over(e)) {
            return;
        }
        for (const auto& [at, row] : std::exchange(rows_, {})) {
            const auto found = acts_of_.find(row.message);
            const known_act* const a = found == acts_of_.end() ? nullptr : world_.find_act(found->second);
            if (a != nullptr) {
                judge_told(e, *a, at, row);
                judge_untold(e, *a, at, row);
            }
        }
    }

private:
    /// Of the group, who must have been seen to stand before the act, and is to fall with it.
    struct bystander {
        a_life life;
        when stood;  ///< from then on
    };

    void learn_act(const event& e, const act& a) {
        if (a.message) {
            acts_of_.insert_or_assign(*a.message, a.id);
        }
        const known_message* const m = a.message ? world_.find_message(*a.message) : nullptr;
        for (const std::string& other : a.untold) {
            const when from = m != nullptr && m->received ? *m->received : e.at;
            const auto life = world_.targets().life_from_to(other, from, e.at);
            if (life && world_.targets().is_in(other, a.group)) {
                bystanders_[a.id].push_back({.life = {other, *life}, .stood = from});
            }
        }
        meant_.emplace(a_life{a.target, a.incarnation}, e.at);
        for (const std::string& other : a.reach) {
            foretold_.emplace(other, e.at);
        }
    }

    /// What lasts is watched from its end.
    [[nodiscard]] when end_of(const known_act& a, const recorded_attempt& row) const {
        core::duration most{};
        (void)world_.configs(a.host).may_be(a.at, [&](const auto& c) {
            if (const group_in_force* const g = c->find(a.what.group)) {
                most = std::max(most, g->recovery_timeout + g->stable_for + g->recovery_poll);
            }
            return false;
        });
        return later(a.at, row.held.value_or(core::duration{}) + most + looks_within);
    }

    template <typename Key>
    [[nodiscard]] static bool is_any_between(const std::multimap<Key, when>& all, const Key& key, const when& from,
                                             const when& to) {
        const auto [first, last] = all.equal_range(key);
        return std::any_of(first, last, [&](const auto& entry) {
            return !is_certainly_before(entry.second, from) && !is_certainly_before(to, entry.second);
        });
    }

    /// Whatever the daemon was told, or whoever kept it from looking.
    [[nodiscard]] bool is_excused(const known_act& a, const when& from, const when& to) const {
        return is_any_between(lies_, a.what.group, from, to) || world_.may_have_died(a.host, a.at, to) ||
               world_.find_trouble(a.host, a.what.group, from, to) != nullptr;
    }

    [[nodiscard]] bool lists_its_targets(const known_act& a) const {
        return world_.configs(a.host).must_be(a.at, [&](const auto& c) {
            const group_in_force* const g = c->find(a.what.group);
            return g != nullptr && g->limits.min_healthy != std::size_t{0};
        });
    }

    /// Who is on record.
    void judge_told(const event& e, const known_act& a, const when& read, const recorded_attempt& row) {
        const when end = end_of(a, row);
        for (const std::string& told : row.unforetold) {
            const a_life f = life_in(told);
            const auto gone = gone_.find(f);
            const bool fell = gone != gone_.end() && !is_certainly_before(end, gone->second);
            const when from = received(a);
            const bool was_meant = is_any_between(meant_, f, from, end);
            if (fell && !was_meant) {
                kept();
            } else if (is_excused(a, from, end)) {
                unknown();
            } else {
                broken("message " + row.message + " has on record that " + who(f.first, f.second) +
                           " fell with its target, unforetold, and " +
                           (fell ? "an act was meant for it" : "it did not fall"),
                       {a.at.seq, read.seq, e.at.seq});
            }
        }
    }

    /// Who should be.
    void judge_untold(const event& e, const known_act& a, const when& read, const recorded_attempt& row) {
        const auto around = bystanders_.find(a.what.id);
        if (around == bystanders_.end() || a.hits.empty() || !stands_again(row) || !row.recovery) {
            return;
        }
        const when end = end_of(a, row);
        for (const bystander& b : around->second) {
            const auto& [target, incarnation] = b.life;
            const auto gone = gone_.find(b.life);
            const bool fell = gone != gone_.end() && is_certainly_before(a.at, gone->second) &&
                              is_certainly_before(gone->second, later(a.at, *row.recovery));
            const auto born = world_.targets().first_seen(target, incarnation);
            const bool may_be_ours = meant_.contains(b.life) || !born || is_any_between(foretold_, target, *born, end);
            if (!fell || may_be_ours || !lists_its_targets(a)) {
                continue;
            }
            const bool is_told = std::ranges::count(row.unforetold, target + ' ' + incarnation) > 0;
            if (is_told) {
                kept();
            } else if (is_excused(a, b.stood, end) || is_any_between(ends_, a.host, a.at, end)) {
                unknown();
            } else {
                broken(who(target, incarnation) + " fell with " + who(a.what.target, a.what.incarnation) + " " +
                           describe(gone->second) + ", which nobody had foretold, and act " +
                           std::to_string(a.what.id) + " of group " + a.what.group + " has nothing of that on record",
                       {a.at.seq, gone->second.seq, read.seq, e.at.seq});
            }
        }
    }

    [[nodiscard]] when received(const known_act& a) const {
        const known_message* const m = a.what.message ? world_.find_message(*a.what.message) : nullptr;
        return m != nullptr && m->received ? *m->received : a.at;
    }

    std::map<std::string, std::uint64_t> acts_of_;  ///< by message
    std::map<std::uint64_t, std::vector<bystander>> bystanders_;
    std::map<a_life, when> gone_;                ///< since when a list cannot show them
    std::multimap<std::string, when> foretold_;  ///< of whom a driver has told that he falls with somebody
    std::multimap<std::string, when> lies_;      ///< by group: a list was not true
    std::multimap<std::string, when> ends_;      ///< by host: handlers may have been told to end
    std::multimap<a_life, when> meant_;          ///< lives that acts were to end
    std::vector<std::pair<when, recorded_attempt>> rows_;
};

}  // namespace

a_promise falls_are_told(const known_world& w, findings& f) {
    return std::make_unique<falls_are_told_promise>("falls_are_told", w, f);
}

}  // namespace mayhem::sim
