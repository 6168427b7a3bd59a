#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "actions/holder/hold_order.hpp"
#include "drivers/proc/process_incarnation.hpp"
#include "drivers/proc/process_table.hpp"
#include "drivers/proc/service_group.hpp"

namespace mayhem::actions {

/// What the order calls its control group, as /proc calls it: of all hierarchies in the first that has it, and there
/// the path may begin further up, inside of a container, and for a service manager that does not have the root.
/// `of_process` is the text of its main process's /proc/PID/cgroup. Nothing: that process is not in it. Pure.
[[nodiscard]] std::optional<drivers::control_group_line> find_group(std::string_view of_process,
                                                                    std::string_view as_ordered);

/// The same, in version 2 alone. Pure.
[[nodiscard]] std::optional<std::string_view> find_group_of_version_2(std::string_view of_process,
                                                                      std::string_view as_ordered);

/// All that the order means now, but for what must never stand still: PID 1, this process, and those above it. Of a
/// service, its main process must be in its control group; otherwise nobody. Reads /proc, and blocks for that.
[[nodiscard]] std::vector<pid_t> find_processes(const drivers::process_table& table, const hold_order& o);

/// It runs, and is no other process of the same number. Reads /proc.
[[nodiscard]] bool is_that_life(const drivers::process_table& table, const drivers::process_incarnation& wanted);

}  // namespace mayhem::actions
