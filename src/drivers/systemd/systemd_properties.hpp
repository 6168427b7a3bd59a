#pragma once

#include <string>
#include <vector>

#include <systemd/sd-bus.h>

#include "drivers/systemd/systemd_unit.hpp"

namespace mayhem::drivers {

/// Reads the answer to Properties.GetAll of all interfaces of a unit: what Mayhem looks at of the three hundred
/// properties that a service has. Throws `systemd_bus_error` for an answer that is none.
systemd_unit read_unit(sd_bus_message* properties);

/// What the list of units says of a service.
struct listed_service {
    std::string id;
    bool is_active = false;
};

/// Reads the answer to Manager.ListUnits: the services of it. Throws `systemd_bus_error` likewise.
std::vector<listed_service> read_services(sd_bus_message* units);

}  // namespace mayhem::drivers
