#pragma once

#include <string>

#include "cli/arming.hpp"

namespace mayhem::cli {

/// What would be written, to which files and why, who could be hit, and what that means.
[[nodiscard]] std::string to_text(const arm_plan& p);

/// What the group's being armed means, once it is, or if it is only to be shown what to do.
[[nodiscard]] std::string written_text(const arm_plan& p);

/// How the daemon gets to know of it, where none answers that has this file.
[[nodiscard]] std::string how_to_start(const arm_plan& p);

}  // namespace mayhem::cli
