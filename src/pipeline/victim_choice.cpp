#include "pipeline/victim_choice.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::pipeline {

namespace {

bool is_eligible(const core::target& t, const core::guard_limits& l, bool is_unique,
                 std::span<const ports::last_restart> restarted, core::wall_time now) {
    if (l.min_age > core::duration{} && (!t.started_at || now - *t.started_at < l.min_age)) {
        return false;
    }
    if (l.min_rest <= core::duration{}) {
        return true;
    }
    if (!is_unique) {
        return !t.started_at || now - *t.started_at > l.min_rest;
    }
    const auto last = std::ranges::find(restarted, t.id, &ports::last_restart::target);
    return last == restarted.end() || now - last->at > l.min_rest;
}

}  // namespace

victim_choice choose_victim(group& g, core::random_source& random, std::vector<core::target> targets,
                            std::span<const ports::last_restart> restarted, core::wall_time now) {
    const core::guard_limits& limits = g.settings.limits;
    (void)g.state.note_members(targets.size());
    std::vector<core::target> eligible;
    if (limits.min_age > core::duration{} || limits.min_rest > core::duration{}) {
        for (const core::target& t : targets) {
            const bool is_unique = std::ranges::count(targets, t.id, &core::target::id) == 1;
            if (is_eligible(t, limits, is_unique, restarted, now)) {
                eligible.push_back(t);
            }
        }
        if (eligible.empty()) {
            std::swap(targets.front(), targets[random.below(targets.size())]);
            targets.resize(1);
            return {.among = std::move(targets), .is_drawn = false};
        }
    } else {
        eligible = std::move(targets);
    }
    const std::size_t chosen = g.state.draw(eligible, random);
    return {.among = std::move(eligible), .chosen = chosen};
}

}  // namespace mayhem::pipeline
