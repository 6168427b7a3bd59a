// Proves on virtual time when messages are made, that none is handed over before it is on record, and what a trouble of
// the driver or of the store costs.
#include "pipeline/making/publisher.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

TEST(PublisherTest, JournalsAMessageBeforeAnybodyCanSeeIt) {
    test::flow f;
    f.publishes(1);
    f.store.hold("enter");
    std::size_t unsettled = 99;
    f.at(1h - 1s, [&](service&) {
        unsettled = f.queue.unsettled();
        f.store.release("enter");
    });

    f.run(2h);

    EXPECT_EQ(unsettled, 0U);
    ASSERT_GE(f.store.calls().size(), 2U);
    EXPECT_EQ(f.store.calls()[0], "enter host-1");
    EXPECT_EQ(f.store.calls()[1], "save host-1 #1");
    EXPECT_GE(f.seen.of(step_kind::published).front().at, 1h - 1s);
}

TEST(PublisherTest, F4TheTalksFormPublishesAtOnceAndThenWithUniformGaps) {
    test::flow f;
    f.publishes(400);
    f.driver.takes = 0s;

    f.run_dry();
    const std::vector<test::seen_step> published = f.seen.of(step_kind::published);

    ASSERT_EQ(published.size(), 400U);
    EXPECT_EQ(published.front().at, 0s);
    std::size_t short_gaps = 0;
    for (std::size_t i = 1; i < published.size(); ++i) {
        const auto gap = published[i].at - published[i - 1].at;
        EXPECT_LT(gap, 1s);
        short_gaps += gap < 500ms ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(short_gaps), 200.0, 50.0);
    EXPECT_NEAR(std::chrono::duration<double>(published.back().at).count(), 200.0, 30.0);
}

TEST(PublisherTest, AScheduledGroupDoesNothingBecauseTheServiceStarted) {
    test::flow f;
    f.group.settings.mean_time_between = 4h;

    f.run(24h * 60);
    const std::vector<test::seen_step> published = f.seen.of(step_kind::published);

    ASSERT_FALSE(published.empty());
    EXPECT_GT(published.front().at, 1s);
    EXPECT_NEAR(static_cast<double>(published.size()), 360.0, 80.0);
    EXPECT_EQ(f.driver.acts().size(), published.size());
}

TEST(PublisherTest, EveryMessageHasAnIdOfItsOwnAndAnExpiry) {
    test::flow f;
    f.publishes(100);
    f.driver.takes = 0s;

    f.run_dry();
    std::set<core::uuid> ids;
    for (const test::seen_step& s : f.seen.of(step_kind::published)) {
        ids.insert(s.id);
    }

    EXPECT_EQ(ids.size(), 100U);
}

TEST(PublisherTest, ATroubleOfTheDriverCostsThatMomentOnly) {
    test::flow f;
    f.publishes(3);
    f.driver.list_failures = 2;

    f.run_dry();

    EXPECT_EQ(f.seen.count(step_kind::published), 3U);
    EXPECT_EQ(f.driver.lists(), 5U);
    ASSERT_EQ(f.seen.warnings().size(), 2U);
    EXPECT_EQ(f.seen.warnings().front(),
              "group 'cattle': cannot list its targets: nobody answers; this moment is skipped");
    EXPECT_TRUE(f.failures.empty());
}

TEST(PublisherTest, ADriverThatDoesNotAnswerCostsThatMomentOnly) {
    test::flow f;
    f.publishes(1);
    f.driver.slow_lists = 1;

    f.run_dry();

    EXPECT_EQ(f.seen.count(step_kind::published), 1U);
    ASSERT_EQ(f.seen.warnings().size(), 1U);
    EXPECT_EQ(f.seen.warnings().front(),
              "group 'cattle': cannot list its targets: no answer within 30 s; this moment is skipped");
    EXPECT_LT(f.seen.of(step_kind::published).front().at, 1min);
}

TEST(PublisherTest, NoTargetMeansNoMessage) {
    test::flow f;
    f.publishes(1);
    f.driver.empty_lists = 3;

    f.run_dry();

    EXPECT_EQ(f.seen.count(step_kind::published), 1U);
    EXPECT_EQ(std::ranges::count(f.store.calls(), "enter host-1"), 1);
    EXPECT_EQ(f.seen.warnings().size(), 3U);
}

TEST(PublisherTest, ATroubleOfTheStoreHoldsPublishingBackAndMakesNoSecondMessage) {
    test::flow f;
    f.publishes(2);
    f.store.fail("enter", 10);

    f.run_dry();

    EXPECT_EQ(f.seen.of(step_kind::published).front().at, 20s);
    EXPECT_EQ(f.seen.count(step_kind::published), 2U);
    EXPECT_EQ(f.driver.lists(), 2U);
    ASSERT_EQ(f.seen.warnings().size(), 10U);
    EXPECT_EQ(f.seen.warnings().front(), "the disk is full; group 'cattle' publishes nothing, retrying in 2 s");
}

TEST(PublisherTest, D4WhatItHadInItsHandAtTheEndGoesBackToTheJournal) {
    test::flow f;
    f.publishes(1);
    f.store.fail("enter", 1000);

    f.run(5s);

    EXPECT_EQ(f.nacked, 1U);
    EXPECT_EQ(f.seen.count(step_kind::published), 0U);
}

TEST(PublisherTest, D9TheQueueHoldsItBack) {
    test::flow f({.capacity = 2, .lease = 3s});
    f.publishes(20);
    f.settings.max_in_flight = 1;
    f.driver.takes = 1h;
    f.group.settings.expires_after = 100h;

    f.run(30min);

    EXPECT_EQ(f.seen.count(step_kind::published), 3U);  // one is handled, two wait
    EXPECT_EQ(f.driver.lists(), 4U);                    // and one is in its hand
    EXPECT_EQ(f.nacked, 4U);
}

/// A flow whose group takes one message at a time, `count` in all.
struct one_at_a_time : test::flow {
    explicit one_at_a_time(std::size_t count) {
        publishes(count);
        group.settings.one_at_a_time = true;
    }
};

TEST(PublisherTest, OneAtATimeTheNextGapBeginsWhenTheLastMessageHasEnded) {
    one_at_a_time f(200);
    f.driver.takes = 5s;
    f.driver.comes_back_after = 3s;

    f.run_dry();
    const std::vector<test::seen_step> published = f.seen.of(step_kind::published);
    const std::vector<test::seen_step> acked = f.seen.of(step_kind::acked);

    ASSERT_EQ(published.size(), 200U);
    ASSERT_EQ(acked.size(), 200U);
    std::chrono::nanoseconds stood{0};
    for (std::size_t i = 1; i < published.size(); ++i) {
        EXPECT_GT(published[i].at, acked[i - 1].at);
        stood += published[i].at - acked[i - 1].at;
    }
    EXPECT_NEAR(std::chrono::duration<double>(stood).count(), 100.0, 15.0);
}

TEST(PublisherTest, OneAtATimeAFailedMessageIsWaitedForUntilItIsGivenUp) {
    one_at_a_time f(2);
    f.driver.restart_failures = 3;  // and then it is dead-lettered

    f.run_dry();

    EXPECT_EQ(f.seen.count(step_kind::published), 2U);
    ASSERT_EQ(f.seen.count(step_kind::dead_lettered), 1U);
    EXPECT_GT(f.seen.of(step_kind::published).back().at, f.seen.of(step_kind::dead_lettered).front().at);
}

TEST(PublisherTest, OneAtATimeARefusedMessageCountsForNothing) {
    one_at_a_time f(3);
    f.driver.refuses = core::guard::already_restarted;
    f.at(60s, [&f](service&) { f.driver.refuses.reset(); });

    f.run_dry();

    EXPECT_GT(f.seen.count(step_kind::refused), 10U);
    EXPECT_EQ(f.seen.count(step_kind::published), f.seen.count(step_kind::refused) + 3);
    EXPECT_EQ(f.driver.acts().size(), 3U);
}

TEST(PublisherTest, OneAtATimeEndsAtOnceWhenItIsStopped) {
    one_at_a_time f(2);
    f.driver.takes = 1h;

    f.run(10s);

    EXPECT_EQ(f.seen.count(step_kind::published), 1U);
    EXPECT_EQ(f.ended_at, 10s);
}

}  // namespace
}  // namespace mayhem::pipeline
