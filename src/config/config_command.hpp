#pragma once

#include "config/config_section.hpp"
#include "drivers/command/command_driver.hpp"

namespace mayhem::app {

/// Reads the keys of a group with driver = "command". What is wrong is reported; then the settings are not to be used.
drivers::command_driver_settings read_command(config_section& section);

}  // namespace mayhem::app
