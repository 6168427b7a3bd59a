#pragma once

#include "config/config_section.hpp"
#include "drivers/docker/docker_driver.hpp"

namespace mayhem::app {

/// Reads the keys of a group with driver = "docker". What is wrong is reported; then the settings are not to be used.
drivers::docker_driver_settings read_docker(config_section& section);

}  // namespace mayhem::app
