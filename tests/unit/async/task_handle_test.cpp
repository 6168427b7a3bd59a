// Proves that a task can be awaited, cancelled alone and asked for its result, that a failure which nobody takes is
// told all the same, and that one operation can be run like a function. On virtual time.

#include "mayhem/async/task_handle.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop_errors.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::message_of;
using test::virtual_loop;
using testing::HasSubstr;

using owned = std::unique_ptr<int>;

awaitable<owned> make_after(clock::duration d, int value) {
    const frame here;
    co_await sleep_for(d);
    co_return std::make_unique<int>(value);
}

awaitable<void> fail_after(clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    throw std::runtime_error("trouble");
}

awaitable<void> wait_for(event& e) {
    const frame here;
    co_await e.wait();
}

awaitable<void> await_the_second_first(task_group& g) {
    const frame here;
    task_handle<owned> slow = start(g, "slow", make_after(2s, 2));
    task_handle<owned> quick = start(g, "quick", make_after(1s, 1));
    EXPECT_FALSE(slow.is_done());
    const settled<owned> one = co_await quick.join();
    EXPECT_EQ(**one, 1);
    const settled<owned> two = co_await slow.join();
    EXPECT_EQ(**two, 2);
    EXPECT_TRUE(slow.is_done());
}

TEST(TaskHandleTest, EachTaskIsAwaitedForItsResult) {
    virtual_loop t;

    t.run(await_the_second_first(t.group));

    EXPECT_EQ(t.elapsed(), 2s);
}

awaitable<void> cancel_one(task_group& g, event& never, event& done) {
    const frame here;
    task_handle<void> one = start(g, "one", wait_for(never));
    task_handle<void> other = start(g, "other", wait_for(done));
    co_await sleep_for(1s);
    one.cancel();
    const settled<void> cut = co_await one.join();
    EXPECT_TRUE(is_cancellation(cut.error()));
    EXPECT_FALSE(other.is_done());
    done.set();
    const settled<void> whole = co_await other.join();
    EXPECT_TRUE(whole);
    other.cancel();  // too late, and nothing
}

TEST(TaskHandleTest, CancelsItsTaskAndNoOther) {
    event never;
    event done;
    virtual_loop t;

    t.run(cancel_one(t.group, never, done));
}

awaitable<void> cancel_before_the_start(task_group& g, int& begun) {
    const frame here;
    const auto count = [](int& b) -> awaitable<void> {
        ++b;
        co_return;
    };
    task_handle<void> never = start(g, "never", count(begun));
    never.cancel();
    const settled<void> ended = co_await never.join();
    EXPECT_TRUE(is_cancellation(ended.error()));
}

TEST(TaskHandleTest, CancelledBeforeItsFirstStepItNeverRuns) {
    int begun = 0;
    virtual_loop t;

    t.run(cancel_before_the_start(t.group, begun));

    EXPECT_EQ(begun, 0);
}

awaitable<void> give_up_waiting(task_group& g, event& done) {
    const frame here;
    task_handle<void> waiting = start(g, "waiting", wait_for(done));
    const auto in_time = co_await with_timeout(waiting.join(), 1s);
    EXPECT_FALSE(in_time);
    EXPECT_FALSE(waiting.is_done());
    done.set();
    const settled<void> ended = co_await waiting.join();
    EXPECT_TRUE(ended);
}

TEST(TaskHandleTest, ATimedOutJoinLeavesTheTaskAloneAndIsTriedAgain) {
    event done;
    virtual_loop t;

    t.run(give_up_waiting(t.group, done));
}

awaitable<void> take_a_failure(task_group& g) {
    const frame here;
    task_handle<void> failing = start(g, "failing", fail_after(1s));
    const settled<void> failed = co_await failing.join();
    EXPECT_EQ(message_of(failed.error()), "trouble");
}

TEST(TaskHandleTest, AFailureThatIsTakenIsNotToldToTheGroup) {
    virtual_loop t;

    t.run(take_a_failure(t.group));

    EXPECT_EQ(t.group.failures(), 0U);
}

awaitable<void> leave_before_the_end(task_group& g) {
    const frame here;
    {
        const task_handle<void> left = start(g, "left", fail_after(1s));
    }
    co_return;
}

TEST(TaskHandleTest, AFailureAfterTheHandleHasGoneIsTold) {
    virtual_loop t;

    t.run(leave_before_the_end(t.group));

    const std::vector<task_failure> failures = t.take_failures();
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_THAT(failures[0].describe(), HasSubstr("left #2' failed: trouble"));
}

awaitable<void> leave_after_the_end(task_group& g) {
    const frame here;
    const task_handle<void> left = start(g, "left", fail_after(1s));
    co_await sleep_for(2s);
    EXPECT_EQ(g.failures(), 0U);
}

TEST(TaskHandleTest, AFailureThatNobodyHasTakenIsToldWhenTheHandleGoes) {
    virtual_loop t;

    t.run(leave_after_the_end(t.group));

    const std::vector<task_failure> failures = t.take_failures();
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_THAT(failures[0].describe(), HasSubstr("left #2' failed: trouble"));
}

TEST(TaskHandleTest, AFullGroupRefusesToStart) {
    virtual_loop t(1);
    event done;
    done.set();
    task_handle<void> first = start(t.group, "first", wait_for(done));

    EXPECT_THROW((void)start(t.group, "second", wait_for(done)), std::length_error);

    t.run();
    EXPECT_TRUE(first.take());
}

TEST(TaskHandleDeathTest, TakingTwiceSaysSo) {
    virtual_loop t;
    task_handle<void> once = start(t.group, "once", ready());
    t.run();
    EXPECT_TRUE(once.take());

    EXPECT_DEATH((void)once.take(), "how a task ended is taken once");
}

TEST(RunTest, ReturnsTheValueAndThrowsTheException) {
    virtual_clock time;
    loop l{time};

    EXPECT_EQ(*run(l, "make", make_after(1h, 7)), 7);
    EXPECT_EQ(*run(l, "make", make_after(1h, 8)), 8) << "as often as there is something to run";
    EXPECT_THROW(run(l, "fail", fail_after(1s)), std::runtime_error);
}

TEST(RunTest, ADeadlockIsThrownAfterTheOperationWasCut) {
    virtual_clock time;
    loop l{time};
    event never;

    try {
        run(l, "stuck", wait_for(never));
        FAIL() << "nothing can happen any more";
    } catch (const deadlock& e) {
        EXPECT_THAT(e.what(), HasSubstr("stuck"));
    }
    EXPECT_EQ(l.live_tasks(), 0U);
}

awaitable<void> stop_and_wait(event& never) {
    const frame here;
    this_loop().stop();
    co_await never.wait();
}

TEST(RunTest, WhatIsStoppedIsCutAndSaysThatItWas) {
    virtual_clock time;
    loop l{time};
    event never;

    EXPECT_THROW(run(l, "stopped", stop_and_wait(never)), asio::system_error);
    EXPECT_EQ(l.live_tasks(), 0U);
}

}  // namespace
}  // namespace mayhem::async
