// Proves on virtual time that an act counts in the hour in which it is done, however long it has waited for its engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/handling/message_handler.hpp"
#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

TEST(TakenPlaceTest, WhoWaitsPastTheHourOfItsPlaceTakesOneAnew) {
    test::flow f;
    f.give("a").expires_at += 2h;
    f.group.settings.limits.max_per_hour = 2;
    f.at(100ms, [&](service&) { f.loop.clock.jump_wall(1h); });

    f.run();

    EXPECT_THAT(f.store.calls(), testing::Contains("claim a #1").Times(2));
    EXPECT_THAT(f.driver.acts(), testing::ElementsAre("a 1"));
    EXPECT_EQ(f.driver.asked(), 2U);
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::recovered);
    EXPECT_EQ(f.store.outcomes().front().recovery, 0ms) << "from the go-ahead";
}

TEST(TakenPlaceTest, WhereTheNewHourIsFullNothingIsDone) {
    test::flow f;
    f.give("a");
    f.group.settings.limits.max_per_hour = 2;
    f.at(100ms, [&](service&) {
        f.loop.clock.jump_wall(-1h);
        f.store.claim_answer = core::guard::hourly_limit;
    });

    f.run();

    EXPECT_TRUE(f.driver.acts().empty());
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes().front().refused_by, core::guard::hourly_limit);
    EXPECT_EQ(f.seen.count(step_kind::acked), 1U);
    EXPECT_TRUE(f.own_memory.claim(acted_incarnations::key_of(f.driver.know("a"), f.group), f.loop.loop.turn_time()))
        << "the next message may";
}

}  // namespace
}  // namespace mayhem::pipeline
