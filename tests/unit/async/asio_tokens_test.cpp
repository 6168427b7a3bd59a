// Proves that Asio's token adapters work around `use_awaitable` and `deferred`,
// by their names of every version, and that an object of Asio can have
// `use_awaitable` as its default. By operations that complete when the test
// says so, and by Asio's own.

#include "mayhem/async/asio_tokens.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <asio/bind_executor.hpp>
#include <asio/redirect_error.hpp>
#include <gtest/gtest.h>

#include "manual_operation.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/use_awaitable.hpp"
#include "support/virtual_loop.hpp"

#if __has_include(<asio/cancel_after.hpp>)
#include <asio/cancel_after.hpp>
#endif

namespace mayhem::async::test_asio {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

asio::error_code broken() { return asio::error::broken_pipe; }

/// Completes the operation once it has begun.
template <typename... Values>
awaitable<void> complete(manual_operation<Values...>& operation, std::type_identity_t<Values>... values) {
    const frame here;
    while (!operation.is_waiting()) {
        co_await yield();
    }
    operation.complete(values...);
}

using reading = manual_operation<asio::error_code, int>;

/// Runs `body(operation)`, whose operation completes with `ec` and 7, and
/// returns what the body says.
template <typename Body>
std::string said_by(Body body, asio::error_code ec) {
    std::string said;
    reading operation;
    virtual_loop t;
    t.spawn("body", body(operation, said));
    t.spawn("complete", complete(operation, ec, 7));
    t.run();
    return said;
}

awaitable<void> read_as_tuple(reading& operation, std::string& said) {
    const frame here;
    const auto [ec, n] = co_await operation.async_wait(as_tuple(use_awaitable));
    said = ec ? "failed" : std::to_string(n);
}

awaitable<void> read_with_redirected_error(reading& operation, std::string& said) {
    const frame here;
    asio::error_code ec;
    const int n = co_await operation.async_wait(asio::redirect_error(use_awaitable, ec));
    said = ec ? "failed" : std::to_string(n);
}

awaitable<void> read_later(reading& operation, std::string& said) {
    const frame here;
    auto begun_later = operation.async_wait(deferred);
    EXPECT_FALSE(operation.is_waiting());
    try {
        const int n = co_await std::move(begun_later);
        said = std::to_string(n);
    } catch (const asio::system_error&) {
        said = "failed";
    }
}

awaitable<void> read_later_as_tuple(reading& operation, std::string& said) {
    const frame here;
    const auto [ec, n] = co_await operation.async_wait(as_tuple(deferred));
    said = ec ? "failed" : std::to_string(n);
}

awaitable<void> read_on_another_executor(reading& operation, std::string& said) {
    const frame here;
    try {
        const int n = co_await operation.async_wait(asio::bind_executor(this_loop().context(), use_awaitable));
        said = std::to_string(n);
    } catch (const asio::system_error&) {
        said = "failed";
    }
    EXPECT_EQ(detail::current_branch->top, &here) << "goes on in a step of its own";
}

awaitable<void> read_and_append(reading& operation, std::string& said) {
    const frame here;
    try {
        const auto [n, more] = co_await operation.async_wait(append(use_awaitable, 0));
        said = std::to_string(n + more);
    } catch (const asio::system_error&) {
        said = "failed";
    }
}

TEST(AsioTokensTest, TakesAsiosAdaptersOfATokenAroundIt) {
    for (const auto body : {&read_as_tuple, &read_with_redirected_error, &read_later, &read_later_as_tuple,
                            &read_on_another_executor, &read_and_append}) {
        EXPECT_EQ(said_by(body, {}), "7");
        EXPECT_EQ(said_by(body, broken()), "failed");
    }
}

using timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                         use_awaitable_t::executor_with_default<executor>>;

awaitable<void> wait_by_default(int& waits) {
    const frame here;
    timer ours{this_executor(), 0ms};
    co_await ours.async_wait();
    auto theirs = use_awaitable.as_default_on(asio::steady_timer(this_loop().context(), 0ms));
    co_await theirs.async_wait();
    ++waits;
}

TEST(AsioTokensTest, AnObjectCanHaveItAsItsDefault) {
    int waits = 0;
    virtual_loop t;

    t.run(wait_by_default(waits));

    EXPECT_EQ(waits, 1);
}

#if __has_include(<asio/cancel_after.hpp>)
awaitable<void> wait_at_most(bool& expired) {
    const frame here;
    asio::steady_timer long_wait{this_loop().context(), 24h};
    const auto [ec] = co_await long_wait.async_wait(asio::cancel_after(1ms, as_tuple(use_awaitable)));
    expired = ec == asio::error::operation_aborted;
    co_await sleep_for(1s);  // nobody has cancelled the task
}

TEST(AsioTokensTest, CancelAfterEndsTheOperationAndNotTheTask) {
    bool expired = false;
    virtual_loop t;

    t.run(wait_at_most(expired));

    EXPECT_TRUE(expired);
}
#endif

}  // namespace
}  // namespace mayhem::async::test_asio
