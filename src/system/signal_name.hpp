#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mayhem::system {

/// "SIGTERM", "SIGRTMIN+3"; "signal 99" for a number that is none.
std::string signal_name(int signal);

/// The inverse, for options and configuration files: "TERM", "SIGTERM", "term" or "15". Nothing for what is no signal.
std::optional<int> parse_signal(std::string_view text);

/// Whether the signal's default action ends a process: what a restart needs. False for STOP, CHLD, WINCH, ...
bool is_deadly(int signal) noexcept;

}  // namespace mayhem::system
