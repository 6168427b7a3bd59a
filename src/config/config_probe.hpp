#pragma once

#include <cstddef>
#include <vector>

#include "probes/probe_settings.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

/// So many a group at most: all of them are asked before each act, and at each look at its recovery.
inline constexpr std::size_t probes_max = 16;

/// Reads a group's probes: one, `[group.NAME.probe]` or `probe = {...}`, or several, `[[group.NAME.probe]]` or
/// `probe = [{...}, {...}]`; each asks exactly one of http, tcp, command, prometheus and alertmanager. Empty when the
/// group has none, or when anything is wrong with one of them; then `errors` has grown.
std::vector<probes::probe_settings> read_probes(settings::section& group, settings::errors& errors);

/// The same of `stop_if`, which is asked while something stands: what gives no answer within a second does not pass,
/// unless it has a `timeout` of its own.
std::vector<probes::probe_settings> read_stop_if(settings::section& group, settings::errors& errors);

}  // namespace mayhem::app
