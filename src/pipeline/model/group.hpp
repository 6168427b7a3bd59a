#pragma once

#include <optional>

#include "mayhem/core/message.hpp"
#include "mayhem/core/plan/planner.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/probe.hpp"
#include "mayhem/ports/victims.hpp"
#include "pipeline/model/group_acts.hpp"
#include "pipeline/model/group_state.hpp"
#include "pipeline/model/settings.hpp"

namespace mayhem::pipeline {

/// A group as the pipeline sees it: its settings, what is done to its targets and who does it, its own stream of random
/// numbers, and its plan, if it has one.
struct group {
    group_settings settings;
    ports::driver& driver;  ///< of its first action: whom to ask when no message is meant
    core::random_source random;
    std::optional<core::planner> plan{};
    ports::probe* probe = nullptr;    ///< none: the group is always in its steady state
    ports::probe* stop_if = nullptr;  ///< ends what stands on a target once it does not pass; none: nothing does
    group_state state{};
    group_acts acts{driver};
    ports::victims* shared_with = nullptr;  ///< the fleet that decides whom a moment hits; none: this host does
};

/// Who does what the message says: null if the group does not have that action any more.
[[nodiscard]] inline ports::driver* find_driver(const group& g, const core::message& m) { return g.acts.find(m.act); }

/// The same, and whoever does the first of the group's own where there is none: for looking, not for acting.
[[nodiscard]] inline ports::driver& driver_of(const group& g, const core::message& m) {
    ports::driver* const found = find_driver(g, m);
    return found == nullptr ? g.driver : *found;
}

}  // namespace mayhem::pipeline
