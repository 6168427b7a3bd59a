// Proves that a group of a thousand tasks, each a random tree of gathers over every primitive, can be cancelled at a
// random moment and joined, with nothing left in the loop: virtual_loop looks at its end, and the sanitizers while it
// runs. Seeds are printed; MAYHEM_TEST_SEED runs a single one.

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

/// What the tasks share, and the source of their choices.
struct world {
    explicit world(std::uint64_t seed) : random(seed) {}

    std::uint64_t dice(std::uint64_t sides) { return random() % sides; }
    clock::duration moment() { return std::chrono::milliseconds{dice(1000)}; }

    std::mt19937_64 random;
    channel<int> numbers{16};
    semaphore permits{20};
    event never;
    thread_pool pool{2, "world"};
};

awaitable<void> act(world& w, std::uint64_t depth);

awaitable<void> send(world& w) {
    const frame here;
    int value = 1;
    (void)co_await w.numbers.send(value);
}

awaitable<void> receive(world& w) {
    const frame here;
    (void)co_await w.numbers.receive();
}

awaitable<void> hold(world& w) {
    const frame here;
    const semaphore::permit inside = co_await w.permits.acquire();
    co_await sleep_for(w.moment());
}

awaitable<void> save(world& w) {
    const frame here;
    co_await sleep_for(w.moment());
    co_await yield();
}

awaitable<void> wait_and_clean_up(world& w) {
    const frame here;
    std::exception_ptr cut;
    try {
        co_await w.never.wait();
    } catch (const asio::system_error&) {
        cut = std::current_exception();
    }
    co_await begin_cleanup();
    co_await sleep_for(w.moment());
    std::rethrow_exception(cut);
}

awaitable<void> nest(world& w, std::uint64_t depth) {
    const frame here;
    switch (w.dice(4)) {
        case 0: (void)co_await gather_settled(act(w, depth - 1), act(w, depth - 1)); break;
        case 1: (void)co_await gather_settled(act(w, depth - 1), act(w, depth - 1), act(w, depth - 1)); break;
        case 2: (void)co_await with_timeout(act(w, depth - 1), w.moment()); break;
        default: co_await shield(save(w), 10s); break;
    }
}

awaitable<void> act(world& w, std::uint64_t depth) {
    const frame here;
    if (depth > 0 && w.dice(3) > 0) {
        co_await nest(w, depth);
        co_return;
    }
    switch (w.dice(8)) {
        case 0: co_await sleep_for(w.moment()); break;
        case 1: co_await w.never.wait(); break;
        case 2: co_await send(w); break;
        case 3: co_await receive(w); break;
        case 4: co_await hold(w); break;
        case 5: co_await wait_and_clean_up(w); break;
        case 6: co_await yield(); break;
        default:
            if (w.dice(10) == 0) {
                co_await run_blocking(w.pool, [] {});
            }
            break;
    }
}

awaitable<void> act_again_and_again(world& w) {
    const frame here;
    for (;;) {
        co_await act(w, 3);
        co_await yield();
    }
}

awaitable<void> cancel_and_join(clock::duration when, task_group& group) {
    const frame here;
    co_await sleep_for(when);
    EXPECT_EQ(group.size(), 1000U);
    group.cancel();
    co_await group.join();
}

std::vector<std::uint64_t> seeds() {
    if (const char* one = std::getenv("MAYHEM_TEST_SEED")) {
        return {std::strtoull(one, nullptr, 10)};
    }
    return {1, 2, 3};
}

TEST(ThousandTasksTest, AreCancelledAndJoinedWithNothingLeft) {
    for (const std::uint64_t seed : seeds()) {
        SCOPED_TRACE("MAYHEM_TEST_SEED=" + std::to_string(seed));
        world w{seed};
        virtual_loop t;
        task_group thousand{t.loop, "thousand", [](const task_failure& f) { ADD_FAILURE() << f.describe(); }};

        for (int i = 0; i < 1000; ++i) {
            thousand.spawn("act", act_again_and_again(w));
        }
        t.run(cancel_and_join(w.moment(), thousand));

        EXPECT_TRUE(thousand.empty());
        EXPECT_EQ(thousand.failures(), 0U);
        EXPECT_EQ(w.permits.available(), 20U);
    }
}

TEST(ThousandTasksTest, EndAtOnceWhenCancelledHard) {
    world w{7};
    virtual_loop t;
    task_group thousand{t.loop, "thousand", {}};

    for (int i = 0; i < 1000; ++i) {
        thousand.spawn("wait_and_clean_up", wait_and_clean_up(w));
    }
    t.run_for(1s);
    thousand.cancel();
    thousand.cancel_hard();
    t.run();

    EXPECT_TRUE(thousand.empty());
}

}  // namespace
}  // namespace mayhem::async
