#pragma once

#include <string>
#include <string_view>

#include "mayhem/core/rules/span_terms.hpp"

namespace mayhem::actions {

/// Why such an action ("freeze", "cut", ...) cannot be done on this host, and what to do about it, for a person; empty:
/// it can, or it is none that lasts. Of whom a fill hits, what everybody should know is told as well. Does not block
/// for longer than a look at this host.
[[nodiscard]] std::string why_not_done(std::string_view action, const core::span_terms& terms);

}  // namespace mayhem::actions
