#include "sim/judge/halt_ledger.hpp"

#include <algorithm>

namespace mayhem::sim {

void halt_ledger::learn(const event& e) {
    if (const auto* a = std::get_if<asked>(&e.what)) {
        ask(e, *a);
    } else if (const auto* r = std::get_if<answered>(&e.what)) {
        hear(e, *r);
    } else if (const auto* c = std::get_if<config_in_force>(&e.what)) {
        at(door::config).cancel_all(e.at);
        at(door::config).change(c->halted, e.at);
    } else if (std::holds_alternative<life_ended>(e.what)) {
        at(door::command).end_life(e.at);
    }
}

void halt_ledger::ask(const event& e, const asked& a) {
    if (a.what == wish_kind::halt || a.what == wish_kind::resume) {
        at(a.door).begin(a.wish, a.what == wish_kind::halt, e.at, a.door == door::command);
    } else if (a.what == wish_kind::reload) {
        at(door::config).begin(a.wish, true, e.at);
        at(door::config).begin(a.wish, false, e.at);
    }
}

// A reload that was answered with "ok" has no effect before its config is in force.
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
    if (!ok) {
        at(door::config).end(a.wish, e.at, latch::ending::cancelled);
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
