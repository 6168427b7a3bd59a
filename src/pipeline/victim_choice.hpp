#pragma once

#include <span>
#include <vector>

#include "mayhem/ports/restart_record.hpp"
#include "pipeline/group.hpp"

namespace mayhem::pipeline {

/// Who is to be restarted, and the eligible ones out of whom the draw chose. Nobody was eligible if the list is empty:
/// then the victim is any target at all, so that the guard's refusal is on record, and it has used up no turn.
struct victim_choice {
    core::target victim;
    std::vector<core::target> eligible;
};

/// Leaves out who is too young or has rested too little, by what `restarted` tells of those restarted since
/// `now - min_rest`; then draws with `random`. `targets` must not be empty.
[[nodiscard]] victim_choice choose_victim(group& g, core::random_source& random, std::vector<core::target> targets,
                                          std::span<const ports::last_restart> restarted, core::wall_time now);

}  // namespace mayhem::pipeline
