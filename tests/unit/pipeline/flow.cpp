#include "unit/pipeline/flow.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::test {

using namespace std::chrono_literals;

flow::flow(queues::memory_queue::settings queue_settings)
    : group{{}, driver, random.stream("cattle")}, queue(loop.loop, queue_settings) {
    settings.dry_run = false;
    settings.max_attempts = 3;
    settings.lease = queue_settings.lease;
    group.settings.name = "cattle";
    group.settings.mean_time_between = 24h * 365 * 50;
    group.settings.expires_after = 1h;
}

void flow::publishes(std::size_t count) {
    group.settings.mean_time_between.reset();
    group.settings.count_max = count;
}

core::message& flow::give(const std::string& name, async::clock::duration after) {
    core::message m;
    m.id = core::uuid::random(random);
    m.group = group.settings.name;
    m.target = driver.know(name);
    m.planned_at = loop.clock.wall_now();
    m.expires_at = m.planned_at + 1h;
    unfinished.push_back({.message = m, .retry_at = {}});
    if (after > 0s) {
        unfinished.back().retry_at = m.planned_at + std::chrono::duration_cast<core::duration>(after);
    }
    return unfinished.back().message;
}

void flow::at(async::clock::duration when, std::function<void(pipeline::service&)> f) {
    plans_.push_back({when, std::move(f)});
}

void flow::run(async::clock::duration limit, std::chrono::nanoseconds grace) { run_with(limit, grace); }

void flow::run_dry() { run_with({}, 10s); }

void flow::run_with(std::optional<async::clock::duration> limit, std::chrono::nanoseconds grace) {
    ports::queue& used = is_elsewhere ? static_cast<ports::queue&>(elsewhere) : queue;
    pipeline::service s(loop.loop, {&group}, {used, store, store, store, seen, halt, *acted, requests, spans, jumps},
                        settings, random, [this](const async::task_failure& f) { failures.push_back(f.describe()); });
    s.doubt(store.acted_targets);
    s.start(std::exchange(unfinished, {}));
    for (plan& p : plans_) {
        loop.spawn("plan", do_later(s, std::move(p)));
    }
    loop.run(live(s, limit, grace));
}

async::awaitable<void> flow::do_later(pipeline::service& s, plan p) {
    const async::frame here;
    co_await async::sleep_for(p.when);
    p.what(s);
}

async::awaitable<void> flow::live(pipeline::service& s, std::optional<async::clock::duration> limit,
                                  std::chrono::nanoseconds grace) {
    const async::frame here;
    if (limit) {
        co_await async::sleep_for(*limit);
    } else {
        co_await s.drain();
    }
    s.cancel();
    co_await s.join(grace, [this](const std::vector<std::string>& late) { cut = late; });
    ended_at = loop.elapsed();
    nacked = co_await s.nack_unsettled();
}

}  // namespace mayhem::test
