// Proves that blocking work leaves the loop free, that its value or exception comes back to the caller, and that a
// cancelled caller asks it to stop and still waits for its end. With real threads; virtual time stands still meanwhile.

#include "mayhem/async/run_blocking.hpp"

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include <gmock/gmock.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;
using testing::HasSubstr;

/// Blocks its thread until it is asked to stop; returns what it is asked for.
int block_until_stopped(const std::stop_token& stop) {
    std::mutex m;
    std::condition_variable_any changed;
    std::unique_lock lock(m);
    changed.wait(lock, stop, [] { return false; });
    return 7;
}

TEST(RunBlockingTest, ReturnsTheValueAndRunsOnAThreadOfThePool) {
    settled<std::thread::id> outcome;
    thread_pool pool{1, "test"};
    virtual_loop t;

    t.run(test::note(run_blocking(pool, [] { return std::this_thread::get_id(); }), outcome));

    ASSERT_TRUE(outcome.has_value());
    EXPECT_NE(*outcome, std::this_thread::get_id());
}

TEST(RunBlockingTest, ThrowsWhatTheFunctionThrows) {
    settled<void> outcome;
    thread_pool pool{1, "test"};
    virtual_loop t;

    t.run(test::note(run_blocking(pool, [] { throw std::runtime_error("no such host"); }), outcome));

    EXPECT_EQ(test::message_of(outcome.error()), "no such host");
}

TEST(RunBlockingTest, TakesFunctionsAndValuesThatCanOnlyBeMoved) {
    settled<std::unique_ptr<int>> outcome;
    thread_pool pool{1, "test"};
    virtual_loop t;

    t.run(test::note(run_blocking(pool, [p = std::make_unique<int>(5)]() mutable { return std::move(p); }), outcome));

    EXPECT_EQ(**outcome, 5);
}

TEST(RunBlockingTest, TheLoopStaysFreeMeanwhile) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    settled<void> outcome;
    int steps = 0;
    thread_pool pool{1, "test"};
    virtual_loop t;

    t.spawn(test::note(run_blocking(pool, [released] { released.wait(); }), outcome));
    t.run([](int& count, std::promise<void>& p) -> awaitable<void> {
        const frame here;
        for (; count < 100; ++count) {
            co_await yield();
        }
        p.set_value();
    }(steps, release));

    EXPECT_EQ(steps, 100);
    EXPECT_TRUE(outcome.has_value());
}

TEST(RunBlockingTest, VirtualTimeWaitsForTheThread) {
    settled<void> outcome;
    thread_pool pool{1, "test"};
    virtual_loop t;

    t.spawn(test::note(run_blocking(pool, [] { std::this_thread::yield(); }), outcome));
    t.run([](settled<void>& o) -> awaitable<void> {
        const frame here;
        co_await sleep_for(1ns);
        EXPECT_TRUE(o.has_value()) << "time went on while the thread worked";
    }(outcome));
}

TEST(RunBlockingTest, F39CancellationRequestsStopAndTheEndIsAwaited) {
    settled<int> outcome;
    settled<void> next;
    thread_pool pool{1, "test"};
    virtual_loop t;
    task_group canceller{t.loop, "canceller", {}};

    t.spawn([](thread_pool& p, settled<int>& o, settled<void>& n) -> awaitable<void> {
        const frame here;
        co_await test::note(run_blocking(p, &block_until_stopped), o);
        co_await test::note(sleep_for(1h), n);
    }(pool, outcome, next));
    canceller.spawn("cancel", [](task_group& g) -> awaitable<void> {
        const frame here;
        g.cancel();
        co_return;
    }(t.group));
    t.run();

    EXPECT_EQ(*outcome, 7) << "it completed all the same, and its value is not thrown away";
    EXPECT_FALSE(next.has_value()) << "the caller learns of the cancellation at its next await";
    EXPECT_EQ(t.elapsed(), 0s);
}

TEST(RunBlockingTest, AFullPoolRefuses) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::promise<void> busy;
    settled<void> outcome;
    thread_pool pool{1, "test"};
    virtual_loop t;

    pool.post([&busy, released] {
        busy.set_value();
        released.wait();
    });
    busy.get_future().wait();
    for (std::size_t i = 0; i < thread_pool::queue_limit; ++i) {
        pool.post([] {});
    }
    t.run(test::note(run_blocking(pool, [] {}), outcome));
    release.set_value();

    EXPECT_THROW(outcome.rethrow_if_failed(), std::length_error);
    EXPECT_THAT(test::message_of(outcome.error()), HasSubstr("queue is full"));
}

TEST(RunBlockingTest, ManyAtOnceAllComeBack) {
    int sum = 0;
    thread_pool pool{4, "test"};
    virtual_loop t;

    for (int i = 1; i <= 200; ++i) {
        t.spawn([](thread_pool& p, int n, int& into) -> awaitable<void> {
            const frame here;
            into += co_await run_blocking(p, [n] { return n; });
        }(pool, i, sum));
    }
    t.run();

    EXPECT_EQ(sum, 200 * 201 / 2);
}

}  // namespace
}  // namespace mayhem::async
