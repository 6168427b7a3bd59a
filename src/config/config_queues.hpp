#pragma once

#include "config/config.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

/// Reads each [queue.NAME] that stands in [queue]: where requests come from. `groups` is the table of all groups.
void read_request_queues(settings::section& queue, const toml::table& groups, settings::errors& errors, config& to);

/// Refuses what may not stand in [queue] beside them.
void refuse_unknown_in_queue(settings::section& queue);

}  // namespace mayhem::app
