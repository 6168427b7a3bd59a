#include "mayhem/core/limit_windows.hpp"

namespace mayhem::core {

limit_windows windows_at(wall_time now, const utc_offset& offset_at) {
    const std::chrono::seconds offset = offset_at(now);
    const wall_time local = now + offset;
    const wall_time midnight = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::seconds offset_then = offset_at(midnight - offset);
    return {.day = midnight - offset_then, .hour = std::chrono::floor<std::chrono::hours>(local) - offset};
}

}  // namespace mayhem::core
