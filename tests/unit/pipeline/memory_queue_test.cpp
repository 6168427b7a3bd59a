// Proves on virtual time that a message is delivered in order, under a lease that expires, and is settled exactly once.
#include "queues/memory_queue.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const core::message> named(const std::string& name) {
    auto m = std::make_shared<core::message>();
    m->target.name = name;
    return m;
}

struct fixture {
    test::virtual_loop loop;
    memory_queue queue{loop.loop, {.capacity = 2, .lease = 3s}};
    async::task_group keeping{loop.loop, "keeping", {}};
    std::vector<std::string> received;

    /// Runs `body` beside the queue's housekeeping.
    void run(async::awaitable<void> body) {
        keeping.spawn("queue", queue.run());
        loop.spawn(drive(std::move(body), keeping));
        loop.run();
    }

    static async::awaitable<void> drive(async::awaitable<void> body, async::task_group& keeping) {
        const async::frame here;
        co_await std::move(body);
        keeping.cancel();
        co_await keeping.join();
    }
};

async::awaitable<void> publish_all(memory_queue& q, int count) {
    const async::frame here;
    for (int i = 0; i < count; ++i) {
        co_await q.publish(named(std::to_string(i)), 0);
    }
}

async::awaitable<void> receive_and_ack(memory_queue& q, int count, std::vector<std::string>& received) {
    const async::frame here;
    for (int i = 0; i < count; ++i) {
        const ports::delivery d = co_await q.receive();
        received.push_back(d.message->target.name);
        const bool acked = co_await q.ack(d);
        EXPECT_TRUE(acked);
    }
}

TEST(MemoryQueueTest, IsFirstInFirstOutAndHoldsThePublisherBack) {
    fixture f;
    f.loop.spawn(publish_all(f.queue, 5));

    f.run(receive_and_ack(f.queue, 5, f.received));

    EXPECT_EQ(f.received, (std::vector<std::string>{"0", "1", "2", "3", "4"}));
    EXPECT_EQ(f.queue.unsettled(), 0U);
}

async::awaitable<void> let_a_lease_expire(memory_queue& q) {
    const async::frame here;
    co_await q.publish(named("a"), 0);
    const ports::delivery first = co_await q.receive();
    co_await async::sleep_for(2s);
    EXPECT_TRUE(q.extend(first));
    co_await async::sleep_for(2900ms);
    EXPECT_TRUE(q.extend(first));
    const ports::delivery second = co_await q.receive();  // nobody extends any more
    const bool late = co_await q.ack(first);
    const bool acked = co_await q.ack(second);

    EXPECT_EQ(second.attempt, 2);
    EXPECT_FALSE(q.extend(first));
    EXPECT_FALSE(late);
    EXPECT_TRUE(acked);
}

TEST(MemoryQueueTest, F15RedeliversWhatIsNotExtendedAndD10KnowsTheLateOne) {
    fixture f;

    f.run(let_a_lease_expire(f.queue));

    EXPECT_EQ(f.loop.elapsed(), 4900ms + 3s);
}

async::awaitable<void> nack_two(memory_queue& q, std::vector<std::string>& received) {
    const async::frame here;
    co_await publish_all(q, 2);
    const ports::delivery a = co_await q.receive();
    const ports::delivery b = co_await q.receive();
    (void)co_await q.nack(a, 5s);
    (void)co_await q.nack(b, 1s);
    co_await receive_and_ack(q, 2, received);
}

TEST(MemoryQueueTest, RedeliversWhatIsNackedWhenItsDelayIsOver) {
    fixture f;

    f.run(nack_two(f.queue, f.received));

    EXPECT_EQ(f.received, (std::vector<std::string>{"1", "0"}));
    EXPECT_EQ(f.loop.elapsed(), 5s);
}

async::awaitable<void> leave_some(memory_queue& q) {
    const async::frame here;
    co_await publish_all(q, 2);
    const ports::delivery leased = co_await q.receive();
    const ports::delivery delayed = co_await q.receive();
    (void)co_await q.nack(delayed, 1h);
    co_await q.publish(named("waiting"), 0);
    EXPECT_EQ(q.unsettled(), 3U);
    q.close();
}

TEST(MemoryQueueTest, GivesUpEverythingUnsettledOnce) {
    fixture f;

    f.run(leave_some(f.queue));

    EXPECT_EQ(f.queue.take_unsettled().size(), 3U);
    EXPECT_TRUE(f.queue.take_unsettled().empty());
}

}  // namespace
}  // namespace mayhem::queues
