#include "sim/judge/plan_oracle.hpp"

#include <stdexcept>

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

}  // namespace mayhem::sim
