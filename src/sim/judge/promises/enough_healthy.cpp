#include <algorithm>
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
            } else {
                untrue_.insert_or_assign({e.host, l->group}, e.at);
            }
        } else if (const auto* h = std::get_if<hit>(&e.what)) {
            count_hit(e, *h);
        } else if (const auto* a = std::get_if<act>(&e.what)) {
            decide_act(e, *a);
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
        newest_.insert_or_assign({e.host, l.group}, p);
        if (l.message) {
            of_message_.insert_or_assign(*l.message, p);
        }
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
        const auto found = newest_.find({a->host, a->what.group});
        if (found != newest_.end()) {
            add(found->second);
        }
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

    [[nodiscard]] picture picture_for(const event& e, const act& a) const {
        if (a.message) {
            const auto own = of_message_.find(*a.message);
            if (own != of_message_.end()) {
                return own->second;
            }
        }
        const auto found = newest_.find({e.host, a.group});
        return found != newest_.end() ? found->second
                                      : picture{.at = e.at, .heads = world_.targets().count(a.group, e.at), .acts = {}};
    }

    void decide_act(const event& e, const act& a) {
        const auto& configs = world_.configs(e.host);
        const picture p = picture_for(e, a);
        if (!configs.is_known(e.at) || p.heads.living == 0) {
            unknown();
            return;
        }
        std::size_t taken = 1;
        for (const std::string& other : a.reach) {
            taken += other != a.target && world_.targets().is_in(other, a.group) ? 1 : 0;
        }
        for (const std::uint64_t other : p.acts) {
            taken += is_still_down(other, a, e.at) ? 1 : 0;
        }
        const auto is_too_few = [&](const auto& c) {
            const group_in_force* const g = c->find(a.group);
            const std::size_t needed =
                g == nullptr ? 0 : g->limits.min_healthy.value_or(p.heads.living > 1 ? std::size_t{1} : std::size_t{0});
            return needed > 0 && p.heads.healthy < needed + taken;
        };
        if (!configs.must_be(e.at, is_too_few) || was_misled(e, a, p, taken)) {
            kept();
            return;
        }
        broken("act " + std::to_string(a.id) + " on " + who(a.target, a.incarnation) + " began " + describe(e.at) +
                   ": of group " + a.group + " " + std::to_string(p.heads.healthy) + " were healthy " + describe(p.at) +
                   ", and with this " + std::to_string(taken) +
                   " of them are taken away since: fewer than min_healthy are left",
               {p.at.seq, e.at.seq});
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

    std::map<group_key, picture> newest_;
    std::map<std::string, picture> of_message_;
    std::map<group_key, when> untrue_;  ///< the newest list that did not tell the truth
};

}  // namespace

a_promise enough_healthy(const known_world& w, findings& f) {
    return std::make_unique<enough_healthy_promise>("enough_healthy", w, f);
}

}  // namespace mayhem::sim
