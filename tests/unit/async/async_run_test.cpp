// Proves that whoever has a completion token can run a coroutine and has its outcome, exactly once, whatever the token:
// a callback, a future, a deferred operation, a coroutine of Asio's or one of ours; and the other way round, that a
// coroutine of Asio's is awaited by ours. By starting each in a group on virtual time.

#include "mayhem/async/async_run.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <gtest/gtest.h>

#include "mayhem/async/asio_tokens.hpp"
#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/use_awaitable.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async::test_asio {
namespace {

using namespace std::chrono_literals;
using test::message_of;
using test::note;
using test::virtual_loop;
using test::was_cancelled;

using owned = std::unique_ptr<int>;

awaitable<owned> make(int value) {
    const frame here;
    co_await sleep_for(1s);
    co_return std::make_unique<int>(value);
}

awaitable<int> fail() {
    const frame here;
    co_await sleep_for(1s);
    throw std::runtime_error("trouble");
}

TEST(AsyncRunTest, ACallbackGetsTheValue) {
    owned value;
    virtual_loop t;

    async_run(t.group, "make", make(7), [&value](std::exception_ptr error, owned made) {
        EXPECT_FALSE(error);
        value = std::move(made);
    });
    EXPECT_EQ(value, nullptr);
    t.run();

    ASSERT_NE(value, nullptr);
    EXPECT_EQ(*value, 7);
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(AsyncRunTest, ACallbackGetsTheExceptionAndTheGroupDoesNot) {
    std::exception_ptr error;
    int value = 1;
    virtual_loop t;

    async_run(t.group, "fail", fail(), [&](std::exception_ptr e, int v) {
        error = std::move(e);
        value = v;
    });
    t.run();

    EXPECT_EQ(message_of(error), "trouble");
    EXPECT_EQ(value, 0);
    EXPECT_EQ(t.group.failures(), 0U);
}

TEST(AsyncRunTest, WhatIsNoCoroutineRunsLikeOne) {
    int calls = 0;
    event done;
    channel<int> queue{1};
    virtual_loop t;

    async_run(t.group, "sleep", sleep_for(1s), [&](std::exception_ptr e) { calls += e ? 100 : 1; });
    async_run(t.group, "wait", done.wait(), [&](std::exception_ptr e) { calls += e ? 100 : 1; });
    async_run(t.group, "receive", queue.receive(),
              [&](std::exception_ptr e, std::optional<int> v) { calls += !e && v == 7 ? 1 : 100; });
    async_run(t.group, "ready", ready(7), [&](std::exception_ptr e, int v) { calls += !e && v == 7 ? 1 : 100; });
    done.set();
    int sent = 7;
    EXPECT_TRUE(queue.try_send(sent));
    t.run();

    EXPECT_EQ(calls, 4);
}

TEST(AsyncRunTest, AFutureHasTheValueOrTheException) {
    virtual_loop t;

    std::future<owned> made = async_run(t.group, "make", make(7), asio::use_future);
    std::future<int> failed = async_run(t.group, "fail", fail(), asio::use_future);
    std::future<void> slept = async_run(t.group, "sleep", sleep_for(1s), asio::use_future);
    t.run();

    EXPECT_EQ(*made.get(), 7);
    EXPECT_THROW(failed.get(), std::runtime_error);
    EXPECT_NO_THROW(slept.get());
}

TEST(AsyncRunTest, ADeferredOneStartsWhenItIsGivenAToken) {
    owned value;
    virtual_loop t;

    auto operation = async_run(t.group, "make", make(7), deferred);
    EXPECT_TRUE(t.group.empty());
    std::move(operation)([&value](std::exception_ptr, owned made) { value = std::move(made); });
    EXPECT_EQ(t.group.size(), 1U);
    t.run();

    ASSERT_NE(value, nullptr);
}

awaitable<void> run_as_a_task(task_group& group, int& sum) {
    const frame here;
    auto second = async_run(group, "second", make(2), deferred);
    const owned first = co_await async_run(group, "first", make(1), use_awaitable);
    const owned other = co_await std::move(second);
    const auto [error, none] = co_await async_run(group, "fail", fail(), as_tuple(use_awaitable));
    sum = *first + *other;
    EXPECT_EQ(message_of(error), "trouble");
    EXPECT_EQ(none, 0);
}

TEST(AsyncRunTest, OurCoroutinesAwaitTheResultOfATask) {
    int sum = 0;
    virtual_loop t;

    t.run(run_as_a_task(t.group, sum));

    EXPECT_EQ(sum, 3);
    EXPECT_EQ(t.elapsed(), 3s);
}

asio::awaitable<owned> theirs(task_group& group, event& done) {
    owned made = co_await async_run(group, "make", make(6), asio::use_awaitable);
    co_await async_run(group, "wait", done.wait(), asio::use_awaitable);
    ++*made;
    try {
        (void)co_await async_run(group, "fail", fail(), asio::use_awaitable);
    } catch (const std::runtime_error&) {
        ++*made;
    }
    co_return made;
}

asio::awaitable<void> theirs_fails() {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    throw std::runtime_error("trouble");
}

awaitable<void> await_theirs(task_group& group, event& done, int& result) {
    const frame here;
    const owned made = co_await asio::co_spawn(this_executor(), theirs(group, done), use_awaitable);
    result = *made;
    std::string why;
    try {
        co_await asio::co_spawn(this_executor(), theirs_fails(), use_awaitable);
    } catch (const std::runtime_error& e) {
        why = e.what();
    }
    EXPECT_EQ(why, "trouble");
}

awaitable<void> set_after(clock::duration d, event& done) {
    const frame here;
    co_await sleep_for(d);
    done.set();
}

TEST(AsyncRunTest, ACoroutineOfAsiosAwaitsOursAndIsAwaitedByOurs) {
    int result = 0;
    event done;
    virtual_loop t;

    t.spawn("theirs", await_theirs(t.group, done, result));
    t.spawn("set", set_after(3s, done));
    t.run();

    EXPECT_EQ(result, 8);
    EXPECT_EQ(t.elapsed(), 4s);
}

TEST(AsyncRunTest, AHandlerIsCalledOnItsOwnExecutorWhichIsKeptBusyUntilThen) {
    asio::io_context elsewhere;
    std::thread::id called_on;
    virtual_loop t;

    async_run(t.group, "make", make(7), asio::bind_executor(elsewhere, [&](std::exception_ptr, owned) {
                  called_on = std::this_thread::get_id();
              }));
    std::thread other([&] { elsewhere.run(); });
    const std::thread::id expected = other.get_id();
    t.run();
    other.join();

    EXPECT_EQ(called_on, expected);
}

TEST(AsyncRunTest, WhatCannotBeStartedIsToldToTheHandler) {
    std::exception_ptr full;
    virtual_loop t{1};

    t.spawn(sleep_for(1s));
    async_run(t.group, "one too many", sleep_for(1s), [&](std::exception_ptr e) { full = std::move(e); });
    EXPECT_EQ(full, nullptr) << "never inside the call that starts it";
    t.run();

    EXPECT_THROW(std::rethrow_exception(full), std::length_error);
}

TEST(AsyncRunTest, StartingOnAnotherThreadIsAnErrorToldToTheHandler) {
    std::exception_ptr error;
    virtual_loop t;

    std::thread([&] {
        async_run(t.group, "elsewhere", ready(), [&](std::exception_ptr e) { error = std::move(e); });
    }).join();
    t.spawn(sleep_for(1s));
    t.run();

    EXPECT_THROW(std::rethrow_exception(error), wrong_thread);
}

}  // namespace
}  // namespace mayhem::async::test_asio
