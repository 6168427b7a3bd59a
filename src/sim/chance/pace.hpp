#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mayhem::sim {

/// How much goes on in a run. The less, the longer it lasts: there is as much to see in each, but what takes days, such
/// as a limit, a list of turns, an hour that comes twice, only the slow ones have.
enum class pace : std::uint8_t { hectic, busy, ordinary };

inline constexpr std::size_t pace_count = static_cast<std::size_t>(pace::ordinary) + 1;

/// In that order.
inline constexpr std::array<std::string_view, pace_count> pace_names{"hectic", "busy", "ordinary"};

/// So many times as long as in a hectic run it takes from one thing to the next.
[[nodiscard]] constexpr std::int64_t slowness(pace p) noexcept {
    return p == pace::hectic ? 1 : p == pace::busy ? 10 : 100;
}

}  // namespace mayhem::sim
