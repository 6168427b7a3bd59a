#pragma once

#include <optional>

#include "probes/probe_settings.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

/// Reads a group's probe, [group.NAME.probe] or `probe = {...}`: exactly one of http, tcp and command. Nothing when the
/// group has none, or when anything is wrong with it; then `errors` has grown.
std::optional<probes::probe_settings> read_probe(settings::section& group, settings::errors& errors);

}  // namespace mayhem::app
