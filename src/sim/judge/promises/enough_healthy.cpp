#include <algorithm>
#include <iterator>
#include <map>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class enough_healthy_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        if (const auto* l = std::get_if<listed>(&e.what)) {
            if (l->is_true) {
                look(e, *l);
                note_size(e, *l);
            } else {
                untrue_.insert_or_assign({e.host, l->group}, e.at);
            }
        } else if (const auto* h = std::get_if<hit>(&e.what)) {
            count_hit(e, *h);
        } else if (const auto* a = std::get_if<act>(&e.what)) {
            decide_act(e, *a);
        } else if (const auto* j = std::get_if<journalled>(&e.what)) {
            keep_size({e.host, j->group});
        } else if (std::holds_alternative<life_ended>(e.what)) {
            forget_sizes(e.host);
        } else if (const auto* q = std::get_if<queue_did>(&e.what)) {
            if (q->step == queue_step::acked || q->step == queue_step::dead_lettered) {
                of_message_.erase(q->message);
            }
        }
    }

private:
    /// What a list showed, and what we have taken away since.
    struct picture {
        when at;
        target_ledger::head_count heads;
        std::vector<std::uint64_t> acts;
    };

    void look(const event& e, const listed& l) {
        const picture p{.at = e.at, .heads = world_.targets().count(l.group, e.at), .acts = {}};
        std::vector<picture>& shown = shown_[{e.host, l.group}];
        if (shown.size() == shown_max) {
            shown.erase(shown.begin(), shown.begin() + shown_max / 2);
        }
        shown.push_back(p);
        if (l.message) {
            of_message_.insert_or_assign(*l.message, p);
        }
    }

    /// How many members a list has shown, and when. It is on record with the next message of the group.
    struct size_shown {
        when at;
        std::size_t members = 0;
        bool is_on_record = false;
    };

    void note_size(const event& e, const listed& l) {
        sizes_[{e.host, l.group}].push_back({e.at, world_.targets().count(l.group, e.at).healthy});
    }

    void keep_size(const group_key& group) {
        std::vector<size_shown>& sizes = sizes_[group];
        std::ranges::for_each(sizes, [](size_shown& s) { s.is_on_record = true; });
        const auto largest = std::ranges::max_element(sizes, {}, &size_shown::members);
        if (sizes.size() > sizes_max) {
            std::swap(sizes.front(), *largest);
            sizes.erase(sizes.begin() + 1, sizes.end() - sizes_max / 2);
        }
    }

    void forget_sizes(const std::string& host) {
        for (auto& [group, sizes] : sizes_) {
            if (group.first == host) {
                std::erase_if(sizes, [](const size_shown& s) { return !s.is_on_record; });
            }
        }
    }

    /// Nobody can know of more where the config does not say how many there are. A day less than the daemon remembers.
    [[nodiscard]] std::size_t shown_so_far(const group_key& group, const when& at) const {
        constexpr core::duration remembered = std::chrono::hours{6 * 24};
        std::size_t most = 0;
        const auto found = sizes_.find(group);
        if (found != sizes_.end()) {
            for (const size_shown& s : found->second) {
                if (at.wall.latest - s.at.wall.earliest < remembered) {
                    most = std::max(most, s.members);
                }
            }
        }
        return most;
    }

    void count_hit(const event& e, const hit& h) {
        const known_act* const a = world_.find_act(h.act);
        if (a == nullptr) {
            return;
        }
        const auto add = [&](picture& p) {
            if (is_certainly_before(p.at, e.at) && std::ranges::count(p.acts, h.act) == 0) {
                p.acts.push_back(h.act);
            }
        };
        std::ranges::for_each(shown_[{a->host, a->what.group}], add);
        for (auto& [message, p] : of_message_) {
            const known_message* const m = world_.find_message(message);
            if (m != nullptr && m->host == a->host && m->what.group == a->what.group) {
                add(p);
            }
        }
        if (a->what.message) {
            of_message_.erase(*a->what.message);  // it has been used
        }
    }

    /// By which of them it may have been decided: the one of its own guards; of those that were shown since it was in
    /// hand, any; or else the newest.
    [[nodiscard]] std::vector<picture> pictures_for(const event& e, const act& a) const {
        const auto own = a.message ? of_message_.find(*a.message) : of_message_.end();
        if (own != of_message_.end()) {
            return {own->second};
        }
        const auto found = shown_.find({e.host, a.group});
        if (found == shown_.end() || found->second.empty()) {
            return {{.at = e.at, .heads = world_.targets().count(a.group, e.at), .acts = {}}};
        }
        const known_message* const m = a.message ? world_.find_message(*a.message) : nullptr;
        std::vector<picture> all;
        if (m != nullptr && m->received) {
            std::ranges::copy_if(found->second, std::back_inserter(all),
                                 [m](const picture& p) { return is_possibly_before(*m->received, p.at); });
        }
        return all.empty() ? std::vector{found->second.back()} : all;
    }

    void decide_act(const event& e, const act& a) {
        if (world_.is_shared(e.host, a.group, e.at)) {
            return;  // fleet_limits_hold
        }
        if (!world_.configs(e.host).is_known(e.at)) {
            unknown();
            return;
        }
        std::string why;
        when seen{};
        for (const picture& p : pictures_for(e, a)) {
            if (p.heads.living == 0) {
                unknown();
                return;
            }
            const std::size_t taken = taken_by(e, a, p);
            if (!is_too_few(e, a, p, taken) || was_misled(e, a, p, taken)) {
                kept();
                return;
            }
            seen = p.at;
            why = std::to_string(p.heads.healthy) + " were healthy " + describe(p.at) + ", and with this " +
                  std::to_string(taken) + " of them are taken away since";
        }
        broken("act " + std::to_string(a.id) + " on " + who(a.target, a.incarnation) + " began " + describe(e.at) +
                   ": of group " + a.group + " " + why + ": fewer than min_healthy are left",
               {seen.seq, e.at.seq});
    }

    [[nodiscard]] std::size_t taken_by(const event& e, const act& a, const picture& p) const {
        std::size_t taken = 1;
        for (const std::string& other : a.reach) {
            const bool is_counted = other != a.target && world_.targets().is_in(other, a.group);
            taken += is_counted && world_.was_bound_to_fall(a, other, e.at) &&
                             world_.targets().stood_from_to(other, p.at, e.at)
                         ? 1
                         : 0;
        }
        for (const std::uint64_t other : p.acts) {
            taken += is_still_down(other, a, e.at) ? 1 : 0;
        }
        return taken;
    }

    [[nodiscard]] bool is_too_few(const event& e, const act& a, const picture& p, std::size_t taken) const {
        return world_.configs(e.host).must_be(e.at, [&](const auto& c) {
            const group_in_force* const g = c->find(a.group);
            if (g == nullptr) {
                return false;
            }
            const std::size_t size = g->members.value_or(shown_so_far({e.host, a.group}, e.at));
            const std::size_t needed = g->limits.min_healthy.value_or(size > 1 ? std::size_t{1} : std::size_t{0});
            return needed > 0 && p.heads.healthy < needed + taken;
        });
    }

    // It has seen less than the truth since: then the truth of now must be too few as well.
    [[nodiscard]] bool was_misled(const event& e, const act& a, const picture& p, std::size_t taken) const {
        const auto untrue = untrue_.find({e.host, a.group});
        const std::size_t down = taken - 1;  // whoever is down already is not among those that are healthy now
        return untrue != untrue_.end() && is_possibly_before(p.at, untrue->second) &&
               world_.targets().count(a.group, e.at).healthy + down > p.heads.healthy;
    }

    [[nodiscard]] bool is_still_down(std::uint64_t id, const act& a, const when& at) const {
        const known_act* const other = world_.find_act(id);
        if (other == nullptr || id == a.id) {
            return false;
        }
        const auto& [hit_at, h] = other->hits.front();
        const auto stands = [&](const target_ledger::successor& s) { return is_possibly_before(s.healthy, at); };
        return std::ranges::none_of(world_.targets().healthy_after(h.target, h.incarnation, hit_at), stands);
    }

    static constexpr std::size_t sizes_max = 256;

    static constexpr std::size_t shown_max = 64;

    std::map<group_key, std::vector<picture>> shown_;  ///< by the newest true lists
    std::map<group_key, std::vector<size_shown>> sizes_;
    std::map<std::string, picture> of_message_;
    std::map<group_key, when> untrue_;  ///< the newest list that did not tell the truth
};

}  // namespace

a_promise enough_healthy(const known_world& w, findings& f) {
    return std::make_unique<enough_healthy_promise>("enough_healthy", w, f);
}

}  // namespace mayhem::sim
