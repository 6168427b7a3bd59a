// Proves on virtual time what a lease is worth: until it ends its holder alone can settle the message, afterwards the
// holder can do nothing and learns it (D10), and an attempt is counted with each delivery (F15).
#include <array>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "unit/queues/queue_under_test.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using test::message_named;

async::awaitable<bool> extend(memory_queue& q, const ports::delivery& d) {
    const async::frame here;
    const std::vector<ports::lease> lost = co_await q.extend(std::span(&d.lease, 1));
    co_return lost.empty();
}

async::awaitable<void> hold_by_extension(memory_queue& q) {
    const async::frame here;
    co_await q.publish(message_named("a"), 0);
    const ports::delivery d = co_await q.receive();
    for (int i = 0; i < 100; ++i) {
        co_await async::sleep_for(2s);
        const bool is_extended = co_await extend(q, d);
        EXPECT_TRUE(is_extended);
    }

    EXPECT_EQ(q.depth().leased, 1U);
    EXPECT_EQ(q.depth().waiting + q.depth().delayed, 0U);
    const bool acked = co_await q.ack(d);
    EXPECT_TRUE(acked);
}

TEST(MemoryQueueLeaseTest, LastsAsLongAsItIsExtended) {
    test::queue_under_test t;

    t.run(hold_by_extension(t.queue));

    EXPECT_EQ(t.queue.unsettled(), 0U);
}

async::awaitable<void> settle_too_late(memory_queue& q) {
    const async::frame here;
    co_await q.publish(message_named("a"), 0);
    const ports::delivery late = co_await q.receive();
    co_await async::sleep_for(3001ms);
    const bool extended = co_await extend(q, late);
    const bool acked = co_await q.ack(late);
    const bool nacked = co_await q.nack(late, 0s);
    const bool dead = co_await q.dead_letter(late);

    EXPECT_FALSE(extended);
    EXPECT_FALSE(acked);
    EXPECT_FALSE(nacked);
    EXPECT_FALSE(dead);
    EXPECT_TRUE(q.dead_letters().empty());
    EXPECT_EQ(q.unsettled(), 1U);
}

TEST(MemoryQueueLeaseTest, D10NothingCanBeSettledAfterItsEnd) {
    test::queue_under_test t;

    t.run(settle_too_late(t.queue));
}

async::awaitable<void> settle_twice(memory_queue& q) {
    const async::frame here;
    co_await q.publish(message_named("a"), 0);
    co_await q.publish(message_named("b"), 0);
    const ports::delivery a = co_await q.receive();
    const bool first = co_await q.ack(a);
    const ports::delivery b = co_await q.receive();  // has the slot that was a's
    const bool second = co_await q.ack(a);
    const bool of_b = co_await q.ack(b);

    EXPECT_TRUE(first);
    EXPECT_FALSE(second);
    EXPECT_TRUE(of_b);
}

TEST(MemoryQueueLeaseTest, OnlyTheFirstSettlementCountsAndAStaleOneTouchesNobodyElse) {
    test::queue_under_test t;

    t.run(settle_twice(t.queue));

    EXPECT_EQ(t.queue.unsettled(), 0U);
}

async::awaitable<void> abandon(memory_queue& q, std::vector<int>& attempts) {
    const async::frame here;
    co_await q.publish(message_named("a"), 4);
    for (int i = 0; i < 3; ++i) {
        const ports::delivery d = co_await q.receive();
        attempts.push_back(d.attempt);
    }
}

TEST(MemoryQueueLeaseTest, F15EveryDeliveryIsAnotherAttemptAndAFormerLifesCount) {
    test::queue_under_test t;
    std::vector<int> attempts;

    t.run(abandon(t.queue, attempts));

    EXPECT_EQ(attempts, (std::vector{5, 6, 7}));
    EXPECT_EQ(t.loop.elapsed(), 6s);
}

async::awaitable<void> extend_one_of_two(memory_queue& q) {
    const async::frame here;
    co_await q.publish(message_named("kept"), 0);
    co_await q.publish(message_named("lost"), 0);
    const ports::delivery kept = co_await q.receive();
    const ports::delivery lost = co_await q.receive();
    co_await async::sleep_for(2s);
    const bool first = co_await extend(q, kept);
    const ports::delivery again = co_await q.receive();

    EXPECT_EQ(again.message->target.name, "lost");
    EXPECT_NE(again.lease, lost.lease);
    const std::array both{kept.lease, lost.lease};
    const std::vector<ports::lease> gone = co_await q.extend(both);
    EXPECT_TRUE(first);
    EXPECT_EQ(gone, std::vector{lost.lease}) << "and the other goes on";
}

TEST(MemoryQueueLeaseTest, EndsForEachMessageByItself) {
    test::queue_under_test t;

    t.run(extend_one_of_two(t.queue));

    EXPECT_EQ(t.loop.elapsed(), 3s);
}

async::awaitable<void> nack_and_measure(memory_queue& q, async::clock::time_point began,
                                        std::vector<std::pair<std::string, async::clock::duration>>& seen) {
    const async::frame here;
    co_await q.publish(message_named("late"), 0);
    co_await q.publish(message_named("early"), 0);
    co_await q.publish(message_named("at once"), 0);
    const ports::delivery late = co_await q.receive();
    const ports::delivery early = co_await q.receive();
    const ports::delivery at_once = co_await q.receive();
    (void)co_await q.nack(late, 60s);
    co_await async::sleep_for(1s);  // the housekeeping waits for `late` already
    (void)co_await q.nack(early, 5s);
    (void)co_await q.nack(at_once, 0s);
    for (int i = 0; i < 3; ++i) {
        const ports::delivery d = co_await q.receive();
        const async::clock::time_point now = async::this_loop().now();
        EXPECT_EQ(d.attempt, 2);
        seen.emplace_back(d.message->target.name, now - began);
        (void)co_await q.ack(d);
    }
}

TEST(MemoryQueueLeaseTest, ANackedMessageComesBackWhenItsDelayIsOverTheEarlierFirst) {
    test::queue_under_test t;
    std::vector<std::pair<std::string, async::clock::duration>> seen;

    t.run(nack_and_measure(t.queue, t.loop.clock.now(), seen));

    const std::vector<std::pair<std::string, async::clock::duration>> expected{
        {"at once", 1s}, {"early", 6s}, {"late", 60s}};
    EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace mayhem::queues
