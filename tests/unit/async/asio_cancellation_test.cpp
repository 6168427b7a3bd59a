// Proves that cancelling a task of ours reaches the operation of Asio for which
// it waits, however many coroutines of Asio's and tasks of ours are between
// them, at any moment: before the start, while the operation waits, when it
// completes at the same moment, and afterwards.

#include <functional>
#include <tuple>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "manual_operation.hpp"
#include "mayhem/async/async_run.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/use_awaitable.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async::test_asio {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;
using test::was_cancelled;

/// How something that is awaited ended, with another await after it.
struct story {
    settled<int> operation;
    settled<void> next;
};

awaitable<void> victim(std::function<awaitable<int>()> perform, story& told) {
    const frame here;
    co_await sleep_for(1s);
    try {
        told.operation.set_value(co_await perform());
    } catch (...) {
        told.operation.set_error(std::current_exception());
        co_return;
    }
    try {
        co_await sleep_for(1h);
        told.next.set_value();
    } catch (...) {
        told.next.set_error(std::current_exception());
    }
}

using operation = manual_operation<asio::error_code, int>;

asio::awaitable<int> wait_theirs(operation& o) { co_return co_await o.async_wait(asio::use_awaitable); }

awaitable<int> wait_ours(operation& o) {
    const frame here;
    co_return co_await o.async_wait(use_awaitable);
}

asio::awaitable<int> wait_through_both(task_group& group, operation& o) {
    co_return co_await async_run(group, "ours", wait_ours(o), asio::use_awaitable);
}

/// Each way in which a coroutine of ours comes to wait for an operation of
/// Asio.
enum class way { directly, by_a_coroutine_of_asios, by_a_task, by_both };

class AsioCancellationTest : public testing::TestWithParam<way> {
protected:
    AsioCancellationTest() {
        operation_.when_cancelled = [] { return std::tuple(asio::error_code(asio::error::operation_aborted), 0); };
        t_.spawn("victim", victim([this] { return perform(); }, told_));
    }
    awaitable<int> perform() {
        switch (GetParam()) {
            case way::directly: return operation_.async_wait(use_awaitable);
            case way::by_a_coroutine_of_asios:
                return asio::co_spawn(this_executor(), wait_theirs(operation_), use_awaitable);
            case way::by_a_task: return async_run(others_, "ours", wait_ours(operation_), use_awaitable);
            case way::by_both: break;
        }
        return asio::co_spawn(this_executor(), wait_through_both(others_, operation_), use_awaitable);
    }

    operation operation_;
    story told_;
    virtual_loop t_;
    task_group others_{t_.loop, "others", {}};
};

TEST_P(AsioCancellationTest, BeforeItStarts) {
    t_.group.cancel();
    t_.run();

    EXPECT_FALSE(told_.operation.has_value());
    EXPECT_FALSE(operation_.is_waiting());
}

awaitable<void> cancel_at(clock::duration d, task_group& group) {
    const frame here;
    co_await sleep_for(d);
    group.cancel();
}

TEST_P(AsioCancellationTest, WhenItIsAboutToStart) {
    others_.spawn("cancel", cancel_at(1s, t_.group));
    t_.run();

    EXPECT_TRUE(was_cancelled(told_.operation));
    EXPECT_FALSE(operation_.is_waiting());
    EXPECT_EQ(t_.elapsed(), 1s);
}

TEST_P(AsioCancellationTest, WhileItWaits) {
    t_.run_for(2s);
    EXPECT_TRUE(operation_.is_waiting());
    t_.group.cancel();
    t_.run();

    EXPECT_TRUE(was_cancelled(told_.operation));
    EXPECT_EQ(t_.elapsed(), 2s);
}

TEST_P(AsioCancellationTest, AtTheMomentOfItsCompletion) {
    t_.run_for(2s);
    operation_.complete({}, 7);
    t_.group.cancel();
    t_.run();

    ASSERT_TRUE(told_.operation);
    EXPECT_EQ(*told_.operation, 7);
    EXPECT_TRUE(was_cancelled(told_.next));
}

TEST_P(AsioCancellationTest, AfterItsCompletion) {
    t_.run_for(2s);
    operation_.complete({}, 7);
    t_.run_for(1s);
    EXPECT_TRUE(told_.operation);
    t_.group.cancel();
    t_.run();

    EXPECT_TRUE(was_cancelled(told_.next));
    EXPECT_EQ(t_.elapsed(), 3s);
}

INSTANTIATE_TEST_SUITE_P(EachWay, AsioCancellationTest,
                         testing::Values(way::directly, way::by_a_coroutine_of_asios, way::by_a_task, way::by_both),
                         [](const auto& each) {
                             switch (each.param) {
                                 case way::directly: return "Directly";
                                 case way::by_a_coroutine_of_asios: return "ByACoroutineOfAsios";
                                 case way::by_a_task: return "ByATask";
                                 case way::by_both: break;
                             }
                             return "ByBoth";
                         });

}  // namespace
}  // namespace mayhem::async::test_asio
