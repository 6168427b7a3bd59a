// What the pipeline costs a message, with nothing behind it and with SQLite behind it, and what its parts cost alone.
// Ratios within one run count, not the numbers of one machine: see docs/benchmarks.md.
#include <cstddef>
#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>

#include "benchmark/flow_under_test.hpp"
#include "cli/temporary_folder.hpp"
#include "mayhem/async/channel.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "stores/null/null_store.hpp"
#include "stores/sqlite/sqlite_store.hpp"

namespace {

using namespace mayhem;

constexpr std::size_t messages = 50'000;

void abort_on(const async::task_failure& f) {
    (void)std::fprintf(stderr, "%s\n", f.describe().c_str());
    std::abort();
}

async::awaitable<void> run_to_the_end(mayhem::benchmark::flow_under_test& f) {
    const async::frame here;
    co_await f.observer.all_settled.wait();
    f.service.cancel();
    co_await f.service.join(std::chrono::seconds{10}, &mayhem::benchmark::fail_for_late);
    (void)co_await f.service.nack_unsettled();
}

template <typename Store>
void run_messages(async::loop& loop, Store& store, std::size_t count, std::size_t max_in_flight) {
    mayhem::benchmark::flow_under_test::options o;
    o.messages = count;
    o.max_in_flight = max_in_flight;
    mayhem::benchmark::flow_under_test flow(loop, store, o);
    async::task_group main(loop, "benchmark", &abort_on);
    flow.service.start({});
    main.spawn("run", run_to_the_end(flow));
    loop.run();
}

void pipeline_with_null_store(::benchmark::State& state) {
    for (auto _ : state) {
        async::real_clock clock;
        async::loop loop(clock);
        stores::null_store store;
        run_messages(loop, store, messages, 1'000'000);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(messages));
}
BENCHMARK(pipeline_with_null_store)->Unit(::benchmark::kMillisecond);

async::awaitable<void> close(stores::sqlite_store& store) { return store.close(); }

void pipeline_with_sqlite(::benchmark::State& state) {
    constexpr std::size_t few = 20'000;
    for (auto _ : state) {
        const cli::temporary_folder folder;
        async::real_clock clock;
        async::loop loop(clock);
        stores::sqlite_store store(loop, stores::sqlite_database::open(folder.path() / "mayhem.db"));
        run_messages(loop, store, few, 1000);
        async::task_group main(loop, "benchmark", &abort_on);
        main.spawn("close", close(store));
        loop.run();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(few));
}
BENCHMARK(pipeline_with_sqlite)->Unit(::benchmark::kMillisecond)->UseRealTime();

// Baseline of everything above: the pieces of the foundation.

async::awaitable<void> yield_often(std::size_t count) {
    const async::frame here;
    for (std::size_t i = 0; i < count; ++i) {
        co_await async::yield();
    }
}

void resume(::benchmark::State& state) {
    for (auto _ : state) {
        async::real_clock clock;
        async::loop loop(clock);
        async::task_group group(loop, "benchmark", &abort_on);
        group.spawn("yield", yield_often(messages));
        loop.run();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(messages));
}
BENCHMARK(resume)->Unit(::benchmark::kMillisecond);

async::awaitable<void> spawn_often(async::task_group& group, std::size_t count) {
    const async::frame here;
    for (std::size_t i = 0; i < count; ++i) {
        group.spawn("child", yield_often(0));
        co_await async::yield();
    }
}

void spawn(::benchmark::State& state) {
    for (auto _ : state) {
        async::real_clock clock;
        async::loop loop(clock);
        async::task_group children(loop, "children", &abort_on);
        async::task_group group(loop, "benchmark", &abort_on);
        group.spawn("spawn", spawn_often(children, messages));
        loop.run();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(messages));
}
BENCHMARK(spawn)->Unit(::benchmark::kMillisecond);

async::awaitable<void> gather_often(std::size_t count) {
    const async::frame here;
    for (std::size_t i = 0; i < count; ++i) {
        (void)co_await async::gather_settled(yield_often(1), yield_often(1));
    }
}

void gather_of_two(::benchmark::State& state) {
    for (auto _ : state) {
        async::real_clock clock;
        async::loop loop(clock);
        async::task_group group(loop, "benchmark", &abort_on);
        group.spawn("gather", gather_often(messages));
        loop.run();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(messages));
}
BENCHMARK(gather_of_two)->Unit(::benchmark::kMillisecond);

async::awaitable<void> send_often(async::channel<std::size_t>& channel, std::size_t count) {
    const async::frame here;
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t value = i;
        (void)co_await channel.send(value);
    }
    channel.close();
}

async::awaitable<void> receive_all(async::channel<std::size_t>& channel) {
    const async::frame here;
    for (;;) {
        const std::optional<std::size_t> value = co_await channel.receive();
        if (!value) {
            co_return;
        }
    }
}

void channel_transfer(::benchmark::State& state) {
    for (auto _ : state) {
        async::real_clock clock;
        async::loop loop(clock);
        async::channel<std::size_t> channel(1024);
        async::task_group group(loop, "benchmark", &abort_on);
        group.spawn("send", send_often(channel, messages));
        group.spawn("receive", receive_all(channel));
        loop.run();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(messages));
}
BENCHMARK(channel_transfer)->Unit(::benchmark::kMillisecond);

async::awaitable<void> sleep_long() {
    const async::frame here;
    co_await async::sleep_for(std::chrono::hours{1});
}

void arm_and_cancel_sleepers(::benchmark::State& state) {
    for (auto _ : state) {
        async::real_clock clock;
        async::loop loop(clock);
        async::task_group group(loop, "benchmark", &abort_on);
        for (std::size_t i = 0; i < messages; ++i) {
            group.spawn("sleep", sleep_long());
        }
        loop.post([&group] { group.cancel(); });
        loop.run();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(messages));
}
BENCHMARK(arm_and_cancel_sleepers)->Unit(::benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
