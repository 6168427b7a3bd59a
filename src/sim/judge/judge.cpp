#include "sim/judge/judge.hpp"

#include "sim/judge/promises.hpp"

namespace mayhem::sim {

judge::judge() : promises_(make_promises(world_, found_)) {}

void judge::observe(const event& e) {
    check_log(e);
    pass(e.at.steady.earliest);
    world_.learn(e);
    for (const auto& p : promises_) {
        p->learn(e);
    }
    if (e.at.steady.is_point()) {
        decide(e);
    } else {
        waiting_.push({e});
    }
}

void judge::end() {
    while (!waiting_.empty()) {
        const event e = waiting_.top().e;
        waiting_.pop();
        decide(e);
    }
}

void judge::pass(steady_time now) {
    while (!waiting_.empty() && waiting_.top().e.at.steady.latest < now) {
        const event e = waiting_.top().e;
        waiting_.pop();
        decide(e);
    }
    if (now > now_) {
        now_ = now;
        for (const auto& p : promises_) {
            p->pass(now);
        }
    }
}

void judge::decide(const event& e) {
    for (const auto& p : promises_) {
        p->decide(e);
    }
}

void judge::check_log(const event& e) {
    const std::string where = "event " + std::to_string(e.at.seq) + ": ";
    if (e.at.steady.earliest < now_ || (e.at.steady.earliest == now_ && e.at.seq <= last_seq_)) {
        found_.blame_log(where + "it comes after one that is later; sort them by their earliest time");
    }
    last_seq_ = e.at.seq;
    if (e.at.steady.latest < e.at.steady.earliest || e.at.wall.latest < e.at.wall.earliest) {
        found_.blame_log(where + "its interval ends before it begins");
    }
    const auto* const x = std::get_if<hit>(&e.what);
    if (x != nullptr && world_.find_act(x->act) == nullptr) {
        found_.blame_log(where + "a hit on " + x->target + " by act " + std::to_string(x->act) + ", which never began");
    }
    const auto* const a = std::get_if<answered>(&e.what);
    if (a != nullptr && world_.find_wish(a->wish) == nullptr) {
        found_.blame_log(where + "an answer to wish " + std::to_string(a->wish) + ", which nobody asked for");
    }
    const auto* const b = std::get_if<act>(&e.what);
    if (b != nullptr && world_.find_act(b->id) != nullptr) {
        found_.blame_log(where + "act " + std::to_string(b->id) + " begins a second time");
    }
}

findings judge_all(const std::vector<event>& log) {
    judge j;
    for (const event& e : log) {
        j.observe(e);
    }
    j.end();
    return j.found();
}

}  // namespace mayhem::sim
