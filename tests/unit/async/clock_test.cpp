// Proves what the two clocks promise: a virtual one stands still until it is moved and never goes back, and its
// calendar can be set without time passing; a real one goes on. By asking them.

#include "mayhem/async/clock.hpp"

#include <gtest/gtest.h>

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;

TEST(VirtualClockTest, StandsStillUntilItIsMoved) {
    const virtual_clock clock;

    const auto first = clock.now();
    const auto second = clock.now();

    EXPECT_EQ(first, second);
    EXPECT_NE(first, clock::time_point{}) << "zero would hide a time point that nobody set";
}

TEST(VirtualClockTest, ShowsTheCalendarThatItWasGiven) {
    const clock::wall_time_point spring{std::chrono::sys_days{std::chrono::March / 29 / 2026}};
    const virtual_clock clock{spring};

    EXPECT_EQ(clock.wall_now(), spring);
}

TEST(VirtualClockTest, MovesSteadyTimeAndTheCalendarTogether) {
    virtual_clock clock;
    const auto steady = clock.now();
    const auto wall = clock.wall_now();

    clock.advance_to(steady + 90min);

    EXPECT_EQ(clock.now() - steady, 90min);
    EXPECT_EQ(clock.wall_now() - wall, 90min);
}

TEST(VirtualClockTest, IgnoresAMomentInThePast) {
    virtual_clock clock;
    const auto began = clock.now();

    clock.advance_to(began - 1s);

    EXPECT_EQ(clock.now(), began);
}

TEST(VirtualClockTest, SettingTheCalendarLeavesSteadyTimeAlone) {
    virtual_clock clock;
    const auto steady = clock.now();
    const auto wall = clock.wall_now();

    clock.jump_wall(-1h);

    EXPECT_EQ(clock.now(), steady);
    EXPECT_EQ(clock.wall_now() - wall, -1h);
}

TEST(VirtualClockTest, SaysThatItIsVirtual) {
    virtual_clock imagined;
    real_clock real;

    EXPECT_EQ(imagined.as_virtual(), &imagined);
    EXPECT_EQ(real.as_virtual(), nullptr);
}

TEST(RealClockTest, NeverGoesBack) {
    const real_clock clock;

    auto previous = clock.now();
    for (int i = 0; i < 1000; ++i) {
        const auto next = clock.now();
        ASSERT_GE(next, previous);
        previous = next;
    }
}

TEST(RealClockTest, ShowsTheSystemsCalendar) {
    const real_clock clock;

    const auto before = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    const auto shown = clock.wall_now();
    const auto after = std::chrono::ceil<std::chrono::microseconds>(std::chrono::system_clock::now());

    EXPECT_GE(shown, before);
    EXPECT_LE(shown, after);
}

}  // namespace
}  // namespace mayhem::async
