// Proves what our own coroutine type promises: it runs when it is awaited and not before, needs no stack however many
// awaits complete at once, takes a ready result in place of a coroutine, and awaits Asio's operations, those that
// complete at once as well. By counting, in tasks on virtual time.

#include "mayhem/async/awaitable.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/tasks.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

awaitable<int> keep(std::shared_ptr<int> value) {
    const frame here;
    ++*value;
    co_return *value;
}

TEST(AwaitableTest, OneThatIsNeverAwaitedNeverRunsAndFreesWhatItHolds) {
    const auto value = std::make_shared<int>(0);

    {
        const awaitable<int> unused = keep(value);
    }

    EXPECT_EQ(*value, 0);
    EXPECT_EQ(value.use_count(), 1);
}

TEST(AwaitableTest, AMillionAwaitsThatNeverWaitNeedNoStack) {
    const auto value = std::make_shared<int>(0);
    virtual_loop t;

    t.run([](std::shared_ptr<int> v) -> awaitable<void> {
        const frame here;
        for (int i = 0; i < 1'000'000; ++i) {
            (void)co_await keep(v);
        }
    }(value));

    EXPECT_EQ(*value, 1'000'000);
}

awaitable<int> count_down(int depth) {
    const frame here;
    if (depth == 0) {
        co_await yield();
        co_return 0;
    }
    const int below = co_await count_down(depth - 1);
    co_return below + 1;
}

TEST(AwaitableTest, ACompletionThatRunsThroughManyFramesNeedsNoStack) {
    int reached = 0;
    virtual_loop t;

    t.run([](int& r) -> awaitable<void> {
        const frame here;
        for (int i = 0; i < 100; ++i) {
            const int depth = co_await count_down(500);
            r += depth;
        }
    }(reached));

    EXPECT_EQ(reached, 50'000);
}

TEST(AwaitableTest, AReadyResultNeedsNoResume) {
    std::uint64_t resumes = 0;
    std::string text;
    virtual_loop t;

    t.run([](loop& l, std::uint64_t& s, std::string& out) -> awaitable<void> {
        const frame here;
        const std::uint64_t before = tasks(l).front().resumes;
        out = co_await ready(std::string("at once"));
        co_await ready();
        s = tasks(l).front().resumes - before;
    }(t.loop, resumes, text));

    EXPECT_EQ(text, "at once");
    EXPECT_EQ(resumes, 0U);
}

TEST(AwaitableTest, AReadyResultMayStandWhereverACoroutineMay) {
    int sum = 0;
    virtual_loop t;

    t.spawn(ready());
    t.run([](int& s) -> awaitable<void> {
        const frame here;
        auto [first, nothing, last] = co_await gather_settled(ready(1), ready(), ready(2));
        const auto in_time = co_await with_timeout(ready(4), 1s);
        EXPECT_TRUE(nothing.has_value());
        s = *first + *last + in_time.value_or(0);
    }(sum));

    EXPECT_EQ(sum, 7);
}

awaitable<bool> act_at_once(int& acts) {
    throw_if_cancelled();
    ++acts;
    return ready(true);
}

TEST(AwaitableTest, AfterACancellationAReadyOperationIsNotBegun) {
    int acts = 0;
    settled<void> outcome;
    virtual_loop t;

    t.spawn(test::note(
        [](int& a) -> awaitable<void> {
            const frame here;
            (void)co_await act_at_once(a);
            try {
                co_await sleep_for(1h);
            } catch (const asio::system_error&) {
                ++a;
            }
            (void)co_await act_at_once(a);
        }(acts),
        outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(acts, 2) << "one act, and the sleep that was cut";
    EXPECT_TRUE(test::was_cancelled(outcome));
}

/// An operation of Asio that completes before its initiation has returned.
awaitable<int> complete_at_once(asio::error_code ec, int value) {
    return asio::async_initiate<const use_awaitable_t, void(asio::error_code, int)>(
        [ec, value](auto handler) { std::move(handler)(ec, value); }, use_awaitable);
}

TEST(AwaitableTest, AnAsioOperationMayCompleteAtOnce) {
    int value = 0;
    settled<int> failed;
    virtual_loop t;

    t.run([](int& v) -> awaitable<void> {
        const frame here;
        v = co_await complete_at_once({}, 7);
    }(value));
    t.run(test::note(complete_at_once(asio::error::timed_out, 0), failed));

    EXPECT_EQ(value, 7);
    EXPECT_NE(test::message_of(failed.error()), "");
}

awaitable<int> fail_at(int depth) {
    const frame here;
    if (depth == 0) {
        throw std::runtime_error("deep down");
    }
    const int below = co_await fail_at(depth - 1);
    co_return below;
}

awaitable<int> end_as(settled<int> end) {
    const frame here;
    co_return std::move(end);
}

TEST(AwaitableTest, ACoroutineEndsAsAnOperationDidThatItSettled) {
    settled<int> failed;
    failed.set_error(std::make_exception_ptr(std::runtime_error("not thrown on the way")));
    settled<int> succeeded;
    succeeded.set_value(7);
    settled<int> as_failed;
    settled<int> as_succeeded;
    virtual_loop t;

    t.run(test::note(end_as(failed), as_failed));
    t.run(test::note(end_as(succeeded), as_succeeded));

    EXPECT_EQ(test::message_of(as_failed.error()), "not thrown on the way");
    EXPECT_EQ(*as_succeeded, 7);
}

TEST(AwaitableTest, AnExceptionComesThroughEveryFrame) {
    settled<int> outcome;
    virtual_loop t;

    t.run(test::note(fail_at(50), outcome));

    EXPECT_EQ(test::message_of(outcome.error()), "deep down");
}

}  // namespace
}  // namespace mayhem::async
