#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace mayhem::app {

/// What lasts is begun only where all its time lies within the hours of its group. For a person: each act that is never
/// begun for that reason, because those hours are not open long enough at a stretch. Pure.
[[nodiscard]] std::vector<std::string> find_short_hours(const config& c);

}  // namespace mayhem::app
