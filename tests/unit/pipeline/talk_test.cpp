// Proves the talk's behaviours on the whole pipeline, on virtual time: a driver that does as it is told, a store that
// notes every call, and an observer that notes every step.
#include <algorithm>

#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

/// The pipeline with a group that publishes so many messages, `expires_after` 1 h.
struct fixture : test::flow {
    explicit fixture(std::size_t messages) : flow({.capacity = 16, .lease = 3s}) { publishes(messages); }
};

std::ptrdiff_t place(const test::recording_observer& seen, step_kind k) {
    return std::ranges::find(seen.steps(), k, &test::seen_step::kind) - seen.steps().begin();
}

TEST(TalkTest, F11AcksOnlyAfterBothSaveAndRestart) {
    fixture f(1);

    f.run_dry();

    EXPECT_LT(place(f.seen, step_kind::saved), place(f.seen, step_kind::acked));
    EXPECT_LT(place(f.seen, step_kind::restarted), place(f.seen, step_kind::acked));
    EXPECT_EQ(f.seen.count(step_kind::acked), 1U);
    EXPECT_TRUE(f.failures.empty());
}

TEST(TalkTest, F13ExtendsAtOnceAndThenEveryTwoSecondsAndF14NeverAfterTheEnd) {
    fixture f(1);
    f.driver.takes = 5s;

    f.run_dry();

    ASSERT_EQ(f.seen.count(step_kind::extended), 3U);  // floor(5 / 2) + 1
    EXPECT_EQ(place(f.seen, step_kind::extended), place(f.seen, step_kind::pulled) + 1);
    EXPECT_EQ(f.seen.steps().back().kind, step_kind::acked);
}

TEST(TalkTest, F16AcksAtOnceWhateverThePeriodOfTheExtensions) {
    fixture f(1);
    f.driver.takes = 4100ms;  // a tenth of a second after an extension, the next is 1.9 s away

    f.run_dry();

    ASSERT_EQ(f.seen.count(step_kind::acked), 1U);
    EXPECT_EQ(f.seen.of(step_kind::acked).front().at, f.seen.of(step_kind::restarted).front().at);
}

TEST(TalkTest, F7HandlesMessagesSideBySide) {
    fixture f(10);
    f.driver.takes = 1h / 2;

    f.run_dry();

    EXPECT_LT(f.loop.elapsed(), 1h);
    EXPECT_EQ(f.driver.acts().size(), 10U);
}

TEST(TalkTest, D1NacksAFailedRestartAndD3TriesItAgain) {
    fixture f(1);
    f.driver.restart_failures = 2;

    f.run_dry();

    EXPECT_EQ(f.seen.count(step_kind::restart_failed), 2U);
    EXPECT_EQ(f.seen.count(step_kind::nacked), 2U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 1U);
    EXPECT_EQ(f.driver.acts().size(), 1U);
}

TEST(TalkTest, D3GivesUpAfterMaxAttempts) {
    fixture f(1);
    f.driver.restart_failures = 100;

    f.run_dry();

    EXPECT_EQ(f.seen.count(step_kind::restart_failed), 3U);
    EXPECT_EQ(f.seen.count(step_kind::dead_lettered), 1U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 0U);
}

TEST(TalkTest, F18AFailedSaveDoesNotStopTheRestartAndD1IsNotAcked) {
    fixture f(1);
    f.store.fail("save");

    f.run_dry();

    EXPECT_EQ(f.driver.acts().size(), 1U);
    EXPECT_EQ(f.seen.count(step_kind::nacked), 1U);
    EXPECT_EQ(f.seen.count(step_kind::refused), 1U);  // tried again, and found to be done
}

TEST(TalkTest, D2AndD4NackWhatIsBeingHandledAndNeverAckIt) {
    fixture f(1);
    f.driver.takes = 1h;

    f.run(10s);

    EXPECT_EQ(f.nacked, 1U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 0U);
    EXPECT_EQ(f.driver.acts().size(), 0U);
}

TEST(PipelineTest, PublishesNothingWhileTheJournalCannotBeWritten) {
    fixture f(1);
    f.store.fail("enter", 3);

    f.run_dry();

    EXPECT_EQ(f.seen.warnings().size(), 3U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 1U);
    EXPECT_GE(f.loop.elapsed(), 6s);
}

TEST(PipelineTest, KeepsTryingToRecordAndAcksOnlyThen) {
    fixture f(1);
    f.store.fail("record", 3);

    f.run_dry();

    EXPECT_EQ(f.seen.count(step_kind::acked), 1U);
    EXPECT_GE(f.loop.elapsed(), 6s);
    EXPECT_EQ(f.seen.count(step_kind::lease_lost), 0U);
}

TEST(PipelineTest, NeverActsInADryRun) {
    fixture f(3);
    f.settings.dry_run = true;

    f.run_dry();

    EXPECT_EQ(f.driver.acts().size(), 0U);
    EXPECT_EQ(f.seen.count(step_kind::refused), 3U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 3U);
}

TEST(PipelineTest, RecordsWhatDidNotComeBackAndAcksIt) {
    fixture f(1);
    f.driver.comes_back_after.reset();

    f.run_dry();

    EXPECT_EQ(f.seen.count(step_kind::not_recovered), 1U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 1U);
    EXPECT_EQ(f.store.outcomes().back().verdict, core::verdict::not_recovered);
}

TEST(PipelineTest, DoesNotActOnWhatAFormerLifeMayHaveActedOn) {
    fixture f(0);
    f.give("a");
    f.unfinished.back().attempts = 1;
    f.unfinished.back().may_have_acted = true;
    f.driver.takes = 1h;

    f.run(100ms);

    ASSERT_FALSE(f.store.outcomes().empty());
    EXPECT_EQ(f.store.outcomes().front().refused_by, core::guard::already_restarted);
}

TEST(PipelineTest, WhatAFormerLifeMayHaveActedOnStaysSoOnRecordAlsoWhenItHasExpired) {
    fixture f(0);
    f.give("a").expires_at = {};
    f.unfinished.back().may_have_acted = true;

    f.run(100ms);

    ASSERT_FALSE(f.store.outcomes().empty());
    EXPECT_EQ(f.store.outcomes().front().refused_by, core::guard::already_restarted);
}

TEST(PipelineTest, WhatAFormerLifeMayHaveActedOnIsNotGivenBackAsIfUntouched) {
    test::flow f;
    f.settings.max_in_flight = 1;
    f.driver.takes = 1h;
    f.give("busy");
    f.give("a");
    f.unfinished.back().may_have_acted = true;

    f.run(10s);

    EXPECT_EQ(f.nacked, 1U) << "the one that was being handled, and not the one that waited";
}

TEST(PipelineTest, DoubtsForAnHourWhetherAFormerLifeHasActed) {
    fixture f(1);
    f.give("a");
    f.unfinished.back().may_have_acted = true;
    for (const std::chrono::minutes after : {59min, 61min}) {
        f.give("a", after).expires_at += 2h;
    }

    f.run(2h);

    EXPECT_EQ(f.seen.count(step_kind::refused), 2U);
    EXPECT_EQ(f.driver.acts(), (std::vector<std::string>{"host-1 1", "a 1"}));
    ASSERT_EQ(f.seen.of(step_kind::restarted).size(), 2U);
    EXPECT_GE(f.seen.of(step_kind::restarted).back().at, 61min) << "it still stands by then, so nobody has acted on it";
}

TEST(PipelineTest, TheSameSeedGivesTheSameTrace) {
    fixture first(200);
    fixture second(200);

    first.run_dry();
    second.run_dry();

    ASSERT_EQ(first.seen.steps().size(), second.seen.steps().size());
    for (std::size_t i = 0; i < first.seen.steps().size(); ++i) {
        ASSERT_EQ(first.seen.steps()[i].kind, second.seen.steps()[i].kind) << i;
        ASSERT_EQ(first.seen.steps()[i].at, second.seen.steps()[i].at) << i;
    }
}

}  // namespace
}  // namespace mayhem::pipeline
