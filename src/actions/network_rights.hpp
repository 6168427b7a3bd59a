#pragma once

#include <string>

#include "mayhem/core/rules/network_fault.hpp"

namespace mayhem::actions {

/// Why such a fault cannot be done on this host, and what to do about it, for a person; empty: it can. Tries it: has
/// the kernel make a table with the same conditions, which sees no packet, and takes it away again. Does not block.
[[nodiscard]] std::string why_not_network(const core::network_fault& f);

/// The same, of a fault in network namespaces of others, such as those of containers, which are entered for it.
[[nodiscard]] std::string why_not_network_of_others(const core::network_fault& f);

/// The same, of what was found. `trouble`: what the kernel says to the trial; empty: nothing. Pure.
[[nodiscard]] std::string why_not_network(core::network_fault::kind k, bool has_capability, const std::string& trouble);

}  // namespace mayhem::actions
