// Proves on virtual time that nothing in the queue grows without bound, and that a publisher is held back instead (D9).
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "unit/queues/queue_under_test.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using test::message_named;

async::awaitable<void> publish_many(memory_queue& q, int count, int& published) {
    const async::frame here;
    for (int i = 0; i < count; ++i) {
        co_await q.publish(message_named(std::to_string(i)), 0);
        ++published;
    }
}

async::awaitable<void> receive_after(memory_queue& q, async::clock::duration wait, const int& published) {
    const async::frame here;
    co_await async::sleep_for(wait);
    EXPECT_EQ(published, 4);
    EXPECT_EQ(q.depth().waiting, 4U);
    EXPECT_EQ(q.unsettled(), 5U);  // one is being sent
    (void)co_await q.receive();
    co_await async::sleep_for(1s);
    EXPECT_EQ(published, 5);
}

TEST(MemoryQueueLimitsTest, D9AFullQueueHoldsThePublisherBackUntilThereIsRoom) {
    test::queue_under_test t;
    int published = 0;
    t.beside(publish_many(t.queue, 10, published));

    t.run(receive_after(t.queue, 1h, published));
}

async::awaitable<void> fill_with_back_offs(memory_queue& q, int& published) {
    const async::frame here;
    for (int i = 0; i < 4; ++i) {
        co_await q.publish(message_named("failing " + std::to_string(i)), 0);
        const ports::delivery d = co_await q.receive();
        (void)co_await q.nack(d, i == 0 ? 10s : 1h);
    }
    const async::clock::time_point began = async::this_loop().now();
    co_await q.publish(message_named("new"), 0);
    const async::clock::duration waited = async::this_loop().now() - began;

    EXPECT_EQ(waited, 10s);
    ++published;
}

TEST(MemoryQueueLimitsTest, D9SoDoAsManyThatBackOff) {
    test::queue_under_test t;
    int published = 0;

    t.run(fill_with_back_offs(t.queue, published));

    EXPECT_EQ(published, 1);
}

async::awaitable<void> kill_letters(memory_queue& q, std::size_t count) {
    const async::frame here;
    for (std::size_t i = 0; i < count; ++i) {
        co_await q.publish(message_named(std::to_string(i)), 0);
        const ports::delivery d = co_await q.receive();
        const bool dead = co_await q.dead_letter(d);
        EXPECT_TRUE(dead);
    }
}

TEST(MemoryQueueLimitsTest, KeepsTheNewestDeadLettersAndNeverDeliversThem) {
    test::queue_under_test t;

    t.run(kill_letters(t.queue, memory_queue::dead_letters_max + 5));

    EXPECT_EQ(t.queue.dead_letters().size(), memory_queue::dead_letters_max);
    EXPECT_EQ(t.queue.dead_letters().front()->target.name, "5");
    EXPECT_EQ(t.queue.unsettled(), 0U);
}

async::awaitable<void> hold_many(memory_queue& q, std::size_t count) {
    const async::frame here;
    std::vector<ports::delivery> held;
    for (std::size_t i = 0; i < count; ++i) {
        co_await q.publish(message_named(std::to_string(i)), 0);
        held.push_back(co_await q.receive());
    }
    EXPECT_EQ(q.depth().leased, count);
    for (const ports::delivery& d : held) {
        const bool acked = co_await q.ack(d);
        EXPECT_TRUE(acked);
    }
}

TEST(MemoryQueueLimitsTest, LendsAsManyAsAreAskedForAndForgetsThem) {
    test::queue_under_test t;

    t.run(hold_many(t.queue, 5000));

    EXPECT_EQ(t.queue.depth().leased, 0U);
}

}  // namespace
}  // namespace mayhem::queues
