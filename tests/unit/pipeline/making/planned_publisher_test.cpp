// Proves that the publisher does what the plan says and nothing else, on virtual time: a month of it, a calendar that
// jumps, a suspended host, a former life, a store that cannot be written. The planner says what is to be expected.
#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/making/publisher.hpp"
#include "queues/memory/memory_queue.hpp"
#include "support/fake_store.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::pipeline {
namespace {

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

core::schedule every(nanoseconds mean) {
    core::schedule s;
    s.mean_time_between = mean;
    return s;
}

struct fixture {
    explicit fixture(core::schedule s) : expected(s, core::random_source{7}, "web") {
        group.settings.name = "web";
        group.plan.emplace(s, core::random_source{7}, "web");
    }

    test::virtual_loop loop;
    one_target driver;
    test::fake_store store;
    silent_observer seen;
    pipeline::group group{{}, driver, core::random_source{1}};
    core::planner expected;
    halt_switch halt;
    acted_incarnations acted;
    restart_requests requests;
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

    /// One life of the publisher, in which `jumps` set the calendar: after so long, by so much.
    void live(nanoseconds length, std::vector<std::pair<nanoseconds, microseconds>> jumps = {}) {
        publisher p(group, {queue, store, store, store, seen, halt, acted, requests});
        async::task_group life(loop.loop, "life", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
        life.spawn("publisher", p.run());
        loop.run(direct(loop.clock, life, length, std::move(jumps)));
    }

    static async::awaitable<void> direct(async::virtual_clock& clock, async::task_group& life, nanoseconds length,
                                         std::vector<std::pair<nanoseconds, microseconds>> jumps) {
        const async::frame here;
        const async::clock::time_point began = clock.now();
        for (const auto& [after, by] : jumps) {
            co_await async::sleep_until(began + after);
            clock.jump_wall(by);
        }
        co_await async::sleep_until(began + length);
        life.cancel();
        co_await life.join();
    }
};

TEST(PlannedPublisherTest, FollowsThePlanForAMonth) {
    core::schedule s = every(2h);
    s.min_time_between = 20min;
    fixture f(s);
    const core::wall_time began = f.now();

    f.live(days{30});

    const auto expected = f.planned(began, began + days{30});
    ASSERT_GT(expected.size(), 250U);
    EXPECT_EQ(f.store.planned(), expected);
    EXPECT_TRUE(f.store.skips().empty());
    EXPECT_EQ(f.seen.steps, static_cast<int>(expected.size()));
}

TEST(PlannedPublisherTest, DoesNothingBecauseItWasStarted) {
    fixture f(every(days{30}));
    const core::wall_time began = f.now();
    f.loop.clock.jump_wall(f.expected.next(began).value() - began);  // the moment is exactly now

    f.live(1h);

    EXPECT_TRUE(f.store.planned().empty());
    EXPECT_TRUE(f.store.skips().empty());
    EXPECT_EQ(f.driver.listed, 0);
}

TEST(PlannedPublisherTest, KeepsAnIdleLoopQuiet) {
    fixture f(every(days{365}));
    const auto before = f.loop.loop.monitor().turns();

    f.live(1h);

    EXPECT_LE(f.loop.loop.monitor().turns() - before, 130U);  // every half tolerance, and the start
}

TEST(PlannedPublisherTest, RecordsWhatASuspendedHostHasMissedAndRunsNoneOfIt) {
    fixture f(every(1h));
    const core::wall_time began = f.now();

    f.live(10h, {{5h, 48h}});  // the steady clock stands still while the host sleeps

    const auto before = f.planned(began, began + 5h);
    const auto asleep = f.planned(began + 5h, began + 53h - 1min);
    const auto after = f.planned(began + 53h, began + 58h);
    EXPECT_EQ(f.missed(), asleep);
    ASSERT_GE(f.store.planned().size(), before.size() + after.size());
    EXPECT_LE(f.store.planned().size(), before.size() + after.size() + 1);  // one within the tolerance
    EXPECT_TRUE(std::equal(after.rbegin(), after.rend(), f.store.planned().rbegin()));
    EXPECT_EQ(f.seen.warnings.size(), 1U);
}

TEST(PlannedPublisherTest, RunsAMomentWithinTheToleranceAndNoneBeyondIt) {
    for (const auto& [late, runs] : {std::pair<seconds, bool>{25s, true}, {3min, false}}) {
        fixture f(every(days{20}));
        const core::wall_time began = f.now();
        const nanoseconds until = f.expected.next(began).value() - began;

        f.live(until + 1h, {{until - 30s, 30s + late}});  // looked at every 30 s

        EXPECT_EQ(f.store.planned().size(), runs ? 1U : 0U);
        EXPECT_EQ(f.store.skips().size(), runs ? 0U : 1U);
    }
}

TEST(PlannedPublisherTest, MakesNoBurstOfWhatComesTogether) {
    core::schedule s = every(10s);
    fixture f(s);
    const core::wall_time began = f.now();

    f.live(10min, {{5min, 50s}});  // five or so are due at once, all within the tolerance

    const auto planned = f.planned(began, began + 10min + 50s);
    EXPECT_EQ(f.store.planned().size() + f.store.skips().size(), planned.size());
    EXPECT_GE(f.store.skips().size(), 1U);
}

TEST(PlannedPublisherTest, TakesThePlanUpAgainWhenTheCalendarIsSetBack) {
    fixture f(every(20min));
    const core::wall_time began = f.now();

    f.live(20h, {{10h, -4h}});

    EXPECT_EQ(f.store.planned(), f.planned(began, began + 16h));  // each once: the journal knows the four hours
    EXPECT_TRUE(f.store.skips().empty());
}

TEST(PlannedPublisherTest, SurvivesAClockThatWasWrongByAYear) {
    fixture f(every(20min));
    const core::wall_time began = f.now();

    f.live(5h, {{1h, days{365}}, {2h, -days{365}}});

    const auto last_hours = f.planned(began + 2h + 1min, began + 5h);
    ASSERT_GE(f.store.planned().size(), last_hours.size());
    EXPECT_TRUE(std::equal(last_hours.rbegin(), last_hours.rend(), f.store.planned().rbegin()));
    EXPECT_LE(f.store.skips().size(), plan_follower::listed_max);
    EXPECT_GE(f.store.skips().back().moments, 9'000);  // counted, not listed
}

TEST(PlannedPublisherTest, WhatWasMissedIsOnRecordBeforeTheMessageAfterIt) {
    fixture f(every(1s));
    f.driver.takes = 10s;  // too slow for the plan
    const core::wall_time began = f.now();
    int missed_before = 0;
    f.seen.on_step = [&](const ports::step& s) {
        std::int64_t skipped = 0;
        for (const core::skip& one : f.store.skips()) {
            skipped += one.moments;
        }
        const auto until_then = static_cast<std::int64_t>(f.planned(began, s.message.planned_at).size());
        EXPECT_EQ(static_cast<std::int64_t>(f.store.planned().size()) + skipped, until_then);
        missed_before += skipped > 0 ? 1 : 0;
    };

    f.live(10min);

    EXPECT_GT(missed_before, 10);
}

TEST(PlannedPublisherTest, RecordsWhatWasMissedSinceAFormerLife) {
    fixture f(every(1h));
    const core::wall_time began = f.now();
    f.store.followed_until(began - 24h);

    f.live(1min);

    EXPECT_EQ(f.missed(), f.planned(began - 24h, began));
    EXPECT_EQ(f.seen.skips[core::guard::missed], static_cast<std::int64_t>(f.missed().size()));
    EXPECT_TRUE(f.planned(began, began + 1min).size() == f.store.planned().size());
}

TEST(PlannedPublisherTest, DoesNotPublishTwiceWhatAFormerLifePublished) {
    fixture f(every(20min));
    const core::wall_time began = f.now();
    f.live(5h);
    const auto first = f.store.planned();
    f.loop.clock.jump_wall(-5h);

    f.live(5h);

    EXPECT_EQ(first, f.planned(began, began + 5h));
    EXPECT_EQ(f.store.planned(), first);
}

TEST(PlannedPublisherTest, DoesNotFallBehindWhenThePlanIsFasterThanTheDriver) {
    fixture f(every(1ms));
    f.driver.takes = 100ms;
    const core::wall_time began = f.now();

    f.live(10s);

    EXPECT_NEAR(static_cast<double>(f.store.planned().size()), 100, 5);
    EXPECT_GT(f.store.planned().back(), began + 10s - 300ms);  // what it publishes is of now
    EXPECT_LE(f.store.skips().size(), 100 * 10 + 11 * 2 * plan_follower::listed_max);
}

TEST(PlannedPublisherTest, KeepsTheMissedUntilTheyCanBeRecorded) {
    fixture f(every(1h));
    const core::wall_time began = f.now();
    f.store.followed_until(began - 24h);
    f.store.fail("skip", 3);

    f.live(10min);

    EXPECT_EQ(f.missed(), f.planned(began - 24h, began));
    EXPECT_EQ(f.seen.warnings.size(), 4U);
}

TEST(PlannedPublisherTest, RecordsMomentsAtWhichTheTargetsCouldNotBeListed) {
    fixture f(every(1h));
    f.driver.failures = 3;
    const core::wall_time began = f.now();

    f.live(10h);

    const auto planned = f.planned(began, began + 10h);
    ASSERT_GT(planned.size(), 4U);
    ASSERT_EQ(f.store.skips().size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(f.store.skips()[i].reason, core::guard::unlisted);
        EXPECT_EQ(f.store.skips()[i].planned_at, planned[i]);
        EXPECT_EQ(f.store.skips()[i].detail, "cannot list its targets: the engine is down");
    }
    EXPECT_EQ(f.store.planned(), std::vector(planned.begin() + 3, planned.end()));
    EXPECT_EQ(f.seen.skips, (std::map<core::guard, std::int64_t>{{core::guard::unlisted, 3}}));
    EXPECT_EQ(f.seen.warnings.size(), 3U);
}

TEST(PlannedPublisherTest, ALongAbsenceEndsInARowThatReachesToItsLastMoment) {
    fixture f(every(10min));
    const core::wall_time began = f.now();
    f.store.followed_until(began - 100h);

    f.live(1s);

    const std::vector<core::wall_time> missed = f.planned(began - 100h, began);
    ASSERT_GT(missed.size(), plan_follower::listed_max);
    EXPECT_EQ(f.store.skips().size(), plan_follower::listed_max);
    EXPECT_EQ(f.recorded(), missed.size());
    EXPECT_EQ(f.missed().back(), missed.back()) << "the next life would count what comes after it once more";
}

TEST(PlannedPublisherTest, RecordsARunOfThemAsOneRowASecond) {
    fixture f(every(10ms));
    f.driver.is_empty = true;
    const core::wall_time began = f.now();

    f.live(10s);

    ASSERT_LE(f.store.skips().size(), 12U);
    for (const core::skip& s : f.store.skips()) {
        EXPECT_EQ(s.reason, core::guard::no_target);
    }
    EXPECT_NEAR(static_cast<double>(f.recorded()), 1000, 200);
    EXPECT_EQ(f.recorded(), f.planned(began, f.store.skips().back().planned_at).size());
    EXPECT_GE(f.seen.skips[core::guard::no_target], static_cast<std::int64_t>(f.recorded()));
}

}  // namespace
}  // namespace mayhem::pipeline
