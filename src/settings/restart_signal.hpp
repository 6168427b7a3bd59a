#pragma once

#include <string_view>

#include "mayhem/core/result.hpp"

namespace mayhem::settings {

/// Reads the signal of a restart: "TERM", "SIGTERM" or "15" (`system::parse_signal`), in files and on the command
/// line. Otherwise the reason, with the nearest right name: it is no signal, or one that ends no process.
core::result<int> parse_restart_signal(std::string_view text);

}  // namespace mayhem::settings
