#pragma once

#include <chrono>
#include <functional>

#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// From when on restarts count towards the limits: the beginning of the local day and of the hour on the local clock.
struct limit_windows {
    wall_time day{};
    wall_time hour{};

    friend bool operator==(const limit_windows&, const limit_windows&) = default;
};

/// Local time minus UTC at a moment.
using utc_offset = std::function<std::chrono::seconds(wall_time)>;

/// The windows in which `now` lies. A day that changes the clocks begins where its own midnight was; an hour that the
/// clocks show twice counts as two. Pure but for `offset_at`.
[[nodiscard]] limit_windows windows_at(wall_time now, const utc_offset& offset_at);

}  // namespace mayhem::core
