// What live debugging costs the full pipeline, as ratios within one run: debug mode on, every task's stack taken
// periodically, and what is always on. docs/benchmarks.md says how to read it.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <vector>

#include <benchmark/benchmark.h>

#include "benchmark/flow_under_test.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/cycle_counter.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/tasks.hpp"
#include "stores/null/null_store.hpp"
#include "telemetry/task_monitor.hpp"

namespace {

using namespace mayhem;

constexpr std::size_t messages = 40'000;
constexpr std::uint64_t operations = 1'000'000;

void abort_on(const async::task_failure& f) {
    (void)std::fprintf(stderr, "%s\n", f.describe().c_str());
    std::abort();
}

/// Of this thread, so that whoever shares the processor does not count.
double cpu_seconds() {
    timespec now{};
    (void)::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

async::awaitable<void> run_to_the_end(mayhem::benchmark::flow_under_test& f, async::task_group& monitors) {
    const async::frame here;
    co_await f.observer.all_settled.wait();
    monitors.cancel();
    f.service.cancel();
    co_await f.service.join(std::chrono::seconds{10}, &mayhem::benchmark::fail_for_late);
    (void)co_await f.service.nack_unsettled();
}

struct measured {
    double seconds = 0;
    std::uint64_t steps = 0;
};

using preparation = std::function<void(async::loop&, async::task_group& monitors)>;

/// All messages through the pipeline, on a loop that `prepare` has changed.
measured run_messages(const preparation& prepare) {
    const double began = cpu_seconds();
    async::real_clock clock;
    async::loop loop(clock);
    stores::null_store store;
    async::task_group monitors(loop, "monitors", &abort_on);
    prepare(loop, monitors);
    mayhem::benchmark::flow_under_test::options o;
    o.messages = messages;
    o.max_in_flight = 1'000;
    mayhem::benchmark::flow_under_test flow(loop, store, o);
    async::task_group main(loop, "benchmark", &abort_on);
    flow.service.start({});
    main.spawn("run", run_to_the_end(flow, monitors));
    loop.run();
    return {cpu_seconds() - began, loop.monitor().steps()};
}

void nothing(async::loop& /*l*/, async::task_group& /*monitors*/) {}

void debug_mode(async::loop& l, async::task_group& /*monitors*/) {
    l.set_debug(true);
    l.monitor().on_slow_step(std::chrono::milliseconds{100}, [](const async::slow_step& /*s*/) {});
}

void monitored_tasks(async::loop& /*l*/, async::task_group& monitors) {
    monitors.spawn("monitor_tasks",
                   telemetry::monitor_tasks(std::chrono::milliseconds{100},
                                            [](const std::string& text) { ::benchmark::DoNotOptimize(text.data()); }));
}

/// Plain and changed in turns, each first in half of the pairs; the median of the pairs' ratios.
void compare(::benchmark::State& state, const preparation& prepare) {
    std::vector<double> ratios;
    (void)run_messages(nothing);
    for (auto _ : state) {
        const bool is_plain_first = ratios.size() % 2 == 0;
        const measured first = run_messages(is_plain_first ? preparation(nothing) : prepare);
        const measured second = run_messages(is_plain_first ? prepare : preparation(nothing));
        ratios.push_back(is_plain_first ? second.seconds / first.seconds : first.seconds / second.seconds);
    }
    state.counters["ratio"] = median(ratios);
}

/// No difference: how far the ratio is off by chance.
void the_same_twice(::benchmark::State& state) { compare(state, &nothing); }
BENCHMARK(the_same_twice)->Iterations(31)->Unit(::benchmark::kMillisecond);

void debug_mode_on(::benchmark::State& state) { compare(state, &debug_mode); }
BENCHMARK(debug_mode_on)->Iterations(31)->Unit(::benchmark::kMillisecond);

void all_stacks_ten_times_a_second(::benchmark::State& state) { compare(state, &monitored_tasks); }
BENCHMARK(all_stacks_ten_times_a_second)->Iterations(31)->Unit(::benchmark::kMillisecond);

/// What debug mode that is off adds to a message: the question, once a task.
double ns_of_asking(async::loop& l) {
    const double began = cpu_seconds();
    for (std::uint64_t i = 0; i < operations; ++i) {
        bool is_on = l.is_debug();
        ::benchmark::DoNotOptimize(is_on);
        ::benchmark::ClobberMemory();
    }
    return (cpu_seconds() - began) * 1e9 / static_cast<double>(operations);
}

/// What the monitor and the tasks' CPU times add to a step, as `loop::take_turn` does it.
double ns_of_watching_a_step() {
    std::uint64_t ticks = 0;
    std::uint64_t resumes = 0;
    std::uint64_t long_steps = 0;
    std::uint64_t threshold = ~std::uint64_t{0};
    ::benchmark::DoNotOptimize(threshold);
    std::uint64_t step_began = async::detail::cycle_counter();
    const double began = cpu_seconds();
    for (std::uint64_t i = 0; i < operations; ++i) {
        const std::uint64_t now = async::detail::cycle_counter();
        ticks += now - step_began;
        long_steps += now - step_began >= threshold ? 1 : 0;
        step_began = now;
        ++resumes;
        ::benchmark::DoNotOptimize(ticks);
        ::benchmark::DoNotOptimize(resumes);
    }
    ::benchmark::DoNotOptimize(long_steps);
    return (cpu_seconds() - began) * 1e9 / static_cast<double>(operations);
}

void when_off(::benchmark::State& state) {
    async::real_clock clock;
    async::loop loop(clock);
    std::vector<double> debug_off;
    std::vector<double> watching;
    double steps = 0;
    for (auto _ : state) {
        const measured plain = run_messages(nothing);
        const double ns_a_message = plain.seconds * 1e9 / static_cast<double>(messages);
        steps = static_cast<double>(plain.steps) / static_cast<double>(messages);
        debug_off.push_back(ns_of_asking(loop) / ns_a_message);
        watching.push_back(steps * ns_of_watching_a_step() / ns_a_message);
    }
    state.counters["debug_off_share"] = median(debug_off);
    state.counters["always_on_share"] = median(watching);
    state.counters["steps_a_message"] = steps;
}
BENCHMARK(when_off)->Iterations(31)->Unit(::benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
