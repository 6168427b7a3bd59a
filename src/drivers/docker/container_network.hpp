#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/docker/docker_container.hpp"
#include "drivers/proc/process_incarnation.hpp"
#include "mayhem/core/rules/network_fault.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::drivers {

/// What the kernel says of the first process of a container.
struct container_process {
    std::optional<process_incarnation> is{};  ///< nothing: it is not seen from here, or not in the container
    std::optional<bool> has_own_network{};    ///< nothing: that may not be seen
    std::string control_group{};              ///< of version 2, and its own; empty: none
    std::string all_groups{};                 ///< the text of /proc/PID/cgroup
};

/// Reads /proc, and blocks for that.
[[nodiscard]] container_process look_at_process(const container& c);

/// Why a container is left alone whose first process is not seen.
[[nodiscard]] ports::act_result not_seen_in(const container& c);

/// What would undo a fault of the network on a container, or why it is left alone. `neighbours`: who lives in its
/// network, by name. Pure.
///
/// A container has a network namespace of its own, in which nobody else's packets are, so that it is entered; with the
/// host's network it is told by its control group, as a unit is. One that lives in the network of another one cannot
/// be told from it, nor can one in whose network others live.
[[nodiscard]] ports::held_target hold_network(const container& c, const container_process& p,
                                              const std::vector<std::string>& neighbours,
                                              core::network_fault::kind what);

/// Of those that run, who lives in the network of that one: by name, in their order. Pure.
[[nodiscard]] std::vector<std::string> neighbours_in_network(const container& of,
                                                             const std::vector<container>& running);

}  // namespace mayhem::drivers
