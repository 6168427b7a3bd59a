#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "drivers/proc/process_info.hpp"
#include "drivers/process/upholder.hpp"
#include "drivers/process/why_spared.hpp"
#include "drivers/systemd/unit_graph.hpp"
#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/target.hpp"

namespace mayhem::drivers {

/// What stands around one process: facts, as they were found.
struct surroundings_of_process {
    std::vector<process_origin> origin{};    ///< of the one; none: it is gone
    std::vector<process_info> forked{};      ///< below it, of its own program all the way
    std::vector<process_info> in_service{};  ///< the others in the control group of its service
};

/// How the driver sees processes and units.
struct view_of_reach {
    const own_place& own;
    leave given;
    std::string own_unit;
    std::function<core::target(const process_info&)> to_target;
    std::function<bool(const process_info&)> is_meant;
    std::function<bool(const std::string&)> is_unit_meant;
};

/// Everything that goes down with a process. Pure.
///
/// - What it has forked of its own program, as a master has its workers: parts of it.
/// - If it is the main process of a service: whatever else runs in the service's control group, unless `KillMode=`
/// spares
///   it, as parts; and what systemd takes down with the service, the host included (`unit_graph`).
/// - Whether it is, cannot be told where systemd cannot be asked: then the service counts as if it fell.
///
/// A child of another program outlives it as a rule, and is none; that it asked the kernel to be told of its parent's
/// death (PR_SET_PDEATHSIG) cannot be seen.
[[nodiscard]] core::reach reach_of_process(const surroundings_of_process& s, const unit_graph& units,
                                           const view_of_reach& view);

/// Of the processes that there are, given as (pid, parent): those below `pid`, `goes_on` saying of each whether it is
/// one, and whether those below it are looked at. Pure.
[[nodiscard]] std::vector<process_info> descendants(
    pid_t pid, const std::vector<std::pair<pid_t, pid_t>>& all,
    const std::function<std::optional<process_info>(pid_t)>& read_if_it_counts);

}  // namespace mayhem::drivers
