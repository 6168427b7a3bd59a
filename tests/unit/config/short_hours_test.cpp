// Proves that what lasts longer than the hours of its group are open at a stretch is told, because the guards refuse it
// each time; and nothing else.
#include "config/short_hours.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> told(const std::string& keys) {
    return find_short_hours(
        test::read("timezone = 'Etc/UTC'\n[group.web]\ndriver = 'systemd'\nunits = ['web.service']\n"
                   "mean_time_between = '1d'\n" +
                   keys));
}

TEST(ShortHoursTest, WhatOutlastsEveryWindowIsNeverBegun) {
    EXPECT_THAT(told("action = 'freeze'\nfor = '10m'\nhours = ['09:00-09:05', '12:00-12:08']\n"),
                ElementsAre("group 'web': its freeze is to last 10 m, but its hours are open for at most 8 m at a "
                            "stretch, and all that time must lie within them: it is never begun (too_near_the_end); "
                            "give it a shorter \"for\", or wider hours"));
}

TEST(ShortHoursTest, WhatIsExactlyAsLongIsNeither) {
    EXPECT_THAT(told("action = 'freeze'\nfor = '5m'\nhours = ['09:00-09:05']\n"), ElementsAre(HasSubstr("5 m")));
    EXPECT_THAT(told("action = 'freeze'\nfor = '299s'\nhours = ['09:00-09:05']\n"), IsEmpty());
}

TEST(ShortHoursTest, EachActionIsHeldAgainstTheHoursByItself) {
    EXPECT_THAT(told("hours = ['09:00-09:01']\nactions = [{action = 'restart'}, {action = 'freeze', for = '2m'}, "
                     "{action = 'cut', for = '30s'}, {action = 'dns', for = '3m'}]\n"),
                ElementsAre(AllOf(HasSubstr("freeze"), HasSubstr("2 m")), AllOf(HasSubstr("dns"), HasSubstr("3 m"))));
}

TEST(ShortHoursTest, HoursThatMeetOrHaveNoEndAreLongEnough) {
    EXPECT_THAT(told("action = 'freeze'\nfor = '10m'\n"), IsEmpty());
    EXPECT_THAT(told("action = 'freeze'\nfor = '10m'\nhours = ['23:54-24:00', '00:00-00:06']\n"), IsEmpty());
    EXPECT_THAT(told("hours = ['09:00-09:01']\n"), IsEmpty()) << "a restart takes no time";
}

}  // namespace
}  // namespace mayhem::app
