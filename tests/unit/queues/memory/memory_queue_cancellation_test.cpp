// Proves on virtual time that an end in the middle of anything loses no message: what was not settled is given up
// exactly once, wherever it was, and a closed queue says so.
#include <algorithm>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/note.hpp"
#include "unit/queues/queue_under_test.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using test::message_named;
using test::names_of;
using names = std::vector<std::string>;

async::awaitable<void> leave_one_of_each(memory_queue& q) {
    const async::frame here;
    co_await q.publish(message_named("leased"), 0);
    co_await q.publish(message_named("delayed"), 0);
    (void)co_await q.receive();
    const ports::delivery d = co_await q.receive();
    (void)co_await q.nack(d, 1h);
    for (const char* const name : {"waiting 1", "waiting 2", "waiting 3", "waiting 4"}) {
        co_await q.publish(message_named(name), 0);
    }
    EXPECT_EQ(q.unsettled(), 6U);
}

async::awaitable<void> publish_one(memory_queue& q, std::string name, async::clock::duration after) {
    const async::frame here;
    co_await async::sleep_for(after);
    co_await q.publish(message_named(name), 0);
}

async::awaitable<void> leave_all(memory_queue& q) {
    const async::frame here;
    co_await leave_one_of_each(q);
    co_await async::sleep_for(2s);
}

TEST(MemoryQueueCancellationTest, D4GivesUpWhatWaitsIsLeasedBacksOffOrIsBeingSentOnce) {
    test::queue_under_test t;
    t.beside(publish_one(t.queue, "being sent", 1s));

    t.run(leave_all(t.queue));
    names left = names_of(t.queue.take_unsettled());
    std::ranges::sort(left);

    EXPECT_EQ(left, (names{"being sent", "delayed", "leased", "waiting 1", "waiting 2", "waiting 3", "waiting 4"}));
    EXPECT_TRUE(t.queue.take_unsettled().empty());
    EXPECT_EQ(t.queue.unsettled(), 0U);
}

async::awaitable<void> be_full_when_one_comes_back(test::queue_under_test& t, bool is_received) {
    const async::frame here;
    memory_queue& q = t.queue;
    co_await q.publish(message_named("back"), 0);
    const ports::delivery d = co_await q.receive();
    (void)co_await q.nack(d, 1s);
    for (const char* const name : {"1", "2", "3", "4"}) {
        co_await q.publish(message_named(name), 0);
    }
    co_await async::sleep_for(2s);  // `back` is due, and being sent to a full channel
    if (is_received) {
        const ports::delivery first = co_await q.receive();  // admits it, and in the same step comes the end
        (void)co_await q.ack(first);
    }
    t.cancel_others();
}

TEST(MemoryQueueCancellationTest, AMessageOnItsWayBackIsNotLostWhenTheChannelIsFull) {
    test::queue_under_test t;

    t.run(be_full_when_one_comes_back(t, false));
    names left = names_of(t.queue.take_unsettled());
    std::ranges::sort(left);

    EXPECT_EQ(left, (names{"1", "2", "3", "4", "back"}));
}

TEST(MemoryQueueCancellationTest, NorWhenItIsAdmittedAtTheVeryEnd) {
    test::queue_under_test t;

    t.run(be_full_when_one_comes_back(t, true));
    names left = names_of(t.queue.take_unsettled());
    std::ranges::sort(left);

    EXPECT_EQ(left, (names{"2", "3", "4", "back"}));
}

async::awaitable<void> receive_one(memory_queue& q, std::optional<ports::delivery>& got) {
    const async::frame here;
    got = co_await q.receive();
}

async::awaitable<void> publish_and_cancel_the_receiver(test::queue_under_test& t) {
    const async::frame here;
    co_await async::sleep_for(1s);
    co_await t.queue.publish(message_named("a"), 0);
    t.cancel_others();
}

TEST(MemoryQueueCancellationTest, AReceiverThatIsCancelledInTheSameStepHasItOrLeavesIt) {
    test::queue_under_test t;
    std::optional<ports::delivery> got;
    t.beside(receive_one(t.queue, got));

    t.run(publish_and_cancel_the_receiver(t));

    EXPECT_EQ(names_of(t.queue.take_unsettled()), names{"a"});
}

async::awaitable<void> cancel_the_receiver_then_publish(test::queue_under_test& t) {
    const async::frame here;
    co_await async::sleep_for(1s);
    t.cancel_others();
    co_await t.queue.publish(message_named("a"), 0);
}

TEST(MemoryQueueCancellationTest, AReceiverThatIsGoneTakesNothing) {
    test::queue_under_test t;
    std::optional<ports::delivery> got;
    t.beside(receive_one(t.queue, got));

    t.run(cancel_the_receiver_then_publish(t));

    EXPECT_FALSE(got.has_value());
    EXPECT_EQ(t.queue.depth().waiting, 1U);
}

async::awaitable<void> close_and_drain(memory_queue& q, async::settled<ports::delivery>& last,
                                       async::settled<void>& refused) {
    const async::frame here;
    co_await q.publish(message_named("a"), 0);
    q.close();
    const ports::delivery d = co_await q.receive();
    (void)co_await q.ack(d);
    co_await test::note(q.receive(), last);
    co_await test::note(q.publish(message_named("too late"), 0), refused);
}

bool is_eof(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const asio::system_error& e) {
        return e.code() == asio::error::eof;
    }
}

TEST(MemoryQueueCancellationTest, AClosedQueueHandsOutWhatItHasAndThenSaysEof) {
    test::queue_under_test t;
    async::settled<ports::delivery> last;
    async::settled<void> refused;

    t.run(close_and_drain(t.queue, last, refused));

    ASSERT_TRUE(last.error());
    ASSERT_TRUE(refused.error());
    EXPECT_TRUE(is_eof(last.error()));
    EXPECT_TRUE(is_eof(refused.error()));
    EXPECT_EQ(names_of(t.queue.take_unsettled()), names{"too late"});
}

async::awaitable<void> close_soon(memory_queue& q) {
    const async::frame here;
    co_await async::sleep_for(1s);
    q.close();
    co_await async::sleep_for(1s);
}

TEST(MemoryQueueCancellationTest, ClosingEndsThoseWhoWait) {
    test::queue_under_test t;
    async::settled<ports::delivery> received;
    t.beside(test::note(t.queue.receive(), received));

    t.run(close_soon(t.queue));

    ASSERT_TRUE(received.error());
    EXPECT_TRUE(is_eof(received.error()));
}

}  // namespace
}  // namespace mayhem::queues
