#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/making/publisher.hpp"
#include "queues/memory/memory_queue.hpp"
#include "support/fake_store.hpp"
#include "support/fake_undo_notes.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::pipeline::test_planned {

using namespace std::chrono;

class one_target final : public ports::driver {
public:
    std::string_view kind() const noexcept override { return "one"; }
    async::awaitable<std::vector<core::target>> list() override {
        const async::frame here;
        co_await async::sleep_for(takes);
        ++listed;
        if (failures > 0) {
            --failures;
            throw core::targets_unlisted("the engine is down");
        }
        if (is_empty) {
            co_return std::vector<core::target>{};
        }
        co_return std::vector<core::target>{{.id = "host", .incarnation = "1", .name = "host"}};
    }
    async::awaitable<ports::act_result> restart(const core::target&, const ports::go_ahead&) override {
        const async::frame here;
        ADD_FAILURE() << "a publisher restarts nothing";
        co_return ports::act_result{};
    }
    async::awaitable<std::optional<core::target>> successor(const core::target&) override {
        const async::frame here;
        co_return std::nullopt;
    }

    nanoseconds takes{0};
    int listed = 0;
    int failures = 0;
    bool is_empty = false;
};

class silent_observer final : public ports::observer {
public:
    void observe(const ports::step& s) noexcept override {
        ++steps;
        on_step(s);
    }
    void warn(std::string_view text) noexcept override { warnings.emplace_back(text); }

    void skipped(const core::skip& s) noexcept override { skips[s.reason] += s.moments; }

    std::function<void(const ports::step&)> on_step = [](const ports::step&) {};
    int steps = 0;
    std::map<core::guard, std::int64_t> skips;
    std::vector<std::string> warnings;
};

inline core::schedule every(nanoseconds mean) {
    core::schedule s;
    s.mean_time_between = mean;
    return s;
}

/// One group, "web", whose publisher follows a plan; `expected` says what is to come of it.
struct planned_group {
    explicit planned_group(core::schedule s) : expected(s, core::random_source{7}, "web") {
        group.settings.name = "web";
        group.plan.emplace(s, core::random_source{7}, "web");
    }

    async::wall_jumps jumps;
    bool are_noted = true;  ///< each setting of the calendar, in the same step
    test::virtual_loop loop;
    one_target driver;
    test::fake_store store;
    silent_observer seen;
    pipeline::group group{{}, driver, core::random_source{1}};
    core::planner expected;
    halt_switch halt;
    acted_incarnations acted;
    restart_requests requests;
    test::no_spans spans;
    queues::memory_queue queue{loop.loop, {.capacity = 100'000, .lease = 3s}};

    [[nodiscard]] core::wall_time now() const { return loop.clock.wall_now(); }

    [[nodiscard]] std::vector<core::wall_time> planned(core::wall_time from, core::wall_time to) {
        std::vector<core::wall_time> all;
        for (auto m = expected.next(from); m && *m <= to; m = expected.next(*m)) {
            all.push_back(*m);
        }
        return all;
    }

    [[nodiscard]] std::vector<core::wall_time> missed() const {
        std::vector<core::wall_time> all;
        for (const core::skip& s : store.skips()) {
            EXPECT_EQ(s.reason, core::guard::missed);
            EXPECT_EQ(s.group, "web");
            all.push_back(s.planned_at);
        }
        return all;
    }

    /// How many moments the skips on record stand for.
    [[nodiscard]] std::size_t recorded() const {
        std::int64_t moments = 0;
        for (const core::skip& s : store.skips()) {
            moments += s.moments;
        }
        return static_cast<std::size_t>(moments);
    }

    /// One life of the publisher, in which the calendar is set: after so long, by so much.
    void live(nanoseconds length, std::vector<std::pair<nanoseconds, microseconds>> settings = {}) {
        publisher p(group, {queue, store, store, store, seen, halt, acted, requests, spans.keeper, jumps});
        async::task_group life(loop.loop, "life", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
        life.spawn("publisher", p.run());
        loop.run(direct(life, length, std::move(settings)));
    }

    async::awaitable<void> direct(async::task_group& life, nanoseconds length,
                                  std::vector<std::pair<nanoseconds, microseconds>> settings) {
        const async::frame here;
        const async::clock::time_point began = loop.clock.now();
        for (const auto& [after, by] : settings) {
            co_await async::sleep_until(began + after);
            set_calendar(by);
        }
        co_await async::sleep_until(began + length);
        life.cancel();
        co_await life.join();
    }

    void set_calendar(microseconds by) {
        loop.clock.jump_wall(by);
        if (are_noted) {
            jumps.note();
        }
    }
};

}  // namespace mayhem::pipeline::test_planned
