// Proves that nothing is lost when an allocation fails: whatever the allocation, each task ends or its failure is told,
// each operation beside another has a result, a sent value is received or still there, and the loop goes on. Memory
// runs out after the first, the second, ... allocation, on virtual time and on real time, until it suffices.
#include "support/scarce_memory.hpp"

#include <exception>
#include <new>
#include <optional>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::scarce_memory;

struct tally {
    int ended = 0;
    int failed = 0;
    int refused = 0;  ///< not even spawned
    int without_result = 0;
    std::size_t sent = 0;
    std::size_t received = 0;

    void expect_no_memory(const std::exception_ptr& e) {
        try {
            std::rethrow_exception(e);
        } catch (const std::bad_alloc&) {
        } catch (...) {
            ++without_result;  // nothing else fails here
        }
    }
};

awaitable<int> sleep_and_return(int value) {
    const frame here;
    co_await sleep_for(std::chrono::milliseconds{value});
    co_return value;
}

awaitable<void> side_by_side(thread_pool& pool, tally& told) {
    const frame here;
    const auto [in_time, shielded, elsewhere] = co_await gather_settled(
        with_timeout(sleep_and_return(3), 5ms), shield(sleep_and_return(2), 1s), run_blocking(pool, [] { return 1; }));
    const auto look_at = [&told](const auto& outcome) {
        if (!outcome) {
            told.expect_no_memory(outcome.error());
        }
    };
    look_at(in_time);
    look_at(shielded);
    look_at(elsewhere);
    ++told.ended;
}

awaitable<void> expire(tally& told) {
    const frame here;
    const auto in_time = co_await with_timeout(sleep_and_return(60'000), 2ms);
    told.without_result += in_time ? 1 : 0;
    ++told.ended;
}

/// Closes the channel whatever ends its user.
struct closing {
    channel<int>& queue;
    ~closing() { queue.close(); }
};

awaitable<void> send_some(channel<int>& queue, tally& told) {
    const frame here;
    const closing at_the_end{queue};
    for (int i = 0; i < 300; ++i) {  // more than one of the blocks in which a queue grows
        const bool was_sent = co_await queue.send(i);
        told.sent += was_sent ? 1 : 0;
    }
    ++told.ended;
}

awaitable<void> receive_all(channel<int>& queue, tally& told) {
    const frame here;
    const closing at_the_end{queue};
    for (;;) {
        const std::optional<int> value = co_await queue.receive();
        if (!value) {
            break;
        }
        ++told.received;
    }
    ++told.ended;
}

/// Returns how often memory was refused.
std::size_t live_with(std::size_t allocations, clock& time) {
    tally told;
    thread_pool pool{1, "test"};
    channel<int> queue{3};
    loop l{time};
    task_group group{l, "test", [&told](const task_failure& f) {
                         ++told.failed;
                         told.expect_no_memory(f.error);
                     }};
    const auto spawn = [&](auto make) {
        try {
            group.spawn("task", make());
        } catch (const std::bad_alloc&) {
            ++told.refused;
        }
    };

    std::size_t refusals = 0;
    {
        const scarce_memory memory(allocations);
        spawn([&] { return side_by_side(pool, told); });
        spawn([&] { return expire(told); });
        spawn([&] { return send_some(queue, told); });
        spawn([&] { return receive_all(queue, told); });
        if (told.refused > 0) {
            queue.close();  // perhaps nobody sends, or nobody receives
        }
        l.run();
        refusals = memory.refusals();
    }

    EXPECT_TRUE(group.empty()) << allocations;
    EXPECT_EQ(told.ended + told.failed + told.refused, 4) << allocations;
    EXPECT_EQ(told.without_result, 0) << allocations;
    EXPECT_EQ(told.sent, told.received + queue.size()) << allocations;
    return refusals;
}

/// Each time on a thread of its own, which has not kept the memory of former coroutines.
template <typename Clock>
void expect_nothing_lost() {
    std::size_t allocations = 0;
    bool is_enough = false;

    while (!is_enough) {
        std::thread([&] {
            Clock time;
            is_enough = live_with(allocations, time) == 0;
        }).join();
        ++allocations;
    }

    EXPECT_GT(allocations, 20U) << "they do take memory";
}

TEST(ScarceMemoryTest, NothingIsLostOnVirtualTime) { expect_nothing_lost<virtual_clock>(); }

TEST(ScarceMemoryTest, NothingIsLostOnRealTime) { expect_nothing_lost<real_clock>(); }

awaitable<void> fail_deep_down(int depth) {
    const frame here;
    if (depth == 0) {
        throw std::bad_alloc();
    }
    co_await fail_deep_down(depth - 1);
}

TEST(ScarceMemoryTest, AFailureIsToldWithoutAny) {
    bool is_told = false;
    virtual_clock time;
    loop l{time};
    task_group group{l, "a group with a name", [&is_told](const task_failure& f) {
                         is_told = f.error && f.group.text() == "a group with a name" &&
                                   f.name.text() == "a task with a name" && f.id == 1;
                     }};
    group.spawn("a task with a name", fail_deep_down(0));

    const scarce_memory none;
    l.run();

    EXPECT_TRUE(is_told);
}

thread_local std::optional<scarce_memory> none_on_this_thread;

awaitable<void> fail_without_memory_elsewhere(thread_pool& pool, int& outcomes) {
    const frame here;
    const auto [failed, given_back] = co_await gather_settled(run_blocking(pool,
                                                                           [] {
                                                                               none_on_this_thread.emplace();
                                                                               throw std::bad_alloc();
                                                                           }),
                                                              run_blocking(pool, [] { none_on_this_thread.reset(); }));
    outcomes = (failed ? 0 : 1) + (given_back ? 1 : 0);
}

TEST(ScarceMemoryTest, AThreadWithoutAnyBringsItsOutcomeBack) {
    int outcomes = 0;
    thread_pool pool{1, "test"};
    virtual_clock time;
    loop l{time};
    task_group group{l, "test", {}};

    group.spawn("task", fail_without_memory_elsewhere(pool, outcomes));
    l.run();

    EXPECT_EQ(outcomes, 2);
}

}  // namespace
}  // namespace mayhem::async
