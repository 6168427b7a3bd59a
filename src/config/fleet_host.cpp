#include "config/fleet_host.hpp"

#include "system/host_name.hpp"

namespace mayhem::app {

std::string fleet_host_of(const fleet_config& c) { return c.host.empty() ? system::host_name() : c.host; }

}  // namespace mayhem::app
