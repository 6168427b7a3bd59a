#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actions/holder_link.hpp"

namespace mayhem::actions {

/// Where holders come from: from this process, which lends them its own rights, or where it lacks them, from the
/// service that has them (mayhem-holder.socket).
struct holder_source {
    std::string program = "/proc/self/exe";          ///< a mayhem
    std::string socket = "/run/mayhem-holder.sock";  ///< of that service

    /// A holder, not yet `ready`, that is called with `call`: "hold", "cut", "inside". Throws
    /// `system::command_not_started`.
    [[nodiscard]] std::unique_ptr<holder_link> start(std::vector<std::string> call) const;

    /// Whether this process lacks what a holder needs for that action, and there is a service that is asked for such.
    /// `is_inside`: in the network of somebody else. Does not block.
    [[nodiscard]] bool is_served(std::string_view action, bool is_inside) const;
};

}  // namespace mayhem::actions
