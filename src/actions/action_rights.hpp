#pragma once

#include <string>
#include <string_view>

#include "mayhem/core/rules/network_fault.hpp"

namespace mayhem::actions {

/// Why such an action ("freeze", "cut", ...) cannot be done on this host, and what to do about it, for a person; empty:
/// it can, or it is none that lasts. `f`: what a fault of the network is to be. Does not block.
[[nodiscard]] std::string why_not_done(std::string_view action, const core::network_fault& f);

}  // namespace mayhem::actions
