// Proves that the page's days are the planner's: the same moments, the allowed hours as moments too, on days of 23 and
// 25 hours and for groups in other zones.
#include "api/page/plan_book.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "mayhem/core/text/moment_text.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

constexpr const char* groups = R"(timezone = "Europe/Berlin"
[group.db]
driver = "command"
list = ["true"]
restart = ["true", "{id}"]
mean_time_between = "2h"
days = ["mon-fri"]
hours = ["10:00-12:00", "22:00-03:00"]
[group.syd]
driver = "command"
list = ["true"]
restart = ["true", "{id}"]
mean_time_between = "2h"
timezone = "Australia/Sydney"
hours = ["09:00-17:00"]
)";

class PlanBookTest : public testing::Test {
protected:
    PlanBookTest() { book_.use(config_, 7); }

    [[nodiscard]] static local_day day_of(const char* noon) {
        return day_at(*core::parse_moment(noon), *core::zone::find("Europe/Berlin"));
    }
    std::string windows(const std::string& group, const local_day& d) {
        std::string text;
        for (const core::calendar::span& s : book_.day(group, d, d.from)->windows) {
            text += core::utc_text_in_seconds(s.begin) + "/" + core::utc_text_in_seconds(s.end) + " ";
        }
        return text;
    }

    std::shared_ptr<const config> config_ = std::make_shared<const config>(test::read(groups));
    plan_book book_;
};

TEST_F(PlanBookTest, ADayHasThePlannersMoments) {
    core::planner planner(*config_->groups[0].settings.schedule, core::random_source(7), "db");
    for (int i = 0; i < 20; ++i) {
        const local_day d = day_at(*core::parse_moment("2026-11-27T12:00:00Z"), *core::zone::find("Europe/Berlin"),
                                   std::chrono::days{i});
        std::vector<core::wall_time> expected;
        for (auto m = planner.next(d.from - core::duration{1}); m && *m < d.to; m = planner.next(*m)) {
            expected.push_back(*m);
        }

        const planned_day* const day = book_.day("db", d, d.from);

        EXPECT_EQ(day->moments, expected);
        EXPECT_EQ(day->next_after, planner.next(d.to - core::duration{1}));
    }
}

TEST_F(PlanBookTest, APlanOfManyMomentsIsKnownFromNowOnHoweverLateItIs) {
    auto busy = std::make_shared<config>(*config_);
    busy->groups[1].settings.schedule->mean_time_between = std::chrono::seconds{10};
    book_.use(busy, 7);
    core::planner planner(*busy->groups[1].settings.schedule, core::random_source(7), "syd");
    const local_day d = day_of("2026-11-27T12:00:00Z");

    for (core::wall_time now = d.from; now < d.from + std::chrono::hours{6}; now += std::chrono::minutes{7}) {
        const planned_day* const day = book_.day("syd", d, now);

        const auto next = std::ranges::upper_bound(day->moments, now);
        ASSERT_NE(next, day->moments.end()) << core::utc_text(now);
        EXPECT_EQ(*next, planner.next(now));
        EXPECT_TRUE(day->is_cut);
    }
}

TEST_F(PlanBookTest, HoursOverMidnightEndAndBeginWithTheDay) {
    EXPECT_EQ(windows("db", day_of("2026-11-27T12:00:00Z")),
              "2026-11-26T23:00:00Z/2026-11-27T02:00:00Z 2026-11-27T09:00:00Z/2026-11-27T11:00:00Z "
              "2026-11-27T21:00:00Z/2026-11-27T23:00:00Z ");
    EXPECT_EQ(windows("db", day_of("2026-11-28T12:00:00Z")), "2026-11-27T23:00:00Z/2026-11-28T02:00:00Z ");
    EXPECT_EQ(windows("db", day_of("2026-11-29T12:00:00Z")), "");
}

TEST_F(PlanBookTest, AGroupInAnotherZoneStandsWhereItsHoursAreHere) {
    EXPECT_EQ(windows("syd", day_of("2026-11-27T12:00:00Z")),
              "2026-11-26T23:00:00Z/2026-11-27T06:00:00Z "
              "2026-11-27T22:00:00Z/2026-11-27T23:00:00Z ");
}

TEST_F(PlanBookTest, DaysOfTwentyThreeAndTwentyFiveHoursAreWhole) {
    const local_day spring = day_of("2026-03-29T12:00:00Z");
    const local_day autumn = day_of("2026-10-25T12:00:00Z");

    EXPECT_EQ(spring.to - spring.from, std::chrono::hours{23});
    EXPECT_EQ(autumn.to - autumn.from, std::chrono::hours{25});
}

TEST_F(PlanBookTest, HoursAreWrittenAsTheyAreMeant) {
    EXPECT_EQ(book_.hours("db"), "Mon-Fri 10:00-12:00, 22:00-03:00");
    EXPECT_EQ(book_.hours("syd"), "09:00-17:00");
    EXPECT_EQ(book_.hours("nobody"), "");
    EXPECT_EQ(book_.day("nobody", day_of("2026-11-27T12:00:00Z"), {}), nullptr);
}

}  // namespace
}  // namespace mayhem::app
