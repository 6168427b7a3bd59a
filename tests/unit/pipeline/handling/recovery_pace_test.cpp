// Proves on virtual time that a recovery is held against the past of its target where it may be slow, who is told, that
// it opens the breaker when the group says so, and that a record that cannot be read keeps nobody waiting.
#include "pipeline/handling/recovery_pace.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

class RecoveryPaceTest : public testing::Test {
protected:
    RecoveryPaceTest() {
        f_.give("a");
        f_.driver.takes = 100ms;
        f_.store.past.assign(20, {.back = 1s, .not_before = 750ms});
        f_.driver.comes_back_after = 4s;
    }

    [[nodiscard]] const core::outcome& outcome() const { return f_.store.outcomes().front(); }
    [[nodiscard]] const test::seen_step& told() const { return told_ = f_.seen.of(step_kind::recovered).front(); }
    [[nodiscard]] std::ptrdiff_t asked() const { return std::ranges::count(f_.store.calls(), "past a restart"); }

    test::flow f_;
    mutable test::seen_step told_;
};

TEST_F(RecoveryPaceTest, TellsThatItWasSlowAndAgainstWhat) {
    f_.run();

    EXPECT_EQ(f_.seen.story(), "pulled saved restarted recovered acked");
    EXPECT_EQ(outcome().pace, core::pace::slow);
    EXPECT_EQ(outcome().usual, 1s);
    EXPECT_EQ(outcome().act, "restart");
    EXPECT_EQ(outcome().recovery, 4s);
    EXPECT_EQ(outcome().not_before, 3750ms);
    EXPECT_EQ(outcome().opens_breaker, "") << "nobody has asked for it";
    ASSERT_TRUE(told().slower);
    EXPECT_EQ(told().slower->usual, 1s);
    EXPECT_EQ(told().slower->factor, 4);
    EXPECT_EQ(told().detail, "");
}

TEST_F(RecoveryPaceTest, OpensTheBreakerOfAGroupThatSaysSo) {
    f_.group.settings.limits.slower_than = 4;

    f_.run();

    EXPECT_EQ(f_.seen.story(), "pulled saved restarted recovered breaker_opened acked");
    EXPECT_EQ(outcome().opens_breaker, "a came back slower than its usual: 4.0 x of 1 s");
    EXPECT_EQ(outcome().disposition, core::disposition::acked);
    EXPECT_TRUE(f_.group.state.breaker());
}

TEST_F(RecoveryPaceTest, LeavesTheBreakerShutBelowThat) {
    f_.group.settings.limits.slower_than = 4.1;

    f_.run();

    EXPECT_EQ(outcome().pace, core::pace::slow);
    EXPECT_FALSE(f_.group.state.breaker());
}

TEST_F(RecoveryPaceTest, SaysNothingOfWhatIsUsualOrUnknown) {
    f_.driver.comes_back_after = 1s;
    f_.run();
    EXPECT_EQ(outcome().pace, core::pace::as_usual);
    EXPECT_EQ(outcome().usual, 1s);
    EXPECT_FALSE(told().slower);

    test::flow young;
    young.give("a");
    young.driver.comes_back_after = 40s;
    young.store.past.assign(7, {.back = 1s});
    young.run();
    EXPECT_EQ(young.store.outcomes().front().pace, core::pace::too_few);
}

TEST_F(RecoveryPaceTest, AsksNobodyAboutWhatCannotBeSlow) {
    f_.driver.comes_back_after = 240ms;  // seen at 250 ms, and at 0 it was not back

    f_.run();

    EXPECT_EQ(outcome().recovery, 250ms);
    EXPECT_EQ(outcome().pace, std::nullopt);
    EXPECT_EQ(outcome().act, "restart");
    EXPECT_EQ(asked(), 0);
}

TEST_F(RecoveryPaceTest, AsksNobodyAboutWhatDidNotComeBack) {
    f_.driver.comes_back_after = std::nullopt;

    f_.run();

    EXPECT_EQ(outcome().verdict, core::verdict::not_recovered);
    EXPECT_EQ(outcome().act, "");
    EXPECT_EQ(asked(), 0);
}

TEST_F(RecoveryPaceTest, ARecordThatCannotBeReadIsSaidAndKeepsNobodyWaiting) {
    f_.group.settings.limits.slower_than = 1;
    f_.store.fail("past");

    f_.run();

    EXPECT_EQ(f_.seen.story(), "pulled saved restarted recovered acked");
    EXPECT_EQ(f_.seen.of(step_kind::acked).front().at, f_.seen.of(step_kind::recovered).front().at);
    EXPECT_EQ(outcome().pace, core::pace::not_known);
    EXPECT_EQ(outcome().error, "whether it was slower than its usual is not known: the disk is full");
    EXPECT_EQ(told().detail, outcome().error);
    EXPECT_FALSE(told().slower);
    EXPECT_FALSE(f_.group.state.breaker());
}

TEST_F(RecoveryPaceTest, AShutdownMeanwhileTakesNothingBack) {
    f_.store.hold("past");
    f_.at(10s, [this](service&) { f_.store.release("past"); });

    f_.run(5s);

    EXPECT_EQ(outcome().verdict, core::verdict::recovered);
    EXPECT_EQ(outcome().recovery, 4s);
    EXPECT_EQ(f_.nacked, 0U);
}

TEST_F(RecoveryPaceTest, WhatIsNoRecoveryOnRecordIsNotHeldAgainstOthers) {
    test::flow f;
    f.publishes(1);
    f.driver.comes_back_after = 40s;
    f.store.fail("save");

    f.run();

    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::save_failed);
    EXPECT_EQ(f.store.outcomes().front().pace, std::nullopt);
}

}  // namespace
}  // namespace mayhem::pipeline
