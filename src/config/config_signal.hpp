#pragma once

#include "config/config_section.hpp"

namespace mayhem::app {

/// Reads the key `signal`, by name or by number; the number may stand without quotes. Leaves `target` alone when the
/// key is absent, or wrong, which is reported: a signal that ends no process is.
void read_signal(config_section& section, int& target);

}  // namespace mayhem::app
