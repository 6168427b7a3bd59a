#include "sim/judge/halt_ledger.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::sim {

void halt_ledger::learn(const event& e) {
    if (const auto* a = std::get_if<asked>(&e.what)) {
        ask(e, *a);
    } else if (const auto* r = std::get_if<answered>(&e.what)) {
        hear(e, *r);
    } else if (const auto* c = std::get_if<config_in_force>(&e.what)) {
        take_config(e, *c);
    } else if (std::holds_alternative<life_ended>(e.what)) {
        at(door::command).end_life(e.at);
        reloads_.clear();
    } else if (std::holds_alternative<life_began>(e.what)) {
        begin_life(e);
    }
}

// The file may have changed since the last life read it, and this one goes by it before it is in force.
void halt_ledger::begin_life(const event& e) {
    at(door::config).begin(nobodys_wish, true, e.at);
    at(door::config).begin(nobodys_wish, false, e.at);
    is_starting_ = true;
}

// The first one of a life is its start's. Each other is of the first reload of those that have no answer yet; the
// others may be of the next one, which reads the file later.
void halt_ledger::take_config(const event& e, const config_in_force& c) {
    latch& door = at(door::config);
    door.cancel_all(e.at);
    door.change(c.halted, e.at);
    const bool is_of_start = std::exchange(is_starting_, false);
    if (!is_of_start && !reloads_.empty()) {
        reloads_.erase(reloads_.begin());
    }
    for (auto& [wish, is_after_config] : reloads_) {
        door.begin(wish, true, e.at);
        door.begin(wish, false, e.at);
        is_after_config = !is_of_start;
    }
}

void halt_ledger::ask(const event& e, const asked& a) {
    if (a.what == wish_kind::halt || a.what == wish_kind::resume) {
        at(a.door).begin(a.wish, a.what == wish_kind::halt, e.at, a.door == door::command);
    } else if (a.what == wish_kind::reload) {
        at(door::config).begin(a.wish, true, e.at);
        at(door::config).begin(a.wish, false, e.at);
        reloads_.emplace(a.wish, false);
    }
}

// A reload that was answered with "ok" has no effect before its config is in force: which it is, if one came since.
void halt_ledger::hear(const event& e, const answered& a) {
    if (a.answer == answer::gone) {
        return;
    }
    const bool ok = a.answer == answer::ok;
    const latch::ending how = ok                         ? latch::ending::done
                              : a.answer == answer::late ? latch::ending::late
                                                         : latch::ending::failed;
    at(door::command).end(a.wish, e.at, how);
    at(door::file).end(a.wish, e.at, how);
    const auto reload = reloads_.find(a.wish);
    if (!ok || (reload != reloads_.end() && reload->second)) {
        at(door::config).end(a.wish, e.at, latch::ending::cancelled);
    }
    if (reload != reloads_.end()) {
        reloads_.erase(reload);
    }
}

std::optional<std::uint64_t> halt_ledger::certainly_halted(const when& moment, core::duration since) const {
    for (const latch& door : doors_) {
        if (const auto seq = door.certainly_set(moment, since)) {
            return seq;
        }
    }
    return std::nullopt;
}

bool halt_ledger::may_be_halted(const when& moment) const {
    return std::ranges::any_of(doors_, [&](const latch& door) { return door.may_be_set(moment); });
}

}  // namespace mayhem::sim
