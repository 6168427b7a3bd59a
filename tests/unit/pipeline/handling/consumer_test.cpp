// Proves on virtual time that messages are handled side by side and no more than were asked for, and that nothing is
// consumed once the end has begun.
#include "pipeline/handling/consumer.hpp"

#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

void give_many(test::flow& f, int count) {
    for (int i = 0; i < count; ++i) {
        f.give("host " + std::to_string(i));
    }
}

TEST(ConsumerTest, F7DoesNotWaitForTheWorkOnAMessage) {
    test::flow f;
    give_many(f, 16);
    f.driver.takes = 1min;

    f.run();

    for (const test::seen_step& s : f.seen.of(step_kind::pulled)) {
        EXPECT_EQ(s.at, 0s);
    }
    for (const test::seen_step& s : f.seen.of(step_kind::acked)) {
        EXPECT_EQ(s.at, 1min);
    }
    EXPECT_EQ(f.seen.count(step_kind::acked), 16U);
}

TEST(ConsumerTest, F7TakesThemInTheOrderInWhichTheyCame) {
    test::flow f;
    give_many(f, 30);

    f.run();
    const std::vector<test::seen_step> pulled = f.seen.of(step_kind::pulled);

    ASSERT_EQ(pulled.size(), 30U);
    for (std::size_t i = 0; i < pulled.size(); ++i) {
        EXPECT_EQ(pulled[i].name, "host " + std::to_string(i));
    }
}

TEST(ConsumerTest, D9HandlesAtMostMaxInFlightAndPullsNoneThatItCouldNotHandle) {
    test::flow f;
    give_many(f, 10);
    f.settings.max_in_flight = 3;
    f.driver.takes = 1s;
    std::size_t leased = 0;
    f.at(500ms, [&](service&) { leased = f.queue.depth().leased; });

    f.run();

    EXPECT_EQ(leased, 3U);
    EXPECT_EQ(f.driver.acting_at_once_max(), 3U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 10U);
    EXPECT_EQ(f.seen.of(step_kind::acked).back().at, 4s);
}

TEST(ConsumerTest, OneThatHangsHoldsUpNobodyElse) {
    test::flow f;
    f.give("hangs");
    f.settings.max_in_flight = 2;
    f.driver.takes = 1h;
    f.at(1s, [&](service&) { f.driver.takes = 1s; });
    for (int i = 0; i < 5; ++i) {
        f.give("host " + std::to_string(i), 2s);
    }

    f.run(10s);

    EXPECT_EQ(f.seen.count(step_kind::acked), 5U);
    EXPECT_EQ(f.nacked, 1U);
}

TEST(ConsumerTest, F28ConsumesNothingThatComesInTheStepInWhichTheEndBegins) {
    test::flow f;
    f.give("a", 1s);
    f.at(1s, [](service& s) { s.cancel(); });

    f.run(1500ms);

    EXPECT_EQ(f.seen.story(), "");
    EXPECT_TRUE(f.driver.acts().empty());
    EXPECT_EQ(f.nacked, 1U);
}

TEST(ConsumerTest, StoppingToAcceptLeavesTheRestToBeNackedAndFinishesWhatHasBegun) {
    test::flow f;
    give_many(f, 5);
    f.settings.max_in_flight = 2;
    f.driver.takes = 10s;
    f.at(1s, [](service& s) { s.stop_accepting(); });

    f.run(1min);

    EXPECT_EQ(f.seen.count(step_kind::acked), 2U);
    EXPECT_EQ(f.seen.count(step_kind::lease_lost), 0U);
    EXPECT_EQ(f.nacked, 3U);
}

}  // namespace
}  // namespace mayhem::pipeline
