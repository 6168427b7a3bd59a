// Proves where a local day and a local hour begin, in zones with half hours and on the days that change the clocks; and
// over every change of many zones, that what counts is what the clock on the wall shows, against a calculation of its
// own: one that reads the clock minute after minute.
#include "mayhem/core/plan/limit_windows.hpp"

#include <array>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/core/plan/zone.hpp"

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;

constexpr wall_time midnight{std::chrono::days{20'000}};

zone clock_of(std::string_view name) { return zone::find(name).value(); }

wall_time utc(int year, unsigned month, unsigned day, std::chrono::seconds of_day) {
    const std::chrono::sys_days date =
        std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day));
    return date + of_day;
}

TEST(LimitWindowsTest, OfUtcBeginAtItsMidnightAndFullHour) {
    const zone utc = zone::utc();

    EXPECT_EQ(windows_at(midnight + 13h + 59min, utc), (limit_windows{midnight, midnight + 13h}));
    EXPECT_EQ(windows_at(midnight, utc), (limit_windows{midnight, midnight}));
}

TEST(LimitWindowsTest, OfAZoneWithHalfHoursBeginOnItsOwnClock) {
    const zone kolkata = clock_of("Asia/Kolkata");

    EXPECT_EQ(windows_at(midnight + 1h, kolkata), (limit_windows{midnight - 5h - 30min, midnight + 30min}));
}

TEST(LimitWindowsTest, ADayThatChangesTheClocksBeginsAtItsOwnMidnight) {
    const wall_time spring = utc(2026, 3, 29, 0s);  // at 01:00 the clocks go from +1 h to +2 h
    const zone berlin = clock_of("Europe/Berlin");

    EXPECT_EQ(windows_at(spring + 12h, berlin).day, spring - 1h);
    EXPECT_EQ(windows_at(spring + 30min, berlin).day, spring - 1h);
}

TEST(LimitWindowsTest, AnHourThatTheClockShowsTwiceIsOneHour) {
    const wall_time back = utc(2026, 10, 25, 1h);  // 03:00 becomes 02:00 in Berlin

    EXPECT_EQ(windows_at(back + 30min, clock_of("Europe/Berlin")).hour, back - 1h);
}

TEST(LimitWindowsTest, AnHourThatComesAgainAfterAnotherOneBeganWhenItWasShownFirst) {
    const wall_time troll = utc(2026, 10, 25, 1h);   // 03:00 becomes 01:00: 01, 02, 01, 02
    const wall_time chatham = utc(2026, 4, 4, 14h);  // 03:45 becomes 02:45: 02, 03, 02, 03

    EXPECT_EQ(windows_at(troll + 30min, clock_of("Antarctica/Troll")).hour, troll - 2h);
    EXPECT_EQ(windows_at(chatham + 5min, clock_of("Pacific/Chatham")).hour, chatham - 1h - 45min);
    EXPECT_EQ(windows_at(chatham + 30min, clock_of("Pacific/Chatham")).hour, chatham - 45min);
}

TEST(LimitWindowsTest, AreToldInTheVerySecondOfAChange) {
    const wall_time back = utc(2026, 10, 25, 1h);
    const zone berlin = clock_of("Europe/Berlin");

    for (const auto since : {0us, 1us, 450'000us, 999'999us, 1'000'000us}) {
        EXPECT_EQ(windows_at(back + since, berlin).hour, back - 1h) << since.count();
    }
    EXPECT_EQ(windows_at(back - 1us, berlin).hour, back - 1h);
}

TEST(LimitWindowsTest, AnHourIntoWhichTheClockLeapsBeginsThere) {
    const wall_time leap = utc(2026, 9, 26, 14h);  // 02:45 becomes 03:45 in the Chatham islands

    EXPECT_EQ(windows_at(leap + 10min, clock_of("Pacific/Chatham")).hour, leap);
}

TEST(LimitWindowsTest, WhatIsBetweenTheTwoHalvesOfAnHourBelongsToAnother) {
    const wall_time troll = utc(2026, 10, 25, 1h);

    const limit_windows w = windows_at(troll + 30min, clock_of("Antarctica/Troll"));

    EXPECT_EQ(w.hour_gap, (limit_windows::stretch{troll - 1h, troll}));
    EXPECT_EQ(w.day_gap.begin, w.day_gap.end);
}

/// What the clock shows, every five minutes around a change.
class shown_around {
public:
    static constexpr std::chrono::minutes step{5};
    static constexpr int before = 60 * 12;
    static constexpr int after = 55 * 12;

    shown_around(wall_time change, const zone& z) : begin_(change - before * step) {
        for (int i = 0; i < before + after; ++i) {
            const wall_time moment = begin_ + i * step;
            shown_.push_back(moment + z.at(std::chrono::floor<std::chrono::seconds>(moment)).offset);
        }
    }

    [[nodiscard]] wall_time moment(std::size_t i) const { return begin_ + static_cast<int>(i) * step; }
    [[nodiscard]] std::size_t size() const { return shown_.size(); }

    template <typename Unit>
    [[nodiscard]] bool is_same(std::size_t a, std::size_t b) const {
        return std::chrono::floor<Unit>(shown_[a]) == std::chrono::floor<Unit>(shown_[b]);
    }

private:
    wall_time begin_;
    std::vector<wall_time> shown_;
};

bool counts(wall_time t, wall_time begin, const limit_windows::stretch& gap) {
    return t >= begin && !(t >= gap.begin && t < gap.end);
}

TEST(LimitWindowsTest, CountWhatTheClockShowsAroundEveryChangeOfManyZones) {
    constexpr std::array names{"Antarctica/Troll",     "Pacific/Chatham",   "Australia/Lord_Howe", "Europe/Berlin",
                               "America/St_Johns",     "Africa/Casablanca", "Asia/Beirut",         "America/Havana",
                               "America/Asuncion",     "Pacific/Apia",      "Asia/Tehran",         "Asia/Kathmandu",
                               "America/Scoresbysund", "Asia/Gaza",         "Africa/Cairo",        "America/Sao_Paulo",
                               "Asia/Pyongyang",       "Europe/Dublin",     "Pacific/Tongatapu",   "Asia/Colombo",
                               "America/Caracas",      "Antarctica/Casey",  "Antarctica/Vostok",   "Pacific/Kwajalein",
                               "Asia/Kolkata",         "Atlantic/Azores",   "America/New_York",    "Europe/Moscow",
                               "Asia/Singapore",       "America/Godthab",   "Pacific/Kiritimati",  "Africa/Monrovia"};
    const wall_time from = utc(2004, 1, 1, 0s);
    const wall_time until = utc(2020, 1, 1, 0s);
    int changes = 0;
    for (const std::string_view name : names) {
        const zone z = zone::find(name).value();
        for (wall_time t = from; t < until;) {
            t = z.at(std::chrono::floor<std::chrono::seconds>(t)).end;
            if (t >= until) {
                break;
            }
            ++changes;
            const shown_around clock(t, z);
            for (std::size_t now = shown_around::before - 30; now < clock.size(); now += 41) {
                const limit_windows w = windows_at(clock.moment(now), z);
                bool is_right = true;
                for (std::size_t i = now - 600; i <= now; ++i) {
                    const wall_time m = clock.moment(i);
                    is_right = is_right && counts(m, w.hour, w.hour_gap) == clock.is_same<std::chrono::hours>(i, now) &&
                               counts(m, w.day, w.day_gap) == clock.is_same<std::chrono::days>(i, now);
                }
                ASSERT_TRUE(is_right) << name << ", " << (clock.moment(now) - t) / 1min << " min after the change of "
                                      << t.time_since_epoch() / 1s;
            }
        }
    }
    EXPECT_GT(changes, 200);
}

}  // namespace
}  // namespace mayhem::core
