// Proves on virtual time what a handler does when, after its act, the record cannot be written or the target not seen,
// and what it records of a target that it leaves alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(HandlerTroubleTest, WhatWasActedOnAndCouldNotBeRecordedIsRecordedAtTheEnd) {
    test::flow f;
    f.publishes(1);
    f.store.fail("save");
    f.store.fail("record", 6);  // every 2 s from 0.5 s on, until the end

    f.run(10s);

    EXPECT_EQ(f.nacked, 0U);
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes()[0].verdict, core::verdict::save_failed);
}

TEST(HandlerTroubleTest, WhatWasActedOnAndCanNotBeRecordedIsNeverNackedAsIfUntouched) {
    test::flow f;
    f.publishes(1);
    f.store.fail("save");
    f.store.fail("record", 1000);

    f.run(10s);

    EXPECT_EQ(f.driver.acts().size(), 1U);
    EXPECT_EQ(f.nacked, 0U);
    EXPECT_TRUE(f.store.nacked().empty());
    EXPECT_TRUE(f.failures.empty());
}

TEST(HandlerTroubleTest, AMessageThatIsStillLookedAtAtTheEndGoesBackUntouched) {
    test::flow f;
    f.publishes(1);
    f.group.settings.limits.min_healthy = 1;
    f.driver.list_takes = 100ms;  // for the publisher, and then for the guards; on a thread, so that nobody can cut it

    f.run(150ms);

    EXPECT_EQ(f.nacked, 1U) << "nothing was done because of it";
    EXPECT_TRUE(f.driver.acts().empty());
    EXPECT_THAT(f.store.calls(), testing::Not(testing::Contains(testing::HasSubstr("save"))));
}

TEST(HandlerTroubleTest, ALookThatFailsIsNoRecoveryYetAndNoEnd) {
    test::flow f;
    f.give("a");
    f.driver.blind_looks = 3;

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled saved restarted recovered acked");
    EXPECT_EQ(f.store.outcomes().front().error, "");
    EXPECT_TRUE(f.failures.empty());
}

TEST(HandlerTroubleTest, RecordsWhyItCouldNotSeeARecovery) {
    test::flow f;
    f.give("a");
    f.driver.blind_looks = 1'000'000;

    f.run(1h);

    EXPECT_EQ(f.seen.story(), "pulled saved restarted not_recovered acked");
    EXPECT_THAT(f.store.outcomes().front().error, testing::HasSubstr("no descriptor is left"));
    EXPECT_TRUE(f.failures.empty());
}

TEST(HandlerTroubleTest, RecordsForWhomATargetIsLeftAlone) {
    test::flow f;
    f.give("a");
    f.driver.reach = core::reach{.falls = {{.id = "b", .incarnation = "1", .because = "BindsTo=a"}}};

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled refused acked");
    EXPECT_EQ(f.store.outcomes().front().refused_by, core::guard::out_of_reach);
    EXPECT_THAT(f.store.outcomes().front().error, testing::HasSubstr("b (BindsTo=a)"));
}

}  // namespace
}  // namespace mayhem::pipeline
