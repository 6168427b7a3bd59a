#pragma once

#include <string>
#include <vector>

#include "discovery/host_facts.hpp"
#include "discovery/proposed_group.hpp"

namespace mayhem::app {

/// What is no target, and why, for a person.
struct left_out {
    std::string what;  ///< "unit dbus.service"
    std::string why;

    friend bool operator==(const left_out&, const left_out&) = default;
};

/// What a host offers: groups of what backs each other up, and what is in none.
struct findings {
    std::vector<proposed_group> groups{};  ///< in the order of their names
    std::vector<proposed_group>
        workers{};  ///< likewise, of processes: to see and signal them the daemon needs more rights
    std::vector<left_out> left_out{};
    std::vector<std::string> units{};  ///< of all groups: what the daemon's user must be allowed to restart
};

/// Decides which groups there are. Instances of one template are a group, containers of one service of Compose are, and
/// everything else stands alone.
///
/// A service is taken that would come back, takes nobody along who is not of its group, and is evidently somebody's
/// service: it listens on a port, or its unit file was written on this host, not by a package of the system. What keeps
/// containers or other programs alive is not. A container is taken that would come back. Everything else is left out,
/// each with its reason. Workers of one master, and what a supervisor runs, are a group where they can be told from
/// everybody else by program and command line. Pure.
[[nodiscard]] findings find_groups(const host_facts& host);

}  // namespace mayhem::app
