#pragma once

#include <string>

#include "mayhem/core/rules/disk_fill.hpp"

namespace mayhem::actions {

/// Why such a fill cannot be done on this host, and what to do about it; otherwise whom it hits beside the target, and
/// how full it is there: for a person. Blocks for as long as the kernel needs to look at a file system of this host.
[[nodiscard]] std::string tell_fill(const core::disk_fill& wanted);

}  // namespace mayhem::actions
