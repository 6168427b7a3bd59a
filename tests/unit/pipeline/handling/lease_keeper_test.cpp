// Proves on virtual time when leases are extended: at once, then every period, never after the end (F13, F14, D14), and
// that whoever lost one is told (D10).
#include "pipeline/handling/lease_keeper.hpp"

#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

class LeaseKeeperTest : public testing::TestWithParam<int> {};

TEST_P(LeaseKeeperTest, F13ExtendsAtOnceAndThenEveryTwoSeconds) {
    const int tenths = GetParam();
    test::flow f;
    f.give("a");
    f.driver.takes = tenths * 100ms;

    f.run();
    const std::vector<test::seen_step> extended = f.seen.of(step_kind::extended);

    ASSERT_EQ(extended.size(), static_cast<std::size_t>(tenths / 20 + 1));
    for (std::size_t i = 0; i < extended.size(); ++i) {
        EXPECT_EQ(extended[i].at, i * 2s);
        EXPECT_EQ(extended[i].length, 3s);
    }
}

INSTANTIATE_TEST_SUITE_P(TenthsOfASecond, LeaseKeeperTest, testing::Values(0, 1, 19, 21, 39, 41, 75, 601));

TEST(LeaseKeeperEndTest, F14AndD14ExtendsNothingAfterTheEndAndLeavesNoTask) {
    test::flow f;
    f.give("a");
    f.driver.takes = 2500ms;
    std::size_t tasks_before = 0;
    std::size_t tasks_after = 0;
    f.at(1s, [&](service& s) { tasks_before = s.outstanding_tasks(); });
    f.at(2501ms, [&](service& s) { tasks_after = s.outstanding_tasks(); });

    f.run(1h);

    EXPECT_EQ(f.seen.steps().back().kind, step_kind::acked);
    EXPECT_EQ(f.seen.steps().back().at, 2500ms);
    EXPECT_EQ(tasks_after, tasks_before - 1);  // the handler
}

TEST(LeaseKeeperEndTest, D10WhoExtendsTooLateIsToldAndRecordsThatOnce) {
    test::flow f;
    f.give("a");
    f.settings.extend_every = 5s;         // longer than the lease
    f.driver.takes_after_it_asked = 10s;  // it has begun: a lost lease does not undo it

    f.run();

    ASSERT_EQ(f.seen.count(step_kind::lease_lost), 1U);
    EXPECT_EQ(f.seen.of(step_kind::lease_lost).front().at, 5s);
    EXPECT_EQ(f.driver.acts().size(), 1U);  // whoever got it meanwhile found that somebody acts
    EXPECT_EQ(f.seen.count(step_kind::acked), 1U);
    ASSERT_EQ(f.store.outcomes().size(), 2U);
    EXPECT_EQ(f.store.outcomes()[0].refused_by, core::guard::already_restarted);
    EXPECT_EQ(f.store.outcomes()[1].verdict, core::verdict::recovered) << "it was done, whoever has the message";
    EXPECT_EQ(f.store.outcomes()[1].disposition, core::disposition::acked);
    EXPECT_EQ(f.store.outcomes()[1].error, "the lease was lost: the queue delivered the message again");
}

TEST(LeaseKeeperEndTest, KeepsManyLeasesOfDifferentAges) {
    test::flow f({.capacity = 200, .lease = 3s});
    f.settings.max_in_flight = 100;
    f.driver.takes = 60s;
    for (int i = 0; i < 100; ++i) {
        f.give("host " + std::to_string(i), i * 37ms);
    }

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::lease_lost), 0U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 100U);
    EXPECT_EQ(f.seen.count(step_kind::pulled), 100U);
}

TEST(LeaseKeeperEndTest, AsksForAllThatAreDueAtOnce) {
    test::flow f({.capacity = 3000, .lease = 3s});
    f.is_elsewhere = true;
    f.settings.max_in_flight = 3000;
    f.driver.takes = 3500ms;
    f.publishes(2500);
    f.group.settings.mean_time_between = 0s;

    f.run_dry();

    EXPECT_EQ(f.seen.count(step_kind::acked), 2500U);
    std::size_t asked = 0;
    for (const std::vector<ports::lease>& batch : f.elsewhere.extensions) {
        EXPECT_LE(batch.size(), lease_keeper::batch_max);
        asked += batch.size();
    }
    EXPECT_EQ(asked, 2500U);
    EXPECT_EQ(f.elsewhere.extensions.size(), 3U);
}

TEST(LeaseKeeperEndTest, AnAnswerThatTakesItsTimeFindsWhoIsStillThere) {
    test::flow f({.capacity = 16, .lease = 5s});
    f.is_elsewhere = true;
    f.give("short");
    f.give("long", 100ms);
    f.driver.takes = 2500ms;
    f.elsewhere.may_answer.clear();
    f.at(2550ms, [&](service&) { f.elsewhere.may_answer.set(); });  // "short" has ended by then

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::lease_lost), 0U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 2U);
    EXPECT_EQ(f.seen.count(step_kind::extended), 3U) << "the first of each, and one that was answered in time";
}

TEST(LeaseKeeperEndTest, SurvivesATurnThatTakesLongerThanAPeriod) {
    test::flow f;
    f.give("a");
    f.driver.takes = 20s;
    f.at(2s, [&](service&) { f.loop.clock.advance_to(f.loop.clock.now() + 2500ms); });  // somebody holds the loop

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::lease_lost), 0U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 1U);
    EXPECT_LE(f.seen.count(step_kind::extended), 11U);
}

TEST(LeaseKeeperEndTest, ASuspensionAtAnyMomentLosesNoLease) {
    for (std::chrono::milliseconds when = 50ms; when < 7s; when += 100ms) {
        test::flow f;
        f.give("early");
        f.give("late", 1900ms);
        f.driver.takes = 20s;
        f.at(when, [&](service&) { f.loop.clock.advance_to(f.loop.clock.now() + 4s); });  // longer than the lease

        f.run();

        EXPECT_EQ(f.seen.count(step_kind::lease_lost), 0U) << "suspended at " << when.count() << " ms";
        EXPECT_EQ(f.seen.count(step_kind::acked), 2U);
    }
}

}  // namespace
}  // namespace mayhem::pipeline
