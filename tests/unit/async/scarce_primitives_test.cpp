// Proves for each primitive by itself that a failed allocation is an exception of whoever asked, and nothing else: the
// task ends or fails with std::bad_alloc, and no task, branch or timer is left behind. Memory runs out after the first,
// the second, ... allocation, until it suffices; each time on a thread of its own, which has kept no memory of former
// coroutines.
#include <cstddef>
#include <exception>
#include <future>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/async_run.hpp"
#include "mayhem/async/channel.hpp"
#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/submit.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/async/use_awaitable.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "mayhem/async/with_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/scarce_memory.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::scarce_memory;

struct surroundings {
    task_group& group;
    thread_pool& pool;
};
using program = awaitable<void> (*)(surroundings);

awaitable<void> sleep_a_while() {
    const frame here;
    co_await sleep_for(2ms);
}

awaitable<void> set_later(event& e) {
    const frame here;
    co_await sleep_for(1ms);
    e.set();
}

awaitable<void> sleeps(surroundings) {
    const frame here;
    co_await sleep_until(this_loop().now() + 1ms);
    co_await yield();
}

awaitable<void> waits_for_an_event(surroundings) {
    const frame here;
    event done;
    const auto [waited, set] = co_await gather_settled(done.wait(), set_later(done));
    if (!waited) {
        waited.rethrow_if_failed();
    }
    done.set();
    set.rethrow_if_failed();
}

awaitable<void> shares_a_semaphore(surroundings) {
    const frame here;
    semaphore one{1};
    const auto hold = [](semaphore& s) -> awaitable<void> {
        const frame inside;
        const auto mine = co_await s.acquire();
        co_await sleep_for(1ms);
    };
    const auto [first, second] = co_await gather_settled(hold(one), hold(one));
    first.rethrow_if_failed();
    second.rethrow_if_failed();
}

awaitable<void> passes_values(surroundings) {
    const frame here;
    channel<int> values{1};
    const auto send_two = [](channel<int>& c) -> awaitable<void> {
        const frame inside;
        for (int i = 0; i < 2; ++i) {
            (void)co_await c.send(i);
        }
    };
    const auto receive_two = [](channel<int>& c) -> awaitable<void> {
        const frame inside;
        for (int i = 0; i < 2; ++i) {
            (void)co_await with_timeout(c.receive(), 5ms);
        }
        c.close();
    };
    const auto [sent, received] = co_await gather_settled(with_timeout(send_two(values), 50ms), receive_two(values));
    sent.rethrow_if_failed();
    received.rethrow_if_failed();
}

awaitable<void> gathers_what_is_ready(surroundings) {
    const frame here;
    const auto [one, two, nothing] = co_await gather_settled(ready(1), sleep_a_while(), ready());
    one.rethrow_if_failed();
    two.rethrow_if_failed();
    nothing.rethrow_if_failed();
}

awaitable<void> gathers_what_is_ready_beside_what_runs(surroundings) {
    const frame here;
    const auto [one, two, three] = co_await gather_settled(sleep_a_while(), ready(2), ready(3));
    one.rethrow_if_failed();
    two.rethrow_if_failed();
    three.rethrow_if_failed();
}

awaitable<void> limits_in_time(surroundings) {
    const frame here;
    (void)co_await with_timeout(sleep_a_while(), 1ms);
    (void)co_await with_timeout(ready(1), 1ms);
}

awaitable<void> shields(surroundings) {
    const frame here;
    co_await shield(sleep_a_while(), 1s);
    co_await shield(ready(), 1s);
}

awaitable<void> shields_when_cancelled(surroundings s) {
    const frame here;
    s.group.cancel();
    co_await begin_cleanup();
    co_await shield(sleep_a_while(), 1s);
}

awaitable<void> blocks(surroundings s) {
    const frame here;
    (void)co_await run_blocking(s.pool, [] { return 1; });
}

awaitable<void> spawns(surroundings s) {
    const frame here;
    s.group.spawn("child", sleep_a_while());
    co_await yield();
    s.group.spawn("ready", ready());
}

awaitable<void> joins(surroundings s) {
    const frame here;
    task_group inner{this_loop(), "inner", {}};
    std::exception_ptr error;
    try {
        inner.spawn("child", sleep_a_while());
        co_await inner.join();
    } catch (...) {
        error = std::current_exception();
    }
    while (!inner.empty()) {
        co_await sleep_for(1ms);
    }
    (void)s;
    if (error) {
        std::rethrow_exception(error);
    }
}

awaitable<void> gathers_a_range(surroundings) {
    const frame here;
    std::vector<awaitable<void>> operations;
    for (int i = 0; i < 3; ++i) {
        operations.push_back(sleep_a_while());
    }
    const auto ended = co_await gather_settled(std::move(operations), 2);
    for (const settled<void>& each : ended) {
        each.rethrow_if_failed();
    }
}

awaitable<void> opens_a_group(surroundings) {
    const frame here;
    co_await with_group("inner", [](task_group& g) {
        g.spawn("child", sleep_a_while());
        return sleep_a_while();
    });
}

awaitable<void> submits(surroundings s) {
    const frame here;
    auto done = submit(s.group, "submitted", [] { return sleep_a_while(); });
    co_await sleep_for(5ms);
    EXPECT_EQ(done.wait_for(0s), std::future_status::ready);
    done.get();
}

awaitable<void> awaits_asio(surroundings) {
    const frame here;
    asio::steady_timer timer{this_loop().context()};
    timer.expires_after(0ms);
    co_await timer.async_wait(use_awaitable);
}

awaitable<void> runs_for_a_token(surroundings s) {
    const frame here;
    co_await async_run(s.group, "run", sleep_a_while(), use_awaitable);
}

awaitable<void> runs_for_a_callback(surroundings s) {
    const frame here;
    event done;
    std::exception_ptr error;
    async_run(s.group, "run", sleep_a_while(), [&](std::exception_ptr e) {
        error = std::move(e);
        done.set();
    });
    co_await done.wait();
    if (error) {
        std::rethrow_exception(error);
    }
}

awaitable<void> sleeps_until_a_jump(surroundings) {
    const frame here;
    wall_jumps jumps;
    co_await jumps.sleep_until(this_loop().now() + 1ms, jumps.count());
}

/// A handler that cannot be posted is called where it is, and the traceback of what was cut may be missing.
bool may_do_without(program p) { return p == &runs_for_a_token || p == &runs_for_a_callback || p == &limits_in_time; }

/// Returns how often memory was refused.
std::size_t live_with(std::size_t allocations, program p) {
    std::size_t failures = 0;
    bool was_refused = false;
    thread_pool pool{1, "test"};
    virtual_clock time;
    loop l{time};
    l.set_debug(true);
    std::size_t refusals = 0;
    {
        task_group group{l, "test", [&failures](const task_failure& f) {
                             ++failures;
                             try {
                                 std::rethrow_exception(f.error);
                             } catch (const std::bad_alloc&) {
                             } catch (...) {
                                 ADD_FAILURE() << f.describe();
                             }
                         }};
        const scarce_memory memory(allocations);
        try {
            group.spawn("task", p({.group = group, .pool = pool}));
        } catch (const std::bad_alloc&) {
            was_refused = true;
        }
        l.run();
        refusals = memory.refusals();
        EXPECT_TRUE(group.empty()) << allocations;
    }
    EXPECT_EQ(detail::loop_access::branches(l), 0U) << allocations;
    EXPECT_EQ(detail::loop_access::timers(l), 0U) << allocations;
    const bool is_told = failures > 0 || was_refused;
    EXPECT_TRUE(is_told ? refusals > 0 : refusals == 0 || may_do_without(p))
        << allocations << ": what is refused is told";
    return refusals;
}

class ScarcePrimitivesTest : public ::testing::TestWithParam<std::pair<const char*, program>> {};

TEST_P(ScarcePrimitivesTest, LeavesNothingBehind) {
    std::size_t allocations = 0;
    bool is_enough = false;

    while (!is_enough && !HasFailure()) {
        std::thread([&] { is_enough = live_with(allocations, GetParam().second) == 0; }).join();
        ++allocations;
    }

    EXPECT_GT(allocations, 2U) << "it does take memory";
}

INSTANTIATE_TEST_SUITE_P(
    EachPrimitive, ScarcePrimitivesTest,
    ::testing::Values(std::pair{"sleep", &sleeps}, std::pair{"event", &waits_for_an_event},
                      std::pair{"semaphore", &shares_a_semaphore}, std::pair{"channel", &passes_values},
                      std::pair{"gather", &gathers_what_is_ready},
                      std::pair{"gather_beside", &gathers_what_is_ready_beside_what_runs},
                      std::pair{"gather_range", &gathers_a_range}, std::pair{"with_timeout", &limits_in_time},
                      std::pair{"shield", &shields}, std::pair{"shield_cancelled", &shields_when_cancelled},
                      std::pair{"run_blocking", &blocks}, std::pair{"spawn", &spawns}, std::pair{"join", &joins},
                      std::pair{"with_group", &opens_a_group}, std::pair{"submit", &submits},
                      std::pair{"use_awaitable", &awaits_asio}, std::pair{"async_run", &runs_for_a_token},
                      std::pair{"async_run_callback", &runs_for_a_callback},
                      std::pair{"wall_jumps", &sleeps_until_a_jump}),
    [](const auto& chosen) { return std::string(chosen.param.first); });

}  // namespace
}  // namespace mayhem::async
