#pragma once

#include <string_view>

namespace mayhem::drivers {

/// What a guardian (`drivers/supervised/guardian.hpp`) is called in `ps -o comm`: it is never a target.
inline constexpr std::string_view guardian_name = "mayhem-guard";

}  // namespace mayhem::drivers
