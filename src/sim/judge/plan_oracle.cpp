#include "sim/judge/plan_oracle.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <vector>

#include "mayhem/core/rules/act_draw.hpp"

namespace mayhem::sim {

core::planner* plan_oracle::find(const config_in_force& c, const std::string& group) {
    const group_in_force* const g = c.find(group);
    if (g == nullptr || !g->is_planned()) {
        return nullptr;
    }
    const std::string key = std::to_string(c.seed) + ' ' + group + ' ' + core::to_string(g->schedule);
    const auto [known, is_new] = plans_.try_emplace(key);
    if (is_new) {
        try {
            known->second = std::make_unique<core::planner>(g->schedule, core::random_source(c.seed), group);
        } catch (const std::invalid_argument&) {
            known->second.reset();  // no daemon would have taken it
        }
    }
    return known->second.get();
}

std::optional<std::string> plan_oracle::act_at(const config_in_force& c, const std::string& group,
                                               core::wall_time moment) {
    const core::planner* const plan = find(c, group);
    const group_in_force* const g = c.find(group);
    if (plan == nullptr || g->acts.empty()) {
        return std::nullopt;
    }
    std::vector<unsigned> weights;
    std::vector<std::string> acts;
    for (const std::string& one : g->acts) {
        const std::size_t space = one.find(' ');
        unsigned weight = 0;
        (void)std::from_chars(one.data(), one.data() + std::min(space, one.size()), weight);
        weights.push_back(std::max(weight, 1U));
        acts.push_back(space == std::string::npos ? std::string() : one.substr(space + 1));
    }
    return acts[core::draw_act(weights, plan->stream_of(moment))];
}

}  // namespace mayhem::sim
