#pragma once

#include <cstdint>
#include <string_view>

#include "settings/section.hpp"

namespace mayhem::settings {

/// Reads a number of bytes: a whole number, or a text with a unit ("256 MiB"). Leaves `target` alone when the key is
/// absent, or wrong, which is reported. True if the target was set.
bool read_size(section& section, std::string_view key, std::uint64_t& target, range<std::uint64_t> allowed);

}  // namespace mayhem::settings
