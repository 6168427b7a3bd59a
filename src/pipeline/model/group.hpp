#pragma once

#include <optional>

#include "mayhem/core/plan/planner.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/probe.hpp"
#include "pipeline/model/group_state.hpp"
#include "pipeline/model/settings.hpp"

namespace mayhem::pipeline {

/// A group as the pipeline sees it: its settings, who acts on its targets, its own stream of random numbers, and
/// its plan, if it has one.
struct group {
    group_settings settings;
    ports::driver& driver;
    core::random_source random;
    std::optional<core::planner> plan{};
    ports::probe* probe = nullptr;    ///< none: the group is always in its steady state
    ports::probe* stop_if = nullptr;  ///< ends what stands on a target once it does not pass; none: nothing does
    group_state state{};
};

}  // namespace mayhem::pipeline
