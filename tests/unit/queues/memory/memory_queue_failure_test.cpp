// Proves on virtual time that a queue of which one half fails does not live on with the other: whoever runs it is told.

#include <new>
#include <optional>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/scarce_memory.hpp"
#include "unit/queues/queue_under_test.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using test::message_named;

async::awaitable<void> run_and_note(memory_queue& q, async::settled<void>& end) {
    const async::frame here;
    end = co_await async::settle(q.run());
}

/// A message whose lease expires while there is no memory to put it aside.
async::awaitable<void> expire_without_memory(memory_queue& q, async::clock::duration lease) {
    const async::frame here;
    co_await q.publish(message_named("lost sight of"), 0);
    const ports::delivery d = co_await q.receive();
    co_await async::sleep_for(lease);
    const test::scarce_memory none;
    co_await async::yield();
    co_await async::yield();
}

TEST(MemoryQueueFailureTest, WhatFailsInOneHalfEndsTheOther) {
    constexpr async::clock::duration lease = 3s;
    async::settled<void> end;
    test::virtual_loop t;
    memory_queue q(t.loop, {.capacity = 4, .lease = lease});
    t.spawn(run_and_note(q, end));

    t.run(expire_without_memory(q, lease));

    EXPECT_THROW(end.rethrow_if_failed(), std::bad_alloc);
    EXPECT_EQ(t.elapsed(), lease);
}

}  // namespace
}  // namespace mayhem::queues
