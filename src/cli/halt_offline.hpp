#pragma once

#include <string>

#include "cli/control_commands.hpp"
#include "config/config.hpp"

namespace mayhem::cli {

/// Halts or resumes without a daemon: straight in the database, which the next start reads, and a daemon that uses it
/// without being reachable within a second. `why_not` is why no daemon was asked. Returns the exit status.
int halt_offline(bool halt, const control_options& o, const app::config& c, const std::string& why_not);

}  // namespace mayhem::cli
