#pragma once

#include "config/config_section.hpp"
#include "drivers/systemd/systemd_driver.hpp"

namespace mayhem::app {

/// Reads the keys of a group with driver = "systemd". What is wrong is reported; then the settings are not to be used.
drivers::systemd_driver_settings read_systemd(config_section& section);

}  // namespace mayhem::app
