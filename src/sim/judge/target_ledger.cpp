#include "sim/judge/target_ledger.hpp"

#include <algorithm>

namespace mayhem::sim {

namespace {

bool is_alive(target_state s) noexcept { return s != target_state::down; }
bool is_healthy(target_state s) noexcept { return s == target_state::healthy; }
bool is_up(target_state s) noexcept { return s != target_state::down && s != target_state::dying; }

}  // namespace

void target_ledger::learn(const when& at, const target_is& t) {
    known_target& known = targets_[t.target];
    known.is_protected = t.is_protected;
    if (known.groups != t.groups) {
        for (const std::string& group : known.groups) {
            members_[group].erase(t.target);
        }
        for (const std::string& group : t.groups) {
            members_[group].insert(t.target);
        }
        known.groups = t.groups;
    }
    auto found = std::ranges::find(known.lives, t.incarnation, &life::incarnation);
    if (found == known.lives.end()) {
        forget_dead(known);
        known.lives.push_back({.incarnation = t.incarnation, .first = at, .healthy = {}, .fell = {}, .states = {}});
        found = known.lives.end() - 1;
    }
    found->states.set(at, t.state);
    found->is_dead = !is_alive(t.state);
    if (t.state == target_state::healthy && !found->healthy) {
        found->healthy = at;
    } else if (t.state != target_state::healthy && found->healthy && !found->fell) {
        found->fell = at;
    }
}

void target_ledger::learn(const when& at, const taken_by_somebody& t) {
    std::vector<taking>& known = targets_[t.target].takings;
    if (!t.is_taken) {
        if (!known.empty() && !known.back().to) {
            known.back().to = at;
        }
        return;
    }
    if (known.size() == takings_max) {
        known.erase(known.begin());
    }
    known.push_back({.from = at});
}

std::vector<target_ledger::taking> target_ledger::takings_of(const std::string& target) const {
    const auto known = targets_.find(target);
    return known == targets_.end() ? std::vector<taking>{} : known->second.takings;
}

void target_ledger::forget_dead(known_target& t) {
    const auto dead = std::ranges::count_if(t.lives, &life::is_dead);
    if (static_cast<std::size_t>(dead) > dead_max) {
        t.lives.erase(std::ranges::find_if(t.lives, &life::is_dead));
    }
}

const target_ledger::life* target_ledger::find(const std::string& target, const std::string& incarnation) const {
    const auto known = targets_.find(target);
    if (known == targets_.end()) {
        return nullptr;
    }
    const auto found = std::ranges::find(known->second.lives, incarnation, &life::incarnation);
    return found == known->second.lives.end() ? nullptr : &*found;
}

std::optional<when> target_ledger::first_seen(const std::string& target, const std::string& incarnation) const {
    const life* const l = find(target, incarnation);
    return l == nullptr ? std::nullopt : std::optional(l->first);
}

bool target_ledger::may_live(const std::string& target, const std::string& incarnation, const when& at) const {
    const life* const l = find(target, incarnation);
    return l != nullptr && is_possibly_before(l->first, at) && l->states.may_be(at, is_alive);
}

bool target_ledger::must_live(const std::string& target, const std::string& incarnation, const when& at) const {
    const life* const l = find(target, incarnation);
    return l != nullptr && is_certainly_before(l->first, at) && l->states.must_be(at, is_alive);
}

std::string target_ledger::living(const std::string& target, const when& at) const {
    std::string text;
    const auto known = targets_.find(target);
    if (known != targets_.end()) {
        for (const life& l : known->second.lives) {
            if (may_live(target, l.incarnation, at)) {
                text += (text.empty() ? "" : ", ") + l.incarnation;
            }
        }
    }
    return text.empty() ? "none" : text;
}

bool target_ledger::is_protected(const std::string& target) const {
    const auto known = targets_.find(target);
    return known != targets_.end() && known->second.is_protected;
}

bool target_ledger::is_in(const std::string& target, const std::string& group) const {
    const auto known = targets_.find(target);
    return known != targets_.end() && std::ranges::count(known->second.groups, group) > 0;
}

bool target_ledger::stood_from_to(const std::string& target, const when& from, const when& to) const {
    return life_from_to(target, from, to).has_value();
}

std::optional<std::string> target_ledger::life_from_to(const std::string& target, const when& from,
                                                       const when& to) const {
    const auto known = targets_.find(target);
    if (known == targets_.end()) {
        return std::nullopt;
    }
    const auto found = std::ranges::find_if(known->second.lives, [&](const life& l) {
        return is_certainly_before(l.first, from) && l.states.must_be(from, is_up) && l.states.must_be(to, is_up);
    });
    return found == known->second.lives.end() ? std::nullopt : std::optional(found->incarnation);
}

std::optional<std::string> target_ledger::life_after(const std::string& target, const when& at) const {
    const auto known = targets_.find(target);
    if (known == targets_.end()) {
        return std::nullopt;
    }
    const auto found =
        std::ranges::find_if(known->second.lives, [&at](const life& l) { return is_certainly_before(at, l.first); });
    return found == known->second.lives.end() ? std::nullopt : std::optional(found->incarnation);
}

target_ledger::head_count target_ledger::count(const std::string& group, const when& at) const {
    head_count heads;
    const auto members = members_.find(group);
    if (members == members_.end()) {
        return heads;
    }
    for (const std::string& target : members->second) {
        for (const life& l : targets_.at(target).lives) {
            const bool has_begun = is_possibly_before(l.first, at);
            heads.living += has_begun && l.states.may_be(at, is_alive) ? 1 : 0;
            heads.healthy += has_begun && l.states.may_be(at, is_healthy) ? 1 : 0;
        }
    }
    return heads;
}

std::vector<target_ledger::successor> target_ledger::healthy_after(const std::string& target,
                                                                   const std::string& incarnation, const when& at,
                                                                   core::duration so_long) const {
    std::vector<successor> found;
    const auto known = targets_.find(target);
    if (known == targets_.end()) {
        return found;
    }
    for (const life& l : known->second.lives) {
        if (l.incarnation != incarnation && l.healthy && !is_certainly_before(l.first, at)) {
            found.push_back({.healthy = *l.healthy,
                             .stands = l.states.must_be(later(*l.healthy, so_long), is_healthy),
                             .fell = l.fell});
        }
    }
    return found;
}

}  // namespace mayhem::sim
