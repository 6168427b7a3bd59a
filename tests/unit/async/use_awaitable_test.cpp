// Proves that a coroutine awaits an operation of Asio whatever its handler
// takes and wherever it completes: values and errors arrive, on the branch of
// who waits, and a cancellation reaches the operation. By operations that
// complete when the test says so, and by Asio's own.

#include "mayhem/async/use_awaitable.hpp"

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>

#include <asio/compose.hpp>
#include <gtest/gtest.h>

#include "manual_operation.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async::test_asio {
namespace {

using namespace std::chrono_literals;
using test::message_of;
using test::note;
using test::virtual_loop;
using test::was_cancelled;

template <typename... Values>
using awaited = decltype(std::declval<manual_operation<Values...>&>().async_wait(use_awaitable));

static_assert(std::same_as<awaited<>, awaitable<void>>);
static_assert(std::same_as<awaited<int>, awaitable<int>>);
static_assert(std::same_as<awaited<int, bool>, awaitable<std::tuple<int, bool>>>);
static_assert(std::same_as<awaited<asio::error_code>, awaitable<void>>);
static_assert(std::same_as<awaited<asio::error_code, int>, awaitable<int>>);
static_assert(std::same_as<awaited<asio::error_code, int, bool>, awaitable<std::tuple<int, bool>>>);
static_assert(std::same_as<awaited<std::exception_ptr>, awaitable<void>>);
static_assert(std::same_as<awaited<std::exception_ptr, int>, awaitable<int>>);
static_assert(std::same_as<awaited<std::exception_ptr, int, bool>, awaitable<std::tuple<int, bool>>>);
static_assert(std::same_as<awaited<std::tuple<int, bool>>, awaitable<std::tuple<int, bool>>>);

/// How an operation ends for who awaits it, which completes with `values`.
template <typename Result, typename... Values>
settled<Result> end_of(Values... values) {
    settled<Result> outcome;
    manual_operation<Values...> operation;
    virtual_loop t;
    t.spawn(note(operation.async_wait(use_awaitable), outcome));
    t.run_for(1s);
    EXPECT_TRUE(operation.is_waiting());
    operation.complete(std::move(values)...);
    t.run();
    return outcome;
}

std::exception_ptr trouble() { return std::make_exception_ptr(std::runtime_error("trouble")); }
asio::error_code broken() { return asio::error::broken_pipe; }

TEST(UseAwaitableTest, AHandlerWithoutAnyValueEndsTheWait) { EXPECT_TRUE(end_of<void>()); }

TEST(UseAwaitableTest, ValuesAreReturned) {
    EXPECT_EQ(*end_of<int>(7), 7);
    EXPECT_EQ((*end_of<std::tuple<int, std::string>>(7, std::string("seven"))), (std::tuple(7, std::string("seven"))));
}

TEST(UseAwaitableTest, AnErrorCodeThatComesFirstIsThrown) {
    EXPECT_TRUE(end_of<void>(asio::error_code{}));
    EXPECT_EQ(message_of(end_of<void>(broken()).error()), asio::system_error(broken()).what());
    EXPECT_EQ(*end_of<int>(asio::error_code{}, 7), 7);
    EXPECT_EQ(message_of(end_of<int>(broken(), 7).error()), asio::system_error(broken()).what());
    EXPECT_EQ((*end_of<std::tuple<int, bool>>(asio::error_code{}, 7, true)), (std::tuple(7, true)));
    EXPECT_TRUE((end_of<std::tuple<int, bool>>(broken(), 7, true)).error());
}

TEST(UseAwaitableTest, AnExceptionThatComesFirstIsThrown) {
    EXPECT_TRUE(end_of<void>(std::exception_ptr{}));
    EXPECT_EQ(message_of(end_of<void>(trouble()).error()), "trouble");
    EXPECT_EQ(*end_of<int>(std::exception_ptr{}, 7), 7);
    EXPECT_EQ(message_of(end_of<int>(trouble(), 7).error()), "trouble");
    EXPECT_EQ((*end_of<std::tuple<int, bool>>(std::exception_ptr{}, 7, true)), (std::tuple(7, true)));
}

using owned = std::unique_ptr<int>;

template <typename... Leading>
awaitable<void> take_owned(int& sum, Leading... none) {
    const frame here;
    const auto complete = [](auto handler, Leading... leading, owned value) {
        asio::post(
            asio::get_associated_executor(handler),
            [handler = std::move(handler), ... leading = std::move(leading), value = std::move(value)]() mutable {
                std::move(handler)(std::move(leading)..., std::move(value));
            });
    };
    const owned one = co_await asio::async_initiate<const use_awaitable_t&, void(Leading..., owned)>(
        complete, use_awaitable, none..., std::make_unique<int>(1));
    sum += *one;
}

TEST(UseAwaitableTest, ValuesNeedNotBeCopyable) {
    int sum = 0;
    virtual_loop t;

    t.run(take_owned(sum));
    t.run(take_owned(sum, asio::error_code{}));
    t.run(take_owned(sum, std::exception_ptr{}));

    EXPECT_EQ(sum, 3);
}

awaitable<void> compose(int& result) {
    const frame here;
    asio::steady_timer wait{this_loop().context(), 0ms};
    auto steps = [&wait, is_begun = false](auto& self, asio::error_code ec = {}) mutable {
        if (!std::exchange(is_begun, true)) {
            wait.async_wait(std::move(self));
        } else {
            self.complete(ec, 7);
        }
    };
    result = co_await asio::async_compose<const use_awaitable_t, void(asio::error_code, int)>(std::move(steps),
                                                                                              use_awaitable, wait);
}

TEST(UseAwaitableTest, AwaitsComposedOperations) {
    int result = 0;
    virtual_loop t;

    t.run(compose(result));

    EXPECT_EQ(result, 7);
}

awaitable<void> post_and_dispatch(int& done) {
    const frame here;
    co_await asio::post(this_executor(), use_awaitable);
    co_await asio::dispatch(this_executor(), use_awaitable);
    co_await asio::post(this_loop().context(), use_awaitable);
    ++done;
}

TEST(UseAwaitableTest, AwaitsAPostAndADispatch) {
    int done = 0;
    virtual_loop t;

    t.run(post_and_dispatch(done));

    EXPECT_EQ(done, 1);
}

/// Completes wherever it is told to, without regard for the handler's executor.
struct careless_operation {
    std::function<void()> complete;

    template <typename Token>
    auto async_wait(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) {
                auto shared = std::make_shared<decltype(handler)>(std::move(handler));
                complete = [shared] { (*shared)(asio::error_code{}); };
            },
            token);
    }
};

awaitable<void> wait_carelessly(careless_operation& c, std::thread::id& ran_on) {
    const frame here;
    co_await c.async_wait(use_awaitable);
    EXPECT_EQ(detail::current_branch->top, &here);
    ran_on = std::this_thread::get_id();
}

awaitable<void> complete_carelessly(careless_operation& c, const std::thread::id& ran_on) {
    const frame here;
    co_await yield();
    c.complete();
    EXPECT_EQ(ran_on, std::thread::id{}) << "not inside this step";
}

TEST(UseAwaitableTest, WhatCompletesInAStepOfAnotherTaskGoesOnInOneOfItsOwn) {
    std::thread::id ran_on;
    careless_operation operation;
    virtual_loop t;

    t.spawn("waiting", wait_carelessly(operation, ran_on));
    t.spawn("completing", complete_carelessly(operation, ran_on));
    t.run();

    EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(UseAwaitableTest, WhatCompletesOnAnotherThreadGoesOnOnTheLoops) {
    std::thread::id ran_on;
    careless_operation operation;
    virtual_loop t;

    t.spawn("waiting", wait_carelessly(operation, ran_on));
    t.run_for(1s);
    std::thread([&] { operation.complete(); }).join();
    t.run();

    EXPECT_EQ(ran_on, std::this_thread::get_id());
}

using reading = manual_operation<asio::error_code, int>;

TEST(UseAwaitableTest, CancellingTheTaskCancelsTheOperation) {
    settled<int> outcome;
    reading operation;
    operation.when_cancelled = [] { return std::tuple(asio::error_code(asio::error::operation_aborted), 0); };
    virtual_loop t;

    t.spawn(note(operation.async_wait(use_awaitable), outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_TRUE(was_cancelled(outcome));
    EXPECT_FALSE(operation.is_waiting());
}

}  // namespace
}  // namespace mayhem::async::test_asio
