#pragma once

#include <filesystem>
#include <optional>

#include "actions/holder/hold_order.hpp"
#include "actions/holder/refusal.hpp"
#include "drivers/proc/process_table.hpp"
#include "holding/holder_permission.hpp"

namespace mayhem::holding {

/// Why such an order may not be carried out; nothing: root allows it, on all whom it would hit. Believes nothing of
/// what the order says of its target: whose unit that is, is asked of the kernel. Refused whatever root allows: what
/// is protected, a control group that is wider than one unit, a fault that is told by ports alone, and one of a network
/// in which somebody else lives as well, or which is the host's. Reads /proc below `root`, of which `table` is. Blocks.
[[nodiscard]] std::optional<actions::refusal> why_not_permitted(const holder_permission& p,
                                                                const actions::hold_order& o,
                                                                const drivers::process_table& table,
                                                                const std::filesystem::path& root = "/proc");

}  // namespace mayhem::holding
