#pragma once

#include <chrono>

namespace mayhem::system {

/// Since this host was booted, the time of suspends included (CLOCK_BOOTTIME): for a right that ends at a moment, which
/// a suspend must not lengthen. Nobody can set it. Any thread.
[[nodiscard]] std::chrono::nanoseconds boot_time() noexcept;

}  // namespace mayhem::system
