// Proves that no task keeps the others out by awaiting only what is ready, or what a cancellation refuses, and that no
// number of coroutines that await one another needs more stack than there is. Counts, in tasks on virtual time; every
// loop has an end of its own, so that a fault fails and does not hang.
#include <exception>
#include <optional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <pthread.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

constexpr int rounds_max = 100'000;

awaitable<void> raise(bool& flag) {
    const frame here;
    flag = true;
    co_return;
}

/// How often `round` is awaited before another task gets its turn.
template <typename Round>
int rounds_alone(Round round) {
    bool flag = false;
    int rounds = 0;
    virtual_loop t;
    t.spawn([](Round repeat, const bool& others_ran, int& count) -> awaitable<void> {
        const frame here;
        while (!others_ran && count < rounds_max) {
            co_await repeat();
            ++count;
        }
    }(round, flag, rounds));
    t.spawn(raise(flag));
    t.run();
    return rounds;
}

struct echo {
    channel<int>& through;
    awaitable<void> operator()() const { return send_and_receive(through); }
    static awaitable<void> send_and_receive(channel<int>& c) {
        const frame here;
        int value = 1;
        (void)co_await c.send(value);
        (void)co_await c.receive();
    }
};

TEST(FairnessTest, AChannelThatIsNeverFullNorEmpty) {
    channel<int> c{4};

    EXPECT_LT(rounds_alone(echo{c}), 1000);
}

TEST(FairnessTest, ResultsThatAreReady) {
    EXPECT_LT(rounds_alone([] { return ready(); }), 1000);
    int sum = 0;
    EXPECT_LT(rounds_alone([&sum] { return (++sum, ready()); }), 1000);
}

TEST(FairnessTest, ASemaphoreThatIsNeverEmpty) {
    semaphore s{1};

    EXPECT_LT(rounds_alone([&s] { return s.acquire(); }), 1000);
}

TEST(FairnessTest, OperationsBesideThatEndAtOnce) {
    EXPECT_LT(rounds_alone([] { return with_timeout(ready(1), 1s); }), 1000);
    EXPECT_LT(rounds_alone([] { return gather_settled(ready(1), ready(2)); }), 1000);
}

awaitable<void> drain(channel<int>& c, const bool& others_ran, int& received) {
    const frame here;
    while (!others_ran) {
        const std::optional<int> value = co_await c.receive();
        if (!value) {
            break;
        }
        ++received;
    }
}

TEST(FairnessTest, WhatIsReceivedBeforeTheTurnEndsIsNotLost) {
    bool flag = false;
    int received = 0;
    channel<int> c{10'000};
    for (int i = 0; i < 10'000; ++i) {
        ASSERT_TRUE(c.try_send(i));
    }
    virtual_loop t;

    t.spawn(drain(c, flag, received));
    t.spawn(raise(flag));
    t.run();

    EXPECT_LT(received, 1000);
    EXPECT_EQ(static_cast<std::size_t>(received) + c.size(), 10'000U);
}

awaitable<void> drain_and_count(channel<int>& c, int& received) {
    const frame here;
    for (;;) {
        const std::optional<int> value = co_await c.receive();
        if (!value) {
            break;
        }
        ++received;
    }
}

TEST(FairnessTest, WhatIsReceivedWhileItsTaskIsCancelledIsNotLost) {
    int received = 0;
    channel<int> c{10'000};
    for (int i = 0; i < 10'000; ++i) {
        ASSERT_TRUE(c.try_send(i));
    }
    virtual_loop t;

    t.spawn(drain_and_count(c, received));
    t.spawn([](task_group& g) -> awaitable<void> {
        const frame here;
        g.cancel();
        co_return;
    }(t.group));
    t.run();

    EXPECT_LT(received, 1000);
    EXPECT_EQ(static_cast<std::size_t>(received) + c.size(), 10'000U) << "each was received or is still there";
}

// After a cancellation each await is refused. Who catches that and tries again must not keep the others out.

template <typename Attempt>
int attempts_alone(Attempt attempt) {
    bool flag = false;
    int attempts = 0;
    virtual_loop t;
    task_group cancelled{t.loop, "cancelled", {}};
    cancelled.spawn("retrying", [](Attempt repeat, const bool& others_ran, int& count) -> awaitable<void> {
        const frame here;
        while (!others_ran && count < rounds_max) {
            try {
                co_await repeat();
            } catch (const std::exception&) {
                ++count;
            }
        }
    }(attempt, flag, attempts));
    t.run_for(1s);
    cancelled.cancel();
    t.spawn(raise(flag));
    t.run();
    return attempts;
}

awaitable<void> sleep_long() {
    const frame here;
    co_await sleep_for(1h);
}

TEST(FairnessTest, ARetryAfterACancellationLetsTheOthersRun) {
    event never;
    channel<int> empty{1};
    semaphore one{1};

    EXPECT_LT(attempts_alone([] { return sleep_long(); }), 1000);
    EXPECT_LT(attempts_alone([] { return sleep_for(1h); }), 1000);
    EXPECT_LT(attempts_alone([&] { return never.wait(); }), 1000);
    EXPECT_LT(attempts_alone([&] { return empty.receive(); }), 1000);
    EXPECT_LT(attempts_alone([] { return with_timeout(sleep_for(1h), 2h); }), 1000);
    EXPECT_LT(attempts_alone([] { return gather_settled(sleep_for(1h), sleep_for(1h)); }), 1000);
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

awaitable<int> count_down_beside(int depth) {
    const frame here;
    if (depth == 0) {
        co_return 0;
    }
    const auto [below, nothing] = co_await gather_settled(count_down_beside(depth - 1), ready());
    co_return *below + 1;
}

/// Runs `depth` on a thread with a small stack.
template <typename Function>
int on_a_small_stack(Function f) {
    struct job {
        Function function;
        int result = 0;
    } work{f};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, std::size_t{2} << 20U);
    pthread_t thread{};
    EXPECT_EQ(pthread_create(
                  &thread, &attributes,
                  [](void* p) -> void* {
                      auto& mine = *static_cast<job*>(p);
                      mine.result = mine.function();
                      return nullptr;
                  },
                  &work),
              0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    return work.result;
}

int reached_by(awaitable<int> (*recursive)(int), int depth) {
    return on_a_small_stack([=] {
        settled<int> outcome;
        virtual_loop t;
        t.run(test::note(recursive(depth), outcome));
        return outcome ? *outcome : -1;
    });
}

TEST(FairnessTest, AHundredThousandCoroutinesThatAwaitOneAnotherNeedNoStack) {
    EXPECT_EQ(reached_by(&count_down, 100'000), 100'000);
}

TEST(FairnessTest, NorDoOperationsThatRunOthersBesideThem) {
    EXPECT_EQ(reached_by(&count_down_beside, 20'000), 20'000);
}

}  // namespace
}  // namespace mayhem::async
