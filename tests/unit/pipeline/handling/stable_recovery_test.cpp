// Proves on virtual time what a handler makes of a target that must stand for a while: what goes on record, that it is
// left alone meanwhile, and what a shutdown in between says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

class StableRecoveryTest : public testing::Test {
protected:
    StableRecoveryTest() {
        f_.group.settings.stable_for = 5s;
        f_.group.settings.limits.breaks_when_lost = true;
        f_.give("a");
    }

    /// A message for the next life of what the first one is for.
    void give_next_life(std::chrono::nanoseconds after) {
        const core::target first = f_.unfinished.front().message.target;
        core::message& m = f_.give("other", after);
        m.target = first;
        m.target.incarnation += "'";
    }

    [[nodiscard]] const core::outcome& first_outcome() const { return f_.store.outcomes().front(); }

    test::flow f_;
};

TEST_F(StableRecoveryTest, IsOnRecordWhenItIsStableWithTheTimeOfItsReturn) {
    f_.driver.comes_back_after = 1s;

    f_.run();

    EXPECT_EQ(f_.seen.story(), "pulled saved restarted recovered acked");
    EXPECT_EQ(f_.seen.of(step_kind::recovered).front().at, 6'500ms);
    EXPECT_EQ(first_outcome().recovery, 1s);
    EXPECT_EQ(first_outcome().incarnation_after, "1'");
    EXPECT_EQ(first_outcome().error, "");
}

TEST_F(StableRecoveryTest, WhatKeepsFallingIsUnstableAndOpensTheBreaker) {
    f_.driver.falls = 1000;
    f_.driver.stands_for = 800ms;
    f_.driver.comes_back_after = 250ms;
    f_.driver.trouble = "its start failed";

    f_.run();

    EXPECT_EQ(f_.seen.story(), "pulled saved restarted unstable breaker_opened acked");
    EXPECT_EQ(first_outcome().verdict, core::verdict::unstable);
    EXPECT_EQ(first_outcome().disposition, core::disposition::acked);
    EXPECT_THAT(first_outcome().error, testing::HasSubstr("its start failed; it came back after 250 ms and "));
    EXPECT_EQ(first_outcome().opens_breaker, "a came back and did not stay");
    EXPECT_EQ(f_.acted->size(), 0U) << "the life that was acted on is gone";
}

TEST_F(StableRecoveryTest, WhatSomebodyElseStopsIsNoFailureAndOpensNoBreaker) {
    f_.group.settings.limits.max_failures = 1;
    f_.driver.comes_back_after.reset();
    f_.driver.end = core::end_seen{.how = core::end_seen::way::asked_for, .told_by = "he said so"};

    f_.run();

    EXPECT_EQ(f_.seen.story(), "pulled saved restarted taken_over acked");
    EXPECT_EQ(f_.seen.of(step_kind::taken_over).front().at, 5'750ms)
        << "it stayed so for stable_for, from the second look on";
    EXPECT_EQ(first_outcome().verdict, core::verdict::taken_over);
    EXPECT_EQ(first_outcome().recovery, std::nullopt);
    EXPECT_EQ(first_outcome().opens_breaker, "");
    EXPECT_THAT(first_outcome().error, testing::HasSubstr("somebody else has stopped it on purpose since: he said so"));
    EXPECT_EQ(f_.acted->size(), 0U) << "the life that was acted on is gone";
}

TEST_F(StableRecoveryTest, WhoCannotBeSeenToHaveStoppedItHasNot) {
    f_.driver.comes_back_after.reset();
    f_.driver.blind_witness = 1'000'000;
    f_.driver.end = core::end_seen{.how = core::end_seen::way::asked_for};

    f_.run();

    EXPECT_EQ(first_outcome().verdict, core::verdict::not_recovered);
    EXPECT_THAT(first_outcome().error,
                testing::HasSubstr("it cannot be told whether it is back: no descriptor is left"));
}

TEST_F(StableRecoveryTest, WhatWasStoppedWithSomethingThatFailedIsAFailureAndSaysSo) {
    f_.driver.comes_back_after.reset();
    f_.driver.end = core::end_seen{.how = core::end_seen::way::asked_for, .failed_below = "db"};

    f_.run();

    EXPECT_EQ(first_outcome().verdict, core::verdict::not_recovered);
    EXPECT_THAT(first_outcome().error, testing::HasSubstr("it was stopped with db, which has failed"));
}

TEST_F(StableRecoveryTest, WhatFellAndThenStaysHasRecoveredAndTheRecordSaysBoth) {
    f_.driver.falls = 1;
    f_.driver.stands_for = 800ms;
    f_.driver.comes_back_after = 1s;

    f_.run();

    EXPECT_EQ(first_outcome().verdict, core::verdict::recovered);
    EXPECT_GT(first_outcome().recovery, 2s);
    EXPECT_THAT(first_outcome().error, testing::HasSubstr("it came back after 1 s and was down again within "));
    EXPECT_EQ(f_.seen.of(step_kind::recovered).front().detail, first_outcome().error);
}

TEST_F(StableRecoveryTest, WhatIsNotStableYetIsLeftAlone) {
    give_next_life(2s);

    f_.run();

    EXPECT_EQ(f_.seen.story(), "pulled saved restarted pulled refused acked recovered acked");
    EXPECT_EQ(f_.seen.of(step_kind::refused).front().refused_by, core::guard::too_young);
    EXPECT_EQ(f_.driver.acts(), std::vector<std::string>{"a 1"});
}

TEST_F(StableRecoveryTest, WhatIsStableMayBeActedOn) {
    f_.driver.comes_back_after = 0s;
    give_next_life(10s);

    f_.run();

    EXPECT_EQ(f_.seen.count(step_kind::refused), 0U);
    EXPECT_EQ(f_.driver.acts(), (std::vector<std::string>{"a 1", "a 1'"}));
}

TEST_F(StableRecoveryTest, WhatCameBackWhileOthersWereAskedIsLeftAloneAsWell) {
    f_.group.settings.limits.min_healthy = 0;
    f_.group.settings.limits.max_per_hour = 10;
    give_next_life(1ms);
    f_.store.hold("claim");
    f_.at(200ms, [this](service&) { f_.store.release("claim"); });

    f_.run();

    EXPECT_EQ(f_.driver.acts(), std::vector<std::string>{"a 1"});
    EXPECT_EQ(f_.seen.of(step_kind::refused).front().refused_by, core::guard::too_young);
}

TEST_F(StableRecoveryTest, AStopBeforeItIsStableLeavesItUnwatchedAndSaysThatItWasBack) {
    f_.run(3s);

    EXPECT_EQ(first_outcome().verdict, core::verdict::unwatched);
    EXPECT_EQ(first_outcome().disposition, core::disposition::acked);
    EXPECT_THAT(first_outcome().error, testing::HasSubstr("it was back after 0 ns and seen for 2.3 s"));
    core::target next = f_.unfinished.empty() ? core::target{} : f_.unfinished.front().message.target;
    EXPECT_FALSE(f_.acted->unsettled().has(next, f_.group, {})) << "nobody waits for it any more";
}

}  // namespace
}  // namespace mayhem::pipeline
