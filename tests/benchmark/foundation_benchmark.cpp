// The pieces of the foundation side by side with `asio::awaitable`, doing the same: a call that does not wait, a turn
// through the loop, a task, two at a time, a bounded channel, a timer that fires, and cancelling those who wait. Ratios
// within one run count: see docs/benchmarks.md.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <optional>

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <benchmark/benchmark.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"

namespace {

using namespace mayhem;
using asio::use_awaitable;

constexpr int rounds = 20'000;
constexpr int tasks = 2'000;
constexpr std::size_t channel_capacity = 16;

/// Runs `Body` as the only task, as often as the benchmark likes.
template <async::awaitable<void> (*Body)()>
void ours(benchmark::State& state) {
    for (auto _ : state) {
        async::real_clock clock;
        async::loop loop(clock);
        async::task_group group(loop, "benchmark", [](const async::task_failure& f) {
            (void)std::fprintf(stderr, "%s\n", f.describe().c_str());
            std::abort();
        });
        group.spawn("body", Body());
        loop.run();
    }
    state.SetItemsProcessed(state.iterations() * rounds);
}

template <asio::awaitable<void> (*Body)()>
void theirs(benchmark::State& state) {
    for (auto _ : state) {
        asio::io_context context{1};
        asio::co_spawn(context, Body(), [](const std::exception_ptr& e) {
            if (e) {
                std::abort();
            }
        });
        context.run();
    }
    state.SetItemsProcessed(state.iterations() * rounds);
}

// ---- a call

async::awaitable<int> one() {
    const async::frame here;
    co_return 1;
}
async::awaitable<void> call() {
    const async::frame here;
    int sum = 0;
    for (int i = 0; i < rounds; ++i) {
        const int value = co_await one();
        sum += value;
    }
    benchmark::DoNotOptimize(sum);
}
BENCHMARK(ours<&call>)->Name("call/mayhem");

asio::awaitable<int> asio_one() { co_return 1; }
asio::awaitable<void> asio_call() {
    int sum = 0;
    for (int i = 0; i < rounds; ++i) {
        const int value = co_await asio_one();
        sum += value;
    }
    benchmark::DoNotOptimize(sum);
}
BENCHMARK(theirs<&asio_call>)->Name("call/asio");

// ---- a turn

async::awaitable<void> turn() {
    const async::frame here;
    for (int i = 0; i < rounds; ++i) {
        co_await async::yield();
    }
}
BENCHMARK(ours<&turn>)->Name("turn/mayhem");

asio::awaitable<void> asio_turn() {
    for (int i = 0; i < rounds; ++i) {
        co_await asio::post(use_awaitable);
    }
}
BENCHMARK(theirs<&asio_turn>)->Name("turn/asio");

// ---- a task

async::awaitable<void> nothing() {
    const async::frame here;
    co_return;
}
async::awaitable<void> spawn() {
    const async::frame here;
    async::task_group group(async::this_loop(), "spawned", {});
    for (int i = 0; i < rounds; i += tasks) {
        for (int j = 0; j < tasks; ++j) {
            group.spawn("nothing", nothing());
        }
        co_await group.join();
    }
}
BENCHMARK(ours<&spawn>)->Name("spawn/mayhem");

asio::awaitable<void> asio_nothing() { co_return; }
asio::awaitable<void> asio_spawn() {
    const auto executor = co_await asio::this_coro::executor;
    for (int i = 0; i < rounds; i += tasks) {
        for (int j = 0; j < tasks; ++j) {
            asio::co_spawn(executor, asio_nothing(), asio::detached);
        }
        co_await asio::post(use_awaitable);
    }
}
BENCHMARK(theirs<&asio_spawn>)->Name("spawn/asio");

// ---- two at a time

async::awaitable<int> one_later() {
    const async::frame here;
    co_await async::yield();
    co_return 1;
}
async::awaitable<void> gather() {
    const async::frame here;
    for (int i = 0; i < rounds; ++i) {
        auto both = co_await async::gather_settled(one_later(), one_later());
        benchmark::DoNotOptimize(both);
    }
}
BENCHMARK(ours<&gather>)->Name("gather/mayhem");

asio::awaitable<int> asio_one_later() {
    co_await asio::post(use_awaitable);
    co_return 1;
}
asio::awaitable<void> asio_gather() {
    using namespace asio::experimental::awaitable_operators;
    for (int i = 0; i < rounds; ++i) {
        auto both = co_await (asio_one_later() && asio_one_later());
        benchmark::DoNotOptimize(both);
    }
}
BENCHMARK(theirs<&asio_gather>)->Name("gather/asio");

// ---- a channel

async::awaitable<void> send_all(async::channel<int>& to) {
    const async::frame here;
    for (int i = 0; i < rounds; ++i) {
        int value = i;
        (void)co_await to.send(value);
    }
    to.close();
}
async::awaitable<void> transfer() {
    const async::frame here;
    async::channel<int> queue(channel_capacity);
    async::task_group group(async::this_loop(), "senders", {});
    group.spawn("send", send_all(queue));
    int sum = 0;
    for (std::optional<int> next = co_await queue.receive(); next; next = co_await queue.receive()) {
        sum += *next;
    }
    benchmark::DoNotOptimize(sum);
    co_await group.join();
}
BENCHMARK(ours<&transfer>)->Name("channel/mayhem");

using asio_channel = asio::experimental::channel<void(asio::error_code, int)>;

asio::awaitable<void> asio_send_all(asio_channel& to) {
    for (int i = 0; i < rounds; ++i) {
        co_await to.async_send(asio::error_code{}, i, use_awaitable);
    }
}
asio::awaitable<void> asio_transfer() {
    const auto executor = co_await asio::this_coro::executor;
    asio_channel queue(executor, channel_capacity);
    asio::co_spawn(executor, asio_send_all(queue), asio::detached);
    int sum = 0;
    for (int i = 0; i < rounds; ++i) {
        const int next = co_await queue.async_receive(use_awaitable);
        sum += next;
    }
    benchmark::DoNotOptimize(sum);
}
BENCHMARK(theirs<&asio_transfer>)->Name("channel/asio");

// ---- a timer that fires

async::awaitable<void> sleep_often() {
    const async::frame here;
    for (int i = 0; i < rounds; ++i) {
        co_await async::sleep_for(std::chrono::nanoseconds{1});
    }
}
BENCHMARK(ours<&sleep_often>)->Name("timer/mayhem");

asio::awaitable<void> asio_sleep_often() {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (int i = 0; i < rounds; ++i) {
        timer.expires_after(std::chrono::nanoseconds{1});
        co_await timer.async_wait(use_awaitable);
    }
}
BENCHMARK(theirs<&asio_sleep_often>)->Name("timer/asio");

// ---- cancelling those who wait

async::awaitable<void> wait_long() {
    const async::frame here;
    co_await async::sleep_for(std::chrono::hours{1});
}
async::awaitable<void> cancel() {
    const async::frame here;
    async::task_group group(async::this_loop(), "cancelled", {});
    for (int i = 0; i < rounds; i += tasks) {
        for (int j = 0; j < tasks; ++j) {
            group.spawn("wait", wait_long());
        }
        co_await async::yield();
        group.cancel();
        co_await group.join();
    }
}
BENCHMARK(ours<&cancel>)->Name("cancellation/mayhem");

asio::awaitable<void> asio_wait_long() {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(std::chrono::hours{1});
    co_await timer.async_wait(use_awaitable);
}
asio::awaitable<void> asio_cancel() {
    const auto executor = co_await asio::this_coro::executor;
    for (int i = 0; i < rounds; i += tasks) {
        int ended = 0;
        std::list<asio::cancellation_signal> signals;
        for (int j = 0; j < tasks; ++j) {
            asio::co_spawn(executor, asio_wait_long(),
                           asio::bind_cancellation_slot(signals.emplace_back().slot(),
                                                        [&ended](const std::exception_ptr&) { ++ended; }));
        }
        co_await asio::post(use_awaitable);
        for (asio::cancellation_signal& s : signals) {
            s.emit(asio::cancellation_type::terminal);
        }
        while (ended < tasks) {
            co_await asio::post(use_awaitable);
        }
    }
}
BENCHMARK(theirs<&asio_cancel>)->Name("cancellation/asio");

}  // namespace

BENCHMARK_MAIN();
