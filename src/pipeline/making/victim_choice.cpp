#include "pipeline/making/victim_choice.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace mayhem::pipeline {

namespace {

/// For a look at each of many targets: what the whole list and the whole record say of an id.
struct known_of_id {
    std::size_t targets = 0;
    std::optional<core::wall_time> last_restart;
};

using known_by_id = std::unordered_map<std::string_view, known_of_id>;

known_by_id sum_up(std::span<const core::target> targets, std::span<const ports::last_restart> restarted) {
    known_by_id known;
    known.reserve(targets.size());
    for (const core::target& t : targets) {
        ++known[t.id].targets;
    }
    for (const ports::last_restart& r : restarted) {
        const auto found = known.find(r.target);
        if (found != known.end() && !found->second.last_restart) {
            found->second.last_restart = r.at;
        }
    }
    return known;
}

bool is_eligible(const core::target& t, const core::guard_limits& l, const known_of_id& known, core::wall_time now) {
    if (l.min_age > core::duration{} && (!t.started_at || now - *t.started_at < l.min_age)) {
        return false;
    }
    if (l.min_rest <= core::duration{}) {
        return true;
    }
    const std::optional<core::wall_time> last = known.targets > 1 ? t.started_at : known.last_restart;
    return !last || now - *last > l.min_rest;
}

}  // namespace

std::vector<core::target> eligible_of(const group& g, const std::vector<core::target>& targets,
                                      std::span<const ports::last_restart> restarted, core::wall_time now) {
    const core::guard_limits& limits = g.settings.limits;
    const known_by_id known = sum_up(targets, restarted);
    std::vector<core::target> eligible;
    std::ranges::copy_if(targets, std::back_inserter(eligible),
                         [&](const core::target& t) { return is_eligible(t, limits, known.at(t.id), now); });
    return eligible;
}

victim_choice choose_victim(group& g, core::random_source& random, std::vector<core::target> targets,
                            std::span<const ports::last_restart> restarted, core::wall_time now) {
    const core::guard_limits& limits = g.settings.limits;
    std::vector<core::target> eligible;
    if (limits.min_age > core::duration{} || limits.min_rest > core::duration{}) {
        eligible = eligible_of(g, targets, restarted, now);
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
