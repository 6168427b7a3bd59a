#pragma once

#include <string>
#include <string_view>

#include "actions/holder_source.hpp"
#include "mayhem/core/rules/span_terms.hpp"

namespace mayhem::actions {

/// Why such an action ("freeze", "cut", ...) cannot be done on this host, and what to do about it, for a person; empty:
/// it can, or it is none that lasts. Of whom a fill hits, what everybody should know is told as well. `is_inside`: a
/// fault of the network is in that of somebody else, a container's. Does not block for longer than a look at this host;
/// where this process lacks the rights, and `holders` has a service that has them, that is asked, which may take two
/// seconds.
[[nodiscard]] std::string why_not_done(std::string_view action, const core::span_terms& terms, bool is_inside = false,
                                       const holder_source& holders = {});

}  // namespace mayhem::actions
