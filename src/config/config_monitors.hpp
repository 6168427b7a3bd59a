#pragma once

#include "probes/probe_settings.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

/// Read what a probe asks of those who watch the group already: `prometheus = {...}` and `alertmanager = {...}`, which
/// `probe` has. What is wrong is reported, and `errors` has grown then.
void read_prometheus(settings::section& probe, settings::errors& errors, probes::probe_settings& to);
void read_alertmanager(settings::section& probe, settings::errors& errors, probes::probe_settings& to);

}  // namespace mayhem::app
