// Proves that a queue that drops an extension loses the lease, as one that lives elsewhere would: the real memory queue
// on virtual time, behind the simulated one, and what the world is told of its messages.
#include "sim/world/sim_queue.hpp"

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "queues/memory/memory_queue.hpp"
#include "sim/judge/event_names.hpp"
#include "unit/sim/world/small_scene.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using test::small_scene;
using ::testing::ElementsAre;

/// A queue with a lease of three seconds, in one process.
struct queue_in_world {
    explicit queue_in_world(small_scene& s) : world(s) {}

    small_scene& world;
    process life{world.parts, 1};
    sim_queue queue{life, std::make_unique<queues::memory_queue>(
                              world.loop.loop, queues::memory_queue::settings{.capacity = 4, .lease = 3s})};
    async::task_group housekeeping{world.loop.loop, "queue", [](const async::task_failure&) {}};

    /// With the queue's housekeeping beside it.
    void run(async::awaitable<void> body) {
        housekeeping.spawn("queue", queue.run());
        world.loop.run(live(std::move(body), &housekeeping));
    }

    [[nodiscard]] std::vector<std::string_view> steps() const {
        std::vector<std::string_view> all;
        for (const queue_did& q : world.events<queue_did>()) {
            all.push_back(name_of(q.step));
        }
        return all;
    }

private:
    static async::awaitable<void> live(async::awaitable<void> body, async::task_group* others) {
        const async::frame here;
        co_await std::move(body);
        others->cancel();
        co_await others->join();
    }
};

std::shared_ptr<const core::message> message() {
    return std::make_shared<const core::message>(stores::test::message_number(1));
}

/// Received, held for four seconds by one extension after two, and acked.
struct holding {
    std::size_t lost_at_once = 0;
    std::size_t lost_later = 0;
    bool is_acked = false;
    int attempt_of_next = 0;  ///< 0: it was not delivered again
};

async::awaitable<void> hold(sim_queue* q, holding* h) {
    const async::frame here;
    co_await q->publish(message(), 0);
    const ports::delivery d = co_await q->receive();
    co_await async::sleep_for(2s);
    const std::vector<ports::lease> lost = co_await q->extend(std::span(&d.lease, 1));
    h->lost_at_once = lost.size();
    co_await async::sleep_for(2s);
    if (q->depth().waiting > 0) {
        const ports::delivery again = co_await q->receive();
        h->attempt_of_next = again.attempt;
        const bool is_settled = co_await q->ack(again);
        EXPECT_TRUE(is_settled);
    }
    const std::vector<ports::lease> lost_by_now = co_await q->extend(std::span(&d.lease, 1));
    h->lost_later = lost_by_now.size();
    h->is_acked = co_await q->ack(d);
}

TEST(SimQueueTest, ADroppedExtensionLosesTheLeaseAndTheMessageIsDeliveredAgain) {
    small_scene s(fault::dropped_extension);
    queue_in_world w(s);
    holding h;

    w.run(hold(&w.queue, &h));

    EXPECT_EQ(h.lost_at_once, 0U) << "nobody is told that it was dropped";
    EXPECT_EQ(h.attempt_of_next, 2);
    EXPECT_EQ(h.lost_later, 1U);
    EXPECT_FALSE(h.is_acked);
    EXPECT_THAT(w.steps(), ElementsAre("published", "received", "lease_lost", "received", "acked"));
    EXPECT_EQ(s.rare.count(rare_state::lost_lease), 1U);
    EXPECT_EQ(s.rare.count(rare_state::delivered_again), 1U);
    EXPECT_EQ(w.queue.unsettled(), 0U);
}

TEST(SimQueueTest, WhatIsExtendedIsKept) {
    small_scene s;
    queue_in_world w(s);
    holding h;

    w.run(hold(&w.queue, &h));

    EXPECT_EQ(h.attempt_of_next, 0);
    EXPECT_EQ(h.lost_later, 0U);
    EXPECT_TRUE(h.is_acked);
    EXPECT_THAT(w.steps(), ElementsAre("published", "received", "acked"));
    EXPECT_EQ(s.rare.count(rare_state::lost_lease), 0U);
    EXPECT_FALSE(w.life.messages().has_any());
}

async::awaitable<void> nack_and_dead_letter(sim_queue* q) {
    const async::frame here;
    co_await q->publish(message(), 0);
    const ports::delivery first = co_await q->receive();
    (void)co_await q->nack(first, 1s);
    const ports::delivery second = co_await q->receive();
    (void)co_await q->dead_letter(second);
    (void)co_await q->dead_letter(second);
}

TEST(SimQueueTest, TellsEachStepOnceAndOnlyWhatTookEffect) {
    small_scene s;
    queue_in_world w(s);

    w.run(nack_and_dead_letter(&w.queue));

    EXPECT_THAT(w.steps(), ElementsAre("published", "received", "nacked", "received", "dead_lettered"));
    EXPECT_EQ(s.events<queue_did>()[0].message, message()->id.to_string());
}

TEST(SimQueueTest, WhatADeadProcessDoesIsNotTold) {
    small_scene s;
    queue_in_world w(s);
    w.life.die();

    w.run(nack_and_dead_letter(&w.queue));

    EXPECT_THAT(w.steps(), ElementsAre());
}

}  // namespace
}  // namespace mayhem::sim
