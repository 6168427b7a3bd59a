// Proves the plan on chosen schedules: awkward days, midnight, small means, the mean over simulated years, and that it
// costs little.
#include "mayhem/core/plan/planner.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "mayhem/core/text/uuid.hpp"
#include "unit/core/plan_support.hpp"

namespace mayhem::core {
namespace {

using namespace std::chrono;
using test::rules;

const random_source seed{42};

schedule every(nanoseconds mean, calendar_rules allowed = rules("Etc/UTC")) {
    schedule s;
    s.mean_time_between = mean;
    s.allowed = std::move(allowed);
    return s;
}

std::vector<wall_time> moments(planner& p, local_days first, days count) {
    std::vector<wall_time> all;
    for (local_days date = first; date < first + count; date += days{1}) {
        const auto of_day = p.day(date);
        all.insert(all.end(), of_day.begin(), of_day.end());
    }
    return all;
}

TEST(PlannerTest, GivesTheSameFromWhateverMomentItIsAsked) {
    schedule s = every(3h, rules("Europe/Berlin", {"22:00-02:00", "09:00-12:30"}, {"mon-fri"}));
    s.min_time_between = 2h;
    planner by_day(s, seed, "web");
    planner forwards(s, seed, "web");
    const auto all = moments(by_day, local_days{2026y / 1 / 1}, days{365});

    wall_time t = all.front() - microseconds{1};
    for (const wall_time expected : all) {
        t = forwards.next(t).value();
        ASSERT_EQ(t, expected);
        ASSERT_EQ(planner(s, seed, "web").next(expected - microseconds{1}), expected);
    }
    for (auto m = all.rbegin(); m != all.rend(); ++m) {
        ASSERT_EQ(forwards.next(*m - microseconds{1}), *m);
    }
}

TEST(PlannerTest, GivesEachGroupAndEachSeedAPlanOfItsOwn) {
    planner web(every(1h), seed, "web");
    planner database(every(1h), seed, "database");
    planner other(every(1h), random_source{43}, "web");
    const local_days date{2026y / 5 / 1};

    EXPECT_NE(web.day(date), database.day(date));
    EXPECT_NE(web.day(date), other.day(date));
}

TEST(PlannerTest, SkipsTheHourThatDoesNotExistInSpringAndUsesTheOneThatComesTwice) {
    planner p(every(1min, rules("Europe/Berlin", {"02:00-03:00"})), seed, "web");

    EXPECT_TRUE(p.day(local_days{2026y / 3 / 29}).empty());
    EXPECT_NEAR(static_cast<double>(p.day(local_days{2026y / 10 / 24}).size()), 60, 40);
    EXPECT_NEAR(static_cast<double>(p.day(local_days{2026y / 10 / 25}).size()), 120, 55);
}

TEST(PlannerTest, KeepsTheMinimumOverMidnightAndWeekends) {
    schedule s = every(100min, rules("America/New_York", {"23:00-01:00"}, {"mon-thu"}));
    s.min_time_between = 75min;
    planner p(s, seed, "web");
    const auto all = moments(p, local_days{2026y / 1 / 1}, days{366});

    ASSERT_GT(all.size(), 200U);
    for (std::size_t i = 1; i < all.size(); ++i) {
        ASSERT_GE(all[i] - all[i - 1], 75min);
    }
}

TEST(PlannerTest, FindsNothingWhereNothingIsAllowedForYears) {
    planner p(every(1h, rules("Etc/UTC", {"00:00-00:01"}, {}, {"2000-01-01..2100-01-01"})), seed, "web");

    EXPECT_EQ(p.next(sys_days{2026y / 1 / 1}), std::nullopt);
}

TEST(PlannerTest, WorksWithAMeanOfAMillisecond) {
    planner p(every(1ms), seed, "web");
    const wall_time begin = sys_days{2026y / 5 / 1} + 23h + 59min + 50s;

    wall_time t = begin;
    int count = 0;
    for (; t < begin + 20s; t = p.next(t).value()) {
        ++count;
    }

    EXPECT_NEAR(count, 20'000, 700);  // five standard deviations
}

/// Moments a year against allowed time / mean: within five standard deviations of a Poisson process, which limits only
/// make smaller, and one in a hundred for what `candidate_gap` simplifies.
void expect_mean(const schedule& s, const char* what) {
    constexpr int years = 6;
    double expected = 0;
    double count = 0;
    for (int i = 0; i < years; ++i) {
        planner p(s, seed, std::to_string(i));
        for (local_days date{2026y / 1 / 1}; date < local_days{2027y / 1 / 1}; date += days{1}) {
            count += static_cast<double>(p.day(date).size());
            expected += duration_cast<std::chrono::duration<double>>(p.calendar().allowed(date)).count() /
                        duration_cast<std::chrono::duration<double>>(s.mean_time_between).count();
        }
    }
    EXPECT_NEAR(count, expected, 5 * std::sqrt(expected) + expected / 100) << what;
}

TEST(PlannerTest, HasTheMeanThatWasAsked) {
    schedule s = every(2h, rules("Europe/Berlin", {"09:00-17:00"}, {"mon-fri"}, {"12-20..01-06"}));
    expect_mean(s, "no limits");

    s.min_time_between = 90min;
    expect_mean(s, "a minimum");

    s.max_per_hour = 1;
    s.max_per_day = 5;
    expect_mean(s, "a minimum and caps");

    s.min_time_between = 0h;
    expect_mean(s, "caps");

    s.max_per_hour.reset();
    expect_mean(s, "a daily cap");
}

TEST(PlannerTest, HasTheMeanThatWasAskedWithTightCaps) {
    schedule s = every(20min, rules("Australia/Lord_Howe"));
    s.max_per_hour = 4;
    expect_mean(s, "an hourly cap");

    s.min_time_between = 10min;
    s.max_per_day = 75;
    expect_mean(s, "all limits");
}

TEST(PlannerTest, CapsAnHourThatIsShownTwiceOnceAlsoWhereAnotherOneComesInBetween) {
    for (const char* const zone_name : {"Antarctica/Troll", "Pacific/Chatham", "Europe/Berlin"}) {
        schedule s = every(40min, rules(zone_name));
        s.max_per_hour = 2;
        planner p(s, seed, "web");
        const calendar clock(s.allowed);
        std::map<local_time<hours>, int> by_hour;

        for (const wall_time m : moments(p, local_days{2026y / 1 / 1}, days{365})) {
            ++by_hour[floor<hours>(clock.local(floor<seconds>(m)))];
        }

        EXPECT_EQ(std::ranges::max_element(by_hour, {}, [](const auto& h) { return h.second; })->second, 2)
            << zone_name;
    }
}

TEST(PlannerTest, FavoursNoTimeOfDay) {
    schedule s = every(5h);
    s.min_time_between = 2h;
    s.max_per_day = 6;
    planner p(s, seed, "web");
    std::map<hours, int> by_hour;
    const auto all = moments(p, local_days{2026y / 1 / 1}, days{3650});

    for (const wall_time m : all) {
        ++by_hour[floor<hours>(m - floor<days>(m))];
    }

    const double expected = static_cast<double>(all.size()) / 24;
    for (const auto& [hour, count] : by_hour) {
        EXPECT_NEAR(count, expected, 5 * std::sqrt(expected)) << hour.count();
    }
}

/// Bounded by work and not by time: it must end within the test's limit on any machine.
TEST(PlannerTest, PlansAYearOfTwoHundredGroups) {
    schedule s = every(4h, rules("Europe/Berlin", {"09:00-12:30", "13:30-17:00"}, {"mon-fri"}));
    s.min_time_between = 30min;
    s.max_per_day = 4;
    std::size_t count = 0;

    for (int group = 0; group < 200; ++group) {
        planner p(s, seed, std::to_string(group));
        for (auto t = p.next(sys_days{2026y / 1 / 1}); *t < sys_days{2027y / 1 / 1}; t = p.next(*t)) {
            ++count;
        }
    }

    EXPECT_NEAR(static_cast<double>(count), 200 * 261 * 7 / 4.0, 2000);
}

TEST(PlannerTest, NamesEachMomentByAnIdOfItsOwn) {
    const planner p(every(1h), seed, "web");
    const planner other(every(1h), seed, "database");
    const wall_time m = sys_days{2026y / 5 / 1};
    random_source first = p.stream_of(m);
    random_source again = p.stream_of(m);
    random_source next = p.stream_of(m + microseconds{1});
    random_source of_other = other.stream_of(m);

    const uuid id = uuid::random(first);

    EXPECT_EQ(id, uuid::random(again));
    EXPECT_NE(id, uuid::random(next));
    EXPECT_NE(id, uuid::random(of_other));
}

}  // namespace
}  // namespace mayhem::core
