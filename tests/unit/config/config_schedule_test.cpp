// Proves how schedules are read: what each key becomes, how a group's keys and those of [schedule] go together, which
// time zone holds, and the error with its place for what cannot be meant.
#include "config/config_schedule.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

core::schedule schedule_of(std::string_view text) { return test::read(text).groups.at(0).settings.schedule.value(); }

const std::string group = "[group.g]\ndriver = 'simulated'\n";

TEST(ConfigScheduleTest, AMeanAloneAllowsEveryHour) {
    const core::schedule s = schedule_of("timezone = 'Etc/UTC'\n" + group + "mean_time_between = '4h'\n");

    core::schedule expected;
    expected.mean_time_between = 4h;
    EXPECT_EQ(s, expected);
}

TEST(ConfigScheduleTest, ReadsEveryKey) {
    const core::schedule s = schedule_of(group + R"(
mean_time_between = "4h"
min_time_between = "30m"
max_per_hour = 2
max_per_day = 3
days = ["mon-thu", "Sunday"]
hours = ["09:00-12:30", "22:00-02:00"]
exclude = ["2026-12-24", "12-20..01-06"]
timezone = "Australia/Lord_Howe"
tolerance = "10s"
)");

    EXPECT_EQ(s.min_time_between, 30min);
    EXPECT_EQ(s.max_per_hour, 2);
    EXPECT_EQ(s.max_per_day, 3);
    EXPECT_EQ(s.allowed.days.to_string(), "0011111");
    EXPECT_EQ(s.allowed.hours, (std::vector<core::time_window>{{9h, 12h + 30min}, {22h, 2h}}));
    ASSERT_EQ(s.allowed.excluded.size(), 2U);
    EXPECT_EQ(s.allowed.excluded[1].to_string(), "12-20..01-06");
    EXPECT_EQ(s.allowed.zone.name(), "Australia/Lord_Howe");
    EXPECT_EQ(s.tolerance, 10s);
}

TEST(ConfigScheduleTest, AGroupsKeyReplacesThatOfTheSchedule) {
    const config c = test::read(R"(
[schedule]
mean_time_between = "4h"
hours = ["09:00-12:30"]
exclude = ["12-24"]
[group.a]
driver = "simulated"
[group.b]
driver = "simulated"
mean_time_between = "1h"
hours = ["22:00-02:00"]
exclude = []
)");
    const core::schedule& a = c.groups.at(0).settings.schedule.value();
    const core::schedule& b = c.groups.at(1).settings.schedule.value();

    EXPECT_EQ(a.mean_time_between, 4h);
    EXPECT_EQ(a.allowed.hours, (std::vector<core::time_window>{{9h, 12h + 30min}}));
    EXPECT_EQ(a.allowed.excluded.size(), 1U);
    EXPECT_EQ(b.mean_time_between, 1h);
    EXPECT_EQ(b.allowed.hours, (std::vector<core::time_window>{{22h, 2h}}));
    EXPECT_TRUE(b.allowed.excluded.empty());
}

TEST(ConfigScheduleTest, TheNearestTimeZoneHolds) {
    const std::string mean = "mean_time_between = '1h'\n";
    setenv("TZ", "Asia/Tokyo", 1);

    EXPECT_EQ(schedule_of(group + mean).allowed.zone.name(), "Asia/Tokyo");
    EXPECT_EQ(schedule_of("timezone = 'Europe/Berlin'\n" + group + mean).allowed.zone.name(), "Europe/Berlin");
    EXPECT_EQ(schedule_of("timezone = 'Europe/Berlin'\n[schedule]\ntimezone = 'Asia/Kolkata'\n" + group + mean)
                  .allowed.zone.name(),
              "Asia/Kolkata");
    EXPECT_EQ(schedule_of("timezone = 'Europe/Berlin'\n" + group + mean + "timezone = 'America/New_York'\n")
                  .allowed.zone.name(),
              "America/New_York");

    unsetenv("TZ");
}

TEST(ConfigScheduleTest, ASimulatedGroupNeedsNone) {
    EXPECT_EQ(test::read("timezone = 'Europe/Berlin'\n" + group).groups.at(0).settings.schedule, std::nullopt);
}

TEST(ConfigScheduleTest, HoursWithoutAMeanAreAnError) {
    constexpr const char* lacks =
        R"([group.g]: lacks mean_time_between: how long on average from one restart to the next, such as "4h")";

    EXPECT_THAT(test::errors_of(group + "hours = ['09:00-12:30']\n"), ElementsAre(std::string("m.toml:1:1: ") + lacks));
    EXPECT_THAT(test::errors_of("[schedule]\ndays = ['mon']\n" + group),
                ElementsAre(std::string("m.toml:3:1: ") + lacks));
}

TEST(ConfigScheduleTest, NamesThePlaceOfEachElementThatCannotBeMeant) {
    EXPECT_THAT(
        test::errors_of("timezone = 'Europe/Berlim'\n[schedule]\nhours = ['09:00-12:30', '12:00-13:00', 5]\n"
                        "days = ['mno', 'mon-fri', 'tue']\nexclude = ['2026-02-30']\ntolerence = '1m'\n"),
        ElementsAre(
            R"(m.toml:1:12: timezone: "Europe/Berlim" is no time zone of this system: did you mean "Europe/Berlin"?)",
            R"(m.toml:3:25: schedule.hours: "12:00-13:00" overlaps "09:00-12:30": join them)",
            "m.toml:3:40: schedule.hours: must hold texts in quotes, but this is a whole number",
            R"(m.toml:4:9: schedule.days: "mno" is no day of the week: did you mean "mon"?)",
            "m.toml:4:27: schedule.days: names a day that the list has already",
            R"(m.toml:5:12: schedule.exclude: "2026-02-30" names a day that no calendar has: "2026-02-30")",
            R"(m.toml:6:1: unknown key "schedule.tolerence": did you mean "tolerance"?)"));
}

TEST(ConfigScheduleTest, RefusesEmptyLists) {
    EXPECT_THAT(
        test::errors_of("[schedule]\nhours = []\ndays = []\n"),
        ElementsAre(
            "m.toml:2:9: schedule.hours: is empty, so that nothing would ever happen: leave the key out for the whole "
            "day",
            "m.toml:3:8: schedule.days: is empty, so that nothing would ever happen: leave the key out for every day"));
    EXPECT_THAT(test::errors_of("[schedule]\nhours = '09:00-12:00'\n"),
                ElementsAre("m.toml:2:9: schedule.hours: must be a list of at most 1000 texts, such as "
                            "[\"09:00-12:30\"], but is a text"));
}

TEST(ConfigScheduleTest, RefusesWhatCannotBeMeantTogether) {
    EXPECT_THAT(
        test::errors_of(group + "mean_time_between = '1h'\nmax_per_day = 3\n"),
        ElementsAre("m.toml:3:21: group.g.mean_time_between: asks for 168.00 moments a week on average, but the "
                    "limits leave room for 21.00 at most: make it longer, or the limits wider"));
    EXPECT_THAT(test::errors_of(group + "mean_time_between = '1h'\nexclude = ['01-01..12-31']\n"),
                ElementsAre("m.toml:3:21: group.g.mean_time_between: nothing is ever allowed: no day is left"));
}

}  // namespace
}  // namespace mayhem::app
