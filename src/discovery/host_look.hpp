#pragma once

#include <string>

#include "discovery/host_facts.hpp"

namespace mayhem::app {

/// Looks at this host: systemd's services and who goes down with each, the containers of the engine at `engine`, who
/// listens on which port, and which of a web server's usual URLs answer there (to a GET from this host). What cannot be
/// looked at is a sentence in `unlooked`; nothing is thrown for it. Touches nothing else. On a loop of its own; blocks
/// for some seconds, and for as long as it takes to read the descriptors of all processes.
[[nodiscard]] host_facts look_at_host(const std::string& engine);

}  // namespace mayhem::app
