// Proves on the awkward days of real zones, whose transitions are written out here in UTC, which stretches of time are
// allowed: the hour that does not exist, the one that comes twice, half hours, leap days, midnight.
#include "mayhem/core/plan/calendar.hpp"

#include <gtest/gtest.h>

#include "unit/core/plan_support.hpp"

namespace mayhem::core {
namespace {

using namespace std::chrono;
using test::rules;
using spans = std::vector<calendar::span>;

constexpr sys_seconds utc(year_month_day date, seconds time) { return sys_days{date} + time; }

TEST(ZoneTest, NamesTheOneThatWasMeant) {
    EXPECT_EQ(zone::find("Europe/Berlim").error(),
              R"("Europe/Berlim" is no time zone of this system: did you mean "Europe/Berlin"?)");
    EXPECT_FALSE(zone::find("").has_value());
    EXPECT_EQ(zone::find("PST").error(),
              R"("PST" is no time zone of this system: write an IANA name such as "Europe/Berlin")");
    EXPECT_EQ(zone::find("GMT+2").error(), R"("GMT+2" is no time zone of this system: did you mean "Etc/GMT-2", )"
                                           R"(whose sign is the other way round, or a place such as "Europe/Berlin"?)");
    EXPECT_EQ(zone::find("europe/BERLIN").error(),
              R"("europe/BERLIN" is no time zone of this system: did you mean "Europe/Berlin"?)");
    EXPECT_EQ(zone::find("Asia/Kolkata")->name(), "Asia/Kolkata");
}

TEST(CalendarTest, AllowsEverythingByItself) {
    const calendar c(rules("Etc/UTC"));

    EXPECT_EQ(c.spans(local_days{2026y / 5 / 1}), (spans{{utc(2026y / 5 / 1, 0h), utc(2026y / 5 / 2, 0h)}}));
    EXPECT_EQ(c.allowed(local_days{2026y / 5 / 1}), 24h);
}

TEST(CalendarTest, KnowsForHowLongItIsOpenAtAStretch) {
    EXPECT_EQ(longest_opening(rules("Etc/UTC")), std::nullopt) << "midnight is no break";
    EXPECT_EQ(longest_opening(rules("Etc/UTC", {"12:00-24:00", "00:00-12:00"})), std::nullopt);
    EXPECT_EQ(longest_opening(rules("Etc/UTC", {"09:00-09:05", "12:00-12:20"})), 20min);
    EXPECT_EQ(longest_opening(rules("Etc/UTC", {"09:00-09:05", "09:05-09:15"})), 15min);
    EXPECT_EQ(longest_opening(rules("Etc/UTC", {"23:58-00:03"})), 5min);
    EXPECT_EQ(longest_opening(rules("Etc/UTC", {"23:58-24:00", "00:00-00:01"})), 3min);
    calendar_rules saturday_and_sunday = rules("Etc/UTC");
    saturday_and_sunday.days = *parse_weekdays("sat-sun");
    EXPECT_EQ(longest_opening(saturday_and_sunday), 48h) << "also where the week begins anew";
    saturday_and_sunday.days = *parse_weekdays("mon");
    saturday_and_sunday.hours = {*parse_time_window("23:58-24:00"), *parse_time_window("00:00-00:01")};
    EXPECT_EQ(longest_opening(saturday_and_sunday), 2min) << "Tuesday is closed";
    saturday_and_sunday.days = {};
    EXPECT_EQ(longest_opening(saturday_and_sunday), 0min);
}

TEST(CalendarTest, IncludesTheStartOfAWindowAndExcludesItsEnd) {
    const calendar c(rules("Etc/UTC", {"09:00-12:30"}));

    EXPECT_EQ(c.closed(utc(2026y / 5 / 1, 9h - 1s)), guard::outside_hours);
    EXPECT_EQ(c.closed(utc(2026y / 5 / 1, 9h)), std::nullopt);
    EXPECT_EQ(c.closed(utc(2026y / 5 / 1, 12h + 30min - 1s)), std::nullopt);
    EXPECT_EQ(c.closed(utc(2026y / 5 / 1, 12h + 30min)), guard::outside_hours);
}

TEST(CalendarTest, SkipsTheHourThatDoesNotExistInBerlinsSpring) {
    const calendar c(rules("Europe/Berlin", {"01:30-03:30"}));

    EXPECT_EQ(c.spans(local_days{2026y / 3 / 29}),
              (spans{{utc(2026y / 3 / 29, 30min), utc(2026y / 3 / 29, 1h + 30min)}}));
    EXPECT_EQ(c.allowed(local_days{2026y / 3 / 29}), 1h);
    EXPECT_EQ(calendar(rules("Europe/Berlin", {"02:10-02:50"})).allowed(local_days{2026y / 3 / 29}), 0s);
    EXPECT_EQ(calendar(rules("Europe/Berlin")).allowed(local_days{2026y / 3 / 29}), 23h);
}

TEST(CalendarTest, CountsTheHourThatComesTwiceInBerlinsAutumnTwice) {
    const calendar c(rules("Europe/Berlin", {"02:30-03:30"}));

    EXPECT_EQ(c.spans(local_days{2026y / 10 / 25}),
              (spans{{utc(2026y / 10 / 25, 30min), utc(2026y / 10 / 25, 1h)},
                     {utc(2026y / 10 / 25, 1h + 30min), utc(2026y / 10 / 25, 2h + 30min)}}));
    EXPECT_EQ(calendar(rules("Europe/Berlin")).allowed(local_days{2026y / 10 / 25}), 25h);
}

TEST(CalendarTest, KnowsNewYorksTransitions) {
    const calendar c(rules("America/New_York", {"01:00-03:00"}));

    EXPECT_EQ(c.spans(local_days{2026y / 3 / 8}), (spans{{utc(2026y / 3 / 8, 6h), utc(2026y / 3 / 8, 7h)}}));
    EXPECT_EQ(c.spans(local_days{2026y / 11 / 1}), (spans{{utc(2026y / 11 / 1, 5h), utc(2026y / 11 / 1, 8h)}}));
}

TEST(CalendarTest, KnowsLordHowesHalfHour) {
    const calendar c(rules("Australia/Lord_Howe", {"01:00-03:00"}));

    EXPECT_EQ(c.allowed(local_days{2026y / 10 / 4}), 1h + 30min);  // 02:00 becomes 02:30
    EXPECT_EQ(c.allowed(local_days{2026y / 4 / 5}), 2h + 30min);   // 02:00 becomes 01:30
    EXPECT_EQ(calendar(rules("Australia/Lord_Howe")).allowed(local_days{2026y / 4 / 5}), 24h + 30min);
}

TEST(CalendarTest, KnowsKolkatasOffset) {
    const calendar c(rules("Asia/Kolkata", {"09:00-10:00"}));

    EXPECT_EQ(c.spans(local_days{2026y / 5 / 1}),
              (spans{{utc(2026y / 5 / 1, 3h + 30min), utc(2026y / 5 / 1, 4h + 30min)}}));
}

TEST(CalendarTest, KnowsTheDateThatSamoaLeftOut) {
    const calendar c(rules("Pacific/Apia"));

    EXPECT_EQ(c.allowed(local_days{2011y / 12 / 29}), 24h);
    EXPECT_EQ(c.allowed(local_days{2011y / 12 / 30}), 0s);
    EXPECT_TRUE(c.spans(local_days{2011y / 12 / 30}).empty());
    EXPECT_EQ(c.allowed(local_days{2011y / 12 / 31}), 24h);
}

TEST(CalendarTest, KnowsADayThatHasNoMidnight) {
    const calendar c(rules("Asia/Beirut", {"00:00-02:00"}));

    EXPECT_EQ(c.allowed(local_days{2026y / 3 / 29}), 1h);  // 00:00 becomes 01:00
    EXPECT_EQ(calendar(rules("Asia/Beirut")).allowed(local_days{2026y / 10 / 24}), 25h);
}

TEST(CalendarTest, GivesAWindowOverMidnightToTheDayOnWhichItBegins) {
    const calendar c(rules("Etc/UTC", {"22:00-02:00"}, {"fri"}));

    EXPECT_EQ(c.spans(local_days{2026y / 5 / 1}), (spans{{utc(2026y / 5 / 1, 22h), utc(2026y / 5 / 2, 0h)}}));
    EXPECT_EQ(c.spans(local_days{2026y / 5 / 2}), (spans{{utc(2026y / 5 / 2, 0h), utc(2026y / 5 / 2, 2h)}}));
    EXPECT_TRUE(c.spans(local_days{2026y / 5 / 3}).empty());
    EXPECT_TRUE(c.spans(local_days{2026y / 4 / 30}).empty());
}

TEST(CalendarTest, ExcludesADateFromMidnightToMidnight) {
    const calendar c(rules("Etc/UTC", {"22:00-02:00"}, {}, {"2026-12-24"}));

    EXPECT_EQ(c.closed(utc(2026y / 12 / 23, 23h)), std::nullopt);
    EXPECT_EQ(c.closed(utc(2026y / 12 / 24, 0h)), guard::excluded_day);
    EXPECT_EQ(c.closed(utc(2026y / 12 / 24, 23h)), guard::excluded_day);
    EXPECT_EQ(c.closed(utc(2026y / 12 / 25, 0h)), std::nullopt);
}

TEST(CalendarTest, SaysWhetherItStaysOpenForSoLong) {
    const calendar c(rules("Etc/UTC", {"22:00-02:00", "09:00-10:00"}, {}, {"2026-12-24"}));

    EXPECT_TRUE(c.stays_open(utc(2026y / 5 / 4, 9h), 1h)) << "to the last second";
    EXPECT_FALSE(c.stays_open(utc(2026y / 5 / 4, 9h), 1h + 1s));
    EXPECT_TRUE(c.stays_open(utc(2026y / 5 / 4, 22h), 4h)) << "over midnight";
    EXPECT_FALSE(c.stays_open(utc(2026y / 5 / 4, 23h), 4h));
    EXPECT_FALSE(c.stays_open(utc(2026y / 5 / 4, 8h), 1s)) << "it is not open";
    EXPECT_FALSE(c.stays_open(utc(2026y / 12 / 23, 23h), 2h)) << "the next day is excluded";
    EXPECT_TRUE(c.stays_open(utc(2026y / 12 / 23, 23h), 1h));
    EXPECT_TRUE(calendar(rules("Etc/UTC")).stays_open(utc(2026y / 5 / 4, 8h), 72h));
}

TEST(CalendarTest, KnowsLeapDays) {
    EXPECT_EQ(calendar(rules("Europe/Berlin", {"09:00-10:00"})).allowed(local_days{2028y / 2 / 29}), 1h);
    EXPECT_EQ(calendar(rules("Europe/Berlin", {}, {}, {"02-29"})).allowed(local_days{2028y / 2 / 29}), 0s);
}

}  // namespace
}  // namespace mayhem::core
