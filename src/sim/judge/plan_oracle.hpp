#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "mayhem/core/plan/planner.hpp"
#include "sim/judge/life_events.hpp"

namespace mayhem::sim {

/// The plans that the configs promise, made once for each that is different. A value.
class plan_oracle {
public:
    /// Nothing for a group without a plan, or with a schedule that is none. Valid as long as the oracle.
    [[nodiscard]] core::planner* find(const config_in_force& c, const std::string& group);

    /// What the config promises for a moment of that plan: "cut (for 30s)"; nothing where it does not say.
    [[nodiscard]] std::optional<std::string> act_at(const config_in_force& c, const std::string& group,
                                                    core::wall_time moment);

private:
    std::map<std::string, std::unique_ptr<core::planner>> plans_;
};

}  // namespace mayhem::sim
