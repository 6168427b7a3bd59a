#pragma once

#include <optional>

#include "config/config_section.hpp"
#include "probes/probe_settings.hpp"

namespace mayhem::app {

/// Reads a group's probe, [group.NAME.probe] or `probe = {...}`: exactly one of http, tcp and command. Nothing when the
/// group has none, or when anything is wrong with it; then `errors` has grown.
std::optional<probes::probe_settings> read_probe(config_section& group, config_errors& errors);

}  // namespace mayhem::app
