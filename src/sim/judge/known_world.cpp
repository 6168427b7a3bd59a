#include "sim/judge/known_world.hpp"

#include <algorithm>

namespace mayhem::sim {

void known_world::learn(const event& e) {
    known_host& h = hosts_[e.host];
    h.halts.learn(e);
    fleet_.learn(e);
    learn_life(e, h);
    learn_act(e);
    learn_breaker(e);
    if (const auto* t = std::get_if<target_is>(&e.what)) {
        targets_.learn(e.at, *t);
    } else if (const auto* taken = std::get_if<taken_by_somebody>(&e.what)) {
        targets_.learn(e.at, *taken);
    } else if (const auto* c = std::get_if<config_in_force>(&e.what)) {
        h.configs.set(e.at, std::make_shared<const config_in_force>(*c));
    } else if (const auto* s = std::get_if<clock_set>(&e.what)) {
        h.clocks.emplace_back(e.at, *s);
    } else if (const auto* m = std::get_if<journalled>(&e.what)) {
        if (messages_.try_emplace(m->message, known_message{.host = e.host, .at = e.at, .what = *m}).second) {
            messages_for_.emplace(std::pair(m->target, m->incarnation), m->message);
        }
    } else if (const auto* q = std::get_if<queue_did>(&e.what)) {
        const auto found = messages_.find(q->message);
        if (q->step == queue_step::received && found != messages_.end()) {
            found->second.received = e.at;
        }
    } else if (const auto* a = std::get_if<asked>(&e.what)) {
        wishes_.try_emplace(a->wish, *a);
    } else if (const auto* t2 = std::get_if<trouble>(&e.what)) {
        learn_trouble(e, *t2);
    } else if (const auto* p = std::get_if<phase_begins>(&e.what)) {
        learn_phase(e, *p);
    }
}

void known_world::learn_life(const event& e, known_host& h) {
    const bool begins = std::holds_alternative<life_began>(e.what);
    if (begins || std::holds_alternative<life_ended>(e.what)) {
        h.is_alive = begins;
        h.turns.push_back(e.at);
        if (begins) {
            h.began = e.at;
        }
    }
}

void known_world::learn_act(const event& e) {
    if (const auto* a = std::get_if<act>(&e.what)) {
        acts_.try_emplace(a->id, known_act{.host = e.host, .at = e.at, .what = *a, .hits = {}});
    } else if (const auto* x = std::get_if<hit>(&e.what)) {
        const auto found = acts_.find(x->act);
        if (found != acts_.end()) {
            found->second.hits.emplace_back(e.at, *x);
        }
    }
}

void known_world::learn_breaker(const event& e) {
    if (const auto* b = std::get_if<breaker_is>(&e.what)) {
        breakers_[{e.host, b->group}].change(b->is_open, e.at);
    } else if (const auto* a = std::get_if<asked>(&e.what)) {
        if (a->what == wish_kind::close_breaker && a->group) {
            breakers_[{e.host, *a->group}].begin(a->wish, false, e.at, a->door == door::command);
        }
    } else if (const auto* r = std::get_if<answered>(&e.what)) {
        const asked* const wish = find_wish(r->wish);
        if (wish != nullptr && wish->what == wish_kind::close_breaker && wish->group && r->answer != answer::gone) {
            breakers_[{e.host, *wish->group}].end(
                r->wish, e.at, r->answer == answer::ok ? latch::ending::done : latch::ending::failed);
        }
    }
}

void known_world::learn_trouble(const event& e, const trouble& t) {
    if (t.stands) {
        troubles_.try_emplace(t.id, known_trouble{.host = e.host, .what = t, .began = e.at, .ended = {}});
        return;
    }
    const auto found = troubles_.find(t.id);
    if (found != troubles_.end()) {
        found->second.ended = e.at;
    }
}

void known_world::learn_phase(const event& e, const phase_begins& p) {
    if (p.phase == phase_kind::storm) {
        calm_.reset();
    } else if (p.phase == phase_kind::calm) {
        calm_ = e.at;
        calm_within_ = p.within;
    }
}

const known_world::known_host& known_world::at(const std::string& host) const {
    static const known_host nobody;
    const auto found = hosts_.find(host);
    return found == hosts_.end() ? nobody : found->second;
}

bool known_world::is_shared(const std::string& host, const std::string& group, const when& at) const {
    return configs(host).is_known(at) && configs(host).must_be(at, [&group](const config& c) {
        const group_in_force* const g = c->find(group);
        return g != nullptr && g->is_shared;
    });
}

const halt_ledger& known_world::halts(const std::string& host) const { return at(host).halts; }

const latch& known_world::breaker(const group_key& group) const {
    static const latch closed;
    const auto found = breakers_.find(group);
    return found == breakers_.end() ? closed : found->second;
}

const timeline<known_world::config>& known_world::configs(const std::string& host) const { return at(host).configs; }

std::vector<interval<core::wall_time>> known_world::wall_times(const std::string& host, const when& moment,
                                                               core::duration within) const {
    std::vector<interval<core::wall_time>> shown{moment.wall};
    const auto& clocks = at(host).clocks;
    for (auto c = clocks.rbegin(); c != clocks.rend(); ++c) {
        const auto& [set_at, set] = *c;
        if (is_certainly_before(set_at, moment, within)) {
            break;
        }
        if (is_possibly_before(set_at, moment)) {
            shown.push_back({.earliest = moment.wall.earliest + (set.from - set_at.wall.latest),
                             .latest = moment.wall.latest + (set.from - set_at.wall.earliest)});
        }
    }
    return shown;
}

const known_message* known_world::find_message(const std::string& id) const {
    const auto found = messages_.find(id);
    return found == messages_.end() ? nullptr : &found->second;
}

const known_act* known_world::find_act(std::uint64_t id) const {
    const auto found = acts_.find(id);
    return found == acts_.end() ? nullptr : &found->second;
}

const asked* known_world::find_wish(std::uint64_t id) const {
    const auto found = wishes_.find(id);
    return found == wishes_.end() ? nullptr : &found->second;
}

bool known_world::was_bound_to_fall(const act& a, const std::string& other, const when& at) const {
    const known_message* const m = a.message ? find_message(*a.message) : nullptr;
    return targets_.stood_from_to(other, m != nullptr && m->received ? *m->received : at, at);
}

std::vector<const known_message*> known_world::messages_for(const std::string& target,
                                                            const std::string& incarnation) const {
    std::vector<const known_message*> all;
    const auto [first, last] = messages_for_.equal_range(std::pair(target, incarnation));
    for (auto m = first; m != last; ++m) {
        all.push_back(find_message(m->second));
    }
    return all;
}

bool known_world::is_alive(const std::string& host) const { return at(host).is_alive; }

bool known_world::may_have_died(const std::string& host, const when& from, const when& to) const {
    const std::vector<when>& turns = at(host).turns;
    for (auto t = turns.rbegin(); t != turns.rend() && !is_certainly_before(*t, from); ++t) {
        if (is_possibly_before(*t, to)) {
            return true;
        }
    }
    return false;
}

namespace {

bool is_of(trouble_kind is, std::optional<trouble_kind> wanted) noexcept {
    return !wanted || is == *wanted || is == trouble_kind::standstill;
}

}  // namespace

const known_trouble* known_world::find_trouble(const std::string& host, const std::optional<std::string>& group,
                                               const when& from, const when& to,
                                               std::optional<trouble_kind> kind) const {
    for (auto t = troubles_.rbegin(); t != troubles_.rend(); ++t) {
        const known_trouble& known = t->second;
        const bool touches = known.host == host && is_of(known.what.kind, kind) &&
                             (!group || !known.what.group || *known.what.group == *group);
        const bool is_over = known.ended && is_certainly_before(*known.ended, from);
        if (touches && !is_over && is_possibly_before(known.began, to)) {
            return &known;
        }
    }
    return nullptr;
}

std::optional<when> known_world::calm_since(const std::string& host) const {
    const std::optional<when>& began = at(host).began;
    return calm_ && began && is_certainly_before(*calm_, *began) ? began : calm_;
}

}  // namespace mayhem::sim
