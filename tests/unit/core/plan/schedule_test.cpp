// Proves which schedules are possible, with the reason where one is not, and that the density which makes up for the
// limits agrees with what is known in closed form.
#include "mayhem/core/plan/schedule.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "unit/core/plan_support.hpp"

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;
using test::rules;

schedule every(std::chrono::nanoseconds mean) {
    schedule s;
    s.mean_time_between = mean;
    return s;
}

TEST(ScheduleTest, DrawsWithTheMeanItselfWithoutLimits) { EXPECT_EQ(*candidate_gap(every(4h)), 4h); }

TEST(ScheduleTest, LeavesToChanceWhatTheMinimumLeaves) {
    schedule s = every(4h);
    s.min_time_between = 1h;

    EXPECT_EQ(*candidate_gap(s), 3h);
}

TEST(ScheduleTest, RefusesAMinimumNearTheMean) {
    schedule s = every(10h);
    s.min_time_between = 9h;

    EXPECT_EQ(candidate_gap(s).error(),
              "must be longer: min_time_between (9 h) may be four fifths of it, 8 h, at most, or nothing is left to "
              "chance");
}

TEST(ScheduleTest, MakesUpForADailyCap) {
    schedule s = every(24h);
    s.max_per_day = 2;
    const double gap = std::chrono::duration<double, std::ratio<86400>>(*candidate_gap(s)).count();

    const double x = 1 / gap;  // the mean of the Poisson distributed number of a day
    const double expected = x * std::exp(-x) + 2 * (1 - std::exp(-x) - x * std::exp(-x));
    EXPECT_NEAR(expected, 1, 1e-6);
}

TEST(ScheduleTest, LeavesACapAloneThatIsOutOfReach) {
    schedule s = every(24h);
    s.max_per_day = 40;

    EXPECT_EQ(*candidate_gap(s), 24h);
}

TEST(ScheduleTest, RefusesCapsThatLeaveTooLittleRoom) {
    schedule s = every(1h);
    s.max_per_day = 3;

    EXPECT_EQ(candidate_gap(s).error(),
              "asks for 168.00 moments a week on average, but the limits leave room for 21.00 at most: make it longer, "
              "or the limits wider");
}

TEST(ScheduleTest, CountsTheAllowedHoursOfAWeek) {
    schedule s = every(1h);
    s.allowed = rules("Etc/UTC", {"09:00-10:00"}, {"mon"});
    s.max_per_hour = 1;

    EXPECT_TRUE(candidate_gap(s).has_value());  // one in each of the hours: still a random moment of it

    s.mean_time_between = 59min;
    EXPECT_FALSE(candidate_gap(s).has_value());
}

TEST(ScheduleTest, RefusesWhatIsNeverAllowed) {
    schedule s = every(1h);
    s.allowed.days.reset();

    EXPECT_EQ(candidate_gap(s).error(), "nothing is ever allowed: no day is left");

    s.allowed = rules("Etc/UTC", {}, {}, {"01-01..06-30", "07-01..12-31"});
    EXPECT_EQ(candidate_gap(s).error(), "nothing is ever allowed: no day is left");
}

}  // namespace
}  // namespace mayhem::core
