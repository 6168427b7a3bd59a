#pragma once

#include <span>
#include <vector>

#include "discovery/host_facts.hpp"
#include "drivers/process/upholder.hpp"

namespace mayhem::app {

/// Processes of services that their parent starts again, by program and command line: workers of one master, which are
/// at least two, and what a supervisor runs. `origins` are all processes of the host that may be hit. Shells and
/// whatever else is no evident worker are nobody's business. Pure.
[[nodiscard]] std::vector<worker_facts> find_workers(std::span<const drivers::process_origin> origins);

}  // namespace mayhem::app
