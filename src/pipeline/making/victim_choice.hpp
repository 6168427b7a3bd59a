#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "mayhem/ports/restart_record.hpp"
#include "pipeline/model/group.hpp"

namespace mayhem::pipeline {

/// Who is to be restarted: `among[chosen]`. Drawn out of those, who were eligible; or nobody was: then it is any target
/// at all, alone, so that the guard's refusal is on record, and it has used up no turn.
struct victim_choice {
    std::vector<core::target> among;
    std::size_t chosen = 0;
    bool is_drawn = true;
};

/// Those of `targets` who are neither too young nor have rested too little, by what `restarted` tells of those
/// restarted since `now - min_rest`.
[[nodiscard]] std::vector<core::target> eligible_of(const group& g, const std::vector<core::target>& targets,
                                                    std::span<const ports::last_restart> restarted,
                                                    core::wall_time now);

/// Leaves out who is too young or has rested too little, by what `restarted` tells of those restarted since
/// `now - min_rest`; then draws with `random`. `targets` must not be empty.
[[nodiscard]] victim_choice choose_victim(group& g, core::random_source& random, std::vector<core::target> targets,
                                          std::span<const ports::last_restart> restarted, core::wall_time now);

}  // namespace mayhem::pipeline
