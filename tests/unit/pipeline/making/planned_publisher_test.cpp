// Proves that the publisher does what the plan says and nothing else, on virtual time: a month of it, a former life, a
// store that cannot be written. The planner says what is to be expected.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/pipeline/making/planned_group.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono;
using test_planned::every;
using fixture = test_planned::planned_group;

TEST(PlannedPublisherTest, FollowsThePlanForAMonth) {
    core::schedule s = every(2h);
    s.min_time_between = 20min;
    fixture f(s);
    const core::wall_time began = f.now();

    f.live(days{30});

    const auto expected = f.planned(began, began + days{30});
    ASSERT_GT(expected.size(), 250U);
    EXPECT_EQ(f.store.planned(), expected);
    EXPECT_TRUE(f.store.skips().empty());
    EXPECT_EQ(f.seen.steps, static_cast<int>(expected.size()));
}

TEST(PlannedPublisherTest, AMessageCarriesWhatItsMomentGetsAndNothingElseMovesForIt) {
    const auto live = [](bool has_two, std::vector<std::string>& messages, std::vector<std::string>& acts) {
        fixture f(every(2h));
        test_planned::one_target cuts;
        if (has_two) {
            f.group.acts = group_acts({{.what = {.name = "restart", .with = ""}, .weight = 1, .by = &f.driver},
                                       {.what = {.name = "cut", .with = R"(for = "5s")"}, .weight = 1, .by = &cuts}},
                                      {}, nullptr);
        }
        f.seen.on_step = [&](const ports::step& s) {
            const core::wall_time at = s.message.planned_at;
            messages.push_back(s.message.id.to_string() + ' ' + std::to_string(at.time_since_epoch().count()));
            acts.push_back(core::describe(s.message.act));
            EXPECT_EQ(s.message.act, f.group.acts.draw(f.expected.stream_of(at)).what) << "as the plan is printed";
        };
        f.live(days{10});
        EXPECT_EQ(cuts.listed > 0, has_two) << "whoever does it says who there is";
    };
    std::vector<std::string> alone;
    std::vector<std::string> with_another;
    std::vector<std::string> restarts;
    std::vector<std::string> both;

    live(false, alone, restarts);
    live(true, with_another, both);

    EXPECT_EQ(alone, with_another);
    EXPECT_EQ(std::ranges::count(restarts, "restart"), std::ranges::ssize(restarts));
    EXPECT_GT(std::ranges::count(both, "restart"), 30);
    EXPECT_GT(std::ranges::count(both, "cut (for 5s)"), 30);
}

TEST(PlannedPublisherTest, DoesNothingBecauseItWasStarted) {
    fixture f(every(days{30}));
    const core::wall_time began = f.now();
    f.loop.clock.jump_wall(f.expected.next(began).value() - began);  // the moment is exactly now

    f.live(1h);

    EXPECT_TRUE(f.store.planned().empty());
    EXPECT_TRUE(f.store.skips().empty());
    EXPECT_EQ(f.driver.listed, 0);
}

TEST(PlannedPublisherTest, WhatWasMissedIsOnRecordBeforeTheMessageAfterIt) {
    fixture f(every(1s));
    f.driver.takes = 10s;  // too slow for the plan
    const core::wall_time began = f.now();
    int missed_before = 0;
    f.seen.on_step = [&](const ports::step& s) {
        std::int64_t skipped = 0;
        for (const core::skip& one : f.store.skips()) {
            skipped += one.moments;
        }
        const auto until_then = static_cast<std::int64_t>(f.planned(began, s.message.planned_at).size());
        EXPECT_EQ(static_cast<std::int64_t>(f.store.planned().size()) + skipped, until_then);
        missed_before += skipped > 0 ? 1 : 0;
    };

    f.live(10min);

    EXPECT_GT(missed_before, 10);
}

TEST(PlannedPublisherTest, RecordsWhatWasMissedSinceAFormerLife) {
    fixture f(every(1h));
    const core::wall_time began = f.now();
    f.store.followed_until(began - 24h);

    f.live(1min);

    EXPECT_EQ(f.missed(), f.planned(began - 24h, began));
    EXPECT_EQ(f.seen.skips[core::guard::missed], static_cast<std::int64_t>(f.missed().size()));
    EXPECT_TRUE(f.planned(began, began + 1min).size() == f.store.planned().size());
}

TEST(PlannedPublisherTest, DoesNotPublishTwiceWhatAFormerLifePublished) {
    fixture f(every(20min));
    const core::wall_time began = f.now();
    f.live(5h);
    const auto first = f.store.planned();
    f.loop.clock.jump_wall(-5h);

    f.live(5h);

    EXPECT_EQ(first, f.planned(began, began + 5h));
    EXPECT_EQ(f.store.planned(), first);
}

TEST(PlannedPublisherTest, DoesNotFallBehindWhenThePlanIsFasterThanTheDriver) {
    fixture f(every(1ms));
    f.driver.takes = 100ms;
    const core::wall_time began = f.now();

    f.live(10s);

    EXPECT_NEAR(static_cast<double>(f.store.planned().size()), 100, 5);
    EXPECT_GT(f.store.planned().back(), began + 10s - 300ms);  // what it publishes is of now
    EXPECT_LE(f.store.skips().size(), 100 * 10 + 11 * 2 * plan_follower::listed_max);
}

TEST(PlannedPublisherTest, KeepsTheMissedUntilTheyCanBeRecorded) {
    fixture f(every(1h));
    const core::wall_time began = f.now();
    f.store.followed_until(began - 24h);
    f.store.fail("skip", 3);

    f.live(10min);

    EXPECT_EQ(f.missed(), f.planned(began - 24h, began));
    EXPECT_EQ(f.seen.warnings.size(), 4U);
}

TEST(PlannedPublisherTest, RecordsMomentsAtWhichTheTargetsCouldNotBeListed) {
    fixture f(every(1h));
    f.driver.failures = 3;
    const core::wall_time began = f.now();

    f.live(10h);

    const auto planned = f.planned(began, began + 10h);
    ASSERT_GT(planned.size(), 4U);
    ASSERT_EQ(f.store.skips().size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(f.store.skips()[i].reason, core::guard::unlisted);
        EXPECT_EQ(f.store.skips()[i].planned_at, planned[i]);
        EXPECT_EQ(f.store.skips()[i].detail, "cannot list its targets: the engine is down");
    }
    EXPECT_EQ(f.store.planned(), std::vector(planned.begin() + 3, planned.end()));
    EXPECT_EQ(f.seen.skips, (std::map<core::guard, std::int64_t>{{core::guard::unlisted, 3}}));
    EXPECT_EQ(f.seen.warnings.size(), 3U);
}

TEST(PlannedPublisherTest, ALongAbsenceEndsInARowThatReachesToItsLastMoment) {
    fixture f(every(10min));
    const core::wall_time began = f.now();
    f.store.followed_until(began - 100h);

    f.live(1s);

    const std::vector<core::wall_time> missed = f.planned(began - 100h, began);
    ASSERT_GT(missed.size(), plan_follower::listed_max);
    EXPECT_EQ(f.store.skips().size(), plan_follower::listed_max);
    EXPECT_EQ(f.recorded(), missed.size());
    EXPECT_EQ(f.missed().back(), missed.back()) << "the next life would count what comes after it once more";
}

TEST(PlannedPublisherTest, RecordsARunOfThemAsOneRowASecond) {
    fixture f(every(10ms));
    f.driver.is_empty = true;
    const core::wall_time began = f.now();

    f.live(10s);

    ASSERT_LE(f.store.skips().size(), 12U);
    for (const core::skip& s : f.store.skips()) {
        EXPECT_EQ(s.reason, core::guard::no_target);
    }
    EXPECT_NEAR(static_cast<double>(f.recorded()), 1000, 200);
    EXPECT_EQ(f.recorded(), f.planned(began, f.store.skips().back().planned_at).size());
    EXPECT_GE(f.seen.skips[core::guard::no_target], static_cast<std::int64_t>(f.recorded()));
}

}  // namespace
}  // namespace mayhem::pipeline
