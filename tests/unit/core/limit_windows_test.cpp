// Proves where a local day and a local hour begin, also in zones with half hours and on the day that changes the
// clocks.
#include "mayhem/core/limit_windows.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;

constexpr wall_time midnight{std::chrono::days{20'000}};

TEST(LimitWindowsTest, OfUtcBeginAtItsMidnightAndFullHour) {
    const auto utc = [](wall_time) { return 0s; };

    EXPECT_EQ(windows_at(midnight + 13h + 59min, utc), (limit_windows{midnight, midnight + 13h}));
    EXPECT_EQ(windows_at(midnight, utc), (limit_windows{midnight, midnight}));
}

TEST(LimitWindowsTest, OfAZoneWithHalfHoursBeginOnItsOwnClock) {
    const auto kolkata = [](wall_time) { return std::chrono::seconds{5h + 30min}; };

    EXPECT_EQ(windows_at(midnight + 1h, kolkata), (limit_windows{midnight - 5h - 30min, midnight + 30min}));
}

TEST(LimitWindowsTest, ADayThatChangesTheClocksBeginsAtItsOwnMidnight) {
    const wall_time change = midnight + 1h;
    const auto berlin = [change](wall_time t) { return std::chrono::seconds{t < change ? 1h : 2h}; };

    EXPECT_EQ(windows_at(midnight + 12h, berlin).day, midnight - 1h);
    EXPECT_EQ(windows_at(midnight + 30min, berlin).day, midnight - 1h);
}

}  // namespace
}  // namespace mayhem::core
