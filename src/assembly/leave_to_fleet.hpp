#pragma once

#include "pipeline/model/settings.hpp"

namespace mayhem::app {

/// What a fleet counts over all hosts of a shared group, no guard of a single host looks at: who stands, how many are
/// down, and the row of failures.
inline void leave_to_fleet(pipeline::group_settings& s) noexcept {
    s.limits.min_healthy = 0;
    s.limits.max_unavailable = 0;
    s.limits.max_failures = 0;
}

}  // namespace mayhem::app
