#pragma once

#include "mayhem/core/plan/schedule.hpp"
#include "mayhem/core/rules/guard_limits.hpp"
#include "pipeline/model/settings.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

/// Reads what a group allows to be done to it: the keys from min_age to slower_than; the caps are those of the
/// schedule.
void read_limits(settings::section& section, core::guard_limits& limits);

/// What the schedule promises, the guards see to: its caps, counted by the clock of its zone.
void limit_by_schedule(const core::schedule& s, pipeline::group_settings& settings);

}  // namespace mayhem::app
