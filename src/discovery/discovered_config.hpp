#pragma once

#include <string>

#include "discovery/found_groups.hpp"
#include "discovery/host_facts.hpp"

namespace mayhem::app {

/// A whole config file: what was looked at, a dry run in working hours of the host's zone, the groups with what is
/// known of each, and what was left out with the reason. A file to read, and to edit. Pure.
[[nodiscard]] std::string to_config(const host_facts& host, const findings& found);

}  // namespace mayhem::app
