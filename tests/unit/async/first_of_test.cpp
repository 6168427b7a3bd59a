// Proves that the first operation that ends ends the others, that all have ended when it returns, and that what
// completed in spite of that is not lost. On virtual time.

#include "mayhem/async/first_of.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::message_of;
using test::virtual_loop;

awaitable<std::unique_ptr<int>> make_after(clock::duration d, int value) {
    const frame here;
    co_await sleep_for(d);
    co_return std::make_unique<int>(value);
}

awaitable<void> fail_after(clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    throw std::runtime_error("trouble");
}

awaitable<void> race_three(event& never) {
    const frame here;
    auto [slow, quick, waiting] = co_await first_of(make_after(2s, 2), make_after(1s, 1), never.wait());
    EXPECT_TRUE(is_cancellation(slow.error()));
    EXPECT_EQ(**quick, 1);
    EXPECT_TRUE(is_cancellation(waiting.error()));
}

TEST(FirstOfTest, TheFirstEndsTheOthers) {
    event never;
    virtual_loop t;

    t.run(race_three(never));

    EXPECT_EQ(t.elapsed(), 1s);
}

awaitable<void> race_failure(event& never) {
    const frame here;
    auto [failed, waiting] = co_await first_of(fail_after(1s), never.wait());
    EXPECT_EQ(message_of(failed.error()), "trouble");
    EXPECT_TRUE(is_cancellation(waiting.error()));
}

TEST(FirstOfTest, AFailureIsAnEndToo) {
    event never;
    virtual_loop t;

    t.run(race_failure(never));

    EXPECT_EQ(t.elapsed(), 1s);
}

awaitable<void> race_receive(channel<int>& from, event& stop) {
    const frame here;
    auto [received, stopped] = co_await first_of(from.receive(), stop.wait());
    EXPECT_EQ(**received, 7) << "it was taken out of the channel, so it is here";
    EXPECT_TRUE(stopped);
}

awaitable<void> send_and_stop(channel<int>& to, event& stop) {
    const frame here;
    co_await sleep_for(1s);
    stop.set();
    int value = 7;
    EXPECT_TRUE(to.try_send(value));
}

TEST(FirstOfTest, WhatCompletesInTheSameStepIsNotLost) {
    channel<int> queue{1};
    event stop;
    virtual_loop t;

    t.spawn(race_receive(queue, stop));
    t.run(send_and_stop(queue, stop));
}

awaitable<void> race_shield() {
    const frame here;
    auto [whole, quick] = co_await first_of(shield(make_after(3s, 3), 1h), make_after(1s, 1));
    EXPECT_EQ(**whole, 3);
    EXPECT_EQ(**quick, 1);
}

TEST(FirstOfTest, WhatIsShieldedComesToItsEndAndIsWaitedFor) {
    virtual_loop t;

    t.run(race_shield());

    EXPECT_EQ(t.elapsed(), 3s);
}

awaitable<void> count_and_wait(int& begun, event& e) {
    const frame here;
    ++begun;
    co_await e.wait();
}

awaitable<void> race_with_one_that_is_ready(int& begun, event& never) {
    const frame here;
    auto [first, second, third] =
        co_await first_of(count_and_wait(begun, never), ready(2), count_and_wait(begun, never));
    EXPECT_TRUE(is_cancellation(first.error()));
    EXPECT_EQ(*second, 2);
    EXPECT_TRUE(is_cancellation(third.error()));
}

TEST(FirstOfTest, ThoseAfterOneThatIsThereNeverBegin) {
    int begun = 0;
    event never;
    virtual_loop t;

    t.run(race_with_one_that_is_ready(begun, never));

    EXPECT_EQ(begun, 1);
}

awaitable<void> race_until_cancelled(event& never, bool& returned) {
    const frame here;
    auto [one, other] = co_await first_of(never.wait(), make_after(1h, 1));
    EXPECT_TRUE(is_cancellation(one.error()));
    EXPECT_TRUE(is_cancellation(other.error()));
    returned = true;
    co_await yield();
    ADD_FAILURE() << "the next await throws";
}

TEST(FirstOfTest, CancellingTheCallerCancelsAllAndReturnsTheirEnds) {
    event never;
    bool returned = false;
    virtual_loop t;
    t.spawn(race_until_cancelled(never, returned));
    t.run_for(1s);

    t.group.cancel();
    t.run();

    EXPECT_TRUE(returned);
}

}  // namespace
}  // namespace mayhem::async
