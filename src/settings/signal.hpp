#pragma once

#include "settings/section.hpp"

namespace mayhem::settings {

/// Reads the key `signal`, by name or by number; the number may stand without quotes. Leaves `target` alone when the
/// key is absent, or wrong, which is reported: a signal that ends no process is.
void read_signal(section& section, int& target);

}  // namespace mayhem::settings
