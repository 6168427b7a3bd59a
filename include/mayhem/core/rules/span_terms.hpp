#pragma once

#include <chrono>

#include "mayhem/core/rules/disk_fill.hpp"
#include "mayhem/core/rules/network_fault.hpp"
#include "mayhem/core/rules/unit_limits.hpp"

namespace mayhem::core {

/// What a span is to be, whoever it is done to: for how long, and where its action needs to know more, what.
struct span_terms {
    std::chrono::nanoseconds length{};
    network_fault network{};  ///< of a cut, a loss, a failure of names, a delay
    disk_fill disk{};         ///< of a fill
    unit_limits limits{};     ///< of a throttle
};

}  // namespace mayhem::core
