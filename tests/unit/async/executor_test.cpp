// Proves what Asio and the tasks need of the executor: it is a small value that satisfies Asio's concept, it runs work
// on the loop's thread whoever hands it in, and every step of a task passes through it. By static checks, and by
// operations of Asio itself.

#include "mayhem/async/executor.hpp"

#include <memory>
#include <thread>
#include <type_traits>

#include <gtest/gtest.h>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/tasks.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

static_assert(asio::execution::is_executor<executor>::value);
static_assert(asio::execution::is_executor<basic_executor<false>>::value);
static_assert(sizeof(executor) == 2 * sizeof(void*));
static_assert(std::is_trivially_copyable_v<executor>);

TEST(ExecutorTest, IsComparedByLoopAndBranch) {
    real_clock clock;
    loop one{clock};
    loop other{clock};

    EXPECT_EQ(one.get_executor(), one.get_executor());
    EXPECT_NE(one.get_executor(), other.get_executor());
    EXPECT_EQ(&one.get_executor().loop(), &one);
    EXPECT_EQ(one.get_executor().branch(), nullptr);
}

TEST(ExecutorTest, AnswersAsiosQueries) {
    real_clock clock;
    loop l{clock};
    const executor e = l.get_executor();

    EXPECT_EQ(&asio::query(e, asio::execution::context), &l.context());
    EXPECT_TRUE(asio::query(e, asio::execution::blocking) == asio::execution::blocking.possibly);
    EXPECT_TRUE(asio::query(asio::require(e, asio::execution::blocking.never), asio::execution::blocking) ==
                asio::execution::blocking.never);
}

TEST(ExecutorTest, OnItsOwnThreadDispatchRunsAtOnceAndPostDoesNot) {
    real_clock clock;
    loop l{clock};
    bool dispatched = false;
    bool posted = false;

    asio::dispatch(l.get_executor(), [&] { dispatched = true; });
    asio::post(l.get_executor(), [&] { posted = true; });

    EXPECT_TRUE(dispatched);
    EXPECT_FALSE(posted);
    l.run();
    EXPECT_TRUE(posted);
}

awaitable<void> wait_with_asio(std::thread::id& ran_on, bool& is_known) {
    const frame here;
    const executor mine = this_executor();
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor> timer{
        mine};
    timer.expires_after(1ms);
    co_await timer.async_wait(use_awaitable);
    ran_on = std::this_thread::get_id();
    is_known = &this_loop() == &mine.loop() && !tasks(this_loop()).empty() && tasks(this_loop()).front().is_current;
}

TEST(ExecutorTest, ATaskCanAwaitAsiosOwnOperationsAndIsStillKnown) {
    std::thread::id ran_on;
    bool is_known = false;
    virtual_loop t;

    t.run(wait_with_asio(ran_on, is_known));

    EXPECT_EQ(ran_on, std::this_thread::get_id());
    EXPECT_TRUE(is_known) << "the step after the operation belongs to the task";
}

TEST(ExecutorTest, CancellingATaskCancelsTheAsioOperationThatItAwaits) {
    virtual_loop t;

    t.spawn([]() -> awaitable<void> {
        const frame here;
        const executor mine = this_executor();
        asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>
            timer{mine};
        timer.expires_after(24h);
        co_await timer.async_wait(use_awaitable);
    }());
    t.run_for(1s);
    const std::vector<task_info> waiting = tasks(t.loop);
    t.group.cancel();
    t.run();

    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(waiting[0].stack.back().awaits, "an Asio operation");
    EXPECT_EQ(t.group.failures(), 0U);
}

using ticker =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;

/// What a connection is made by: an operation of its own, with an object of Asio that outlives it.
awaitable<std::unique_ptr<ticker>> make_ticker() {
    const frame here;
    auto made = std::make_unique<ticker>(this_executor());
    made->expires_after(0ms);
    co_await made->async_wait(use_awaitable);
    co_return made;
}

awaitable<void> use_what_another_branch_made(std::unique_ptr<ticker>& made, int& handlers) {
    const frame here;
    auto in_time = co_await with_timeout(make_ticker(), 1h);
    made = std::move(*in_time);
    co_await yield();
    made->expires_after(0ms);
    made->async_wait([&handlers](asio::error_code) { ++handlers; });
    asio::post(made->get_executor(), [&handlers] { ++handlers; });
    while (handlers < 2) {
        asio::steady_timer real{this_loop().context(), 1ms};
        co_await real.async_wait(use_awaitable);
    }
}

TEST(ExecutorTest, WhatIsMadeWithThisExecutorMayOutliveTheOperationThatMadeIt) {
    int handlers = 0;
    std::unique_ptr<ticker> made;
    virtual_loop t;

    t.run(use_what_another_branch_made(made, handlers));
    made.reset();

    EXPECT_EQ(handlers, 2);
}

TEST(ExecutorTest, ThisExecutorIsTheLoops) {
    bool is_the_loops = false;
    virtual_loop t;

    t.run([](bool& out) -> awaitable<void> {
        const frame here;
        out = this_executor() == this_loop().get_executor();
        co_return;
    }(is_the_loops));

    EXPECT_TRUE(is_the_loops);
}

TEST(ExecutorTest, WorkHandedInByAnotherThreadRunsOnTheLoopsThread) {
    std::thread::id ran_on;
    real_clock clock;
    loop l{clock};

    {
        const loop::external_work coming{l};
        std::thread([&] { asio::post(l.get_executor(), [&] { ran_on = std::this_thread::get_id(); }); }).join();
    }
    while (ran_on == std::thread::id{} && l.context().poll_one() > 0) {
    }

    EXPECT_EQ(ran_on, std::this_thread::get_id());
}

}  // namespace
}  // namespace mayhem::async
