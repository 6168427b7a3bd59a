// Proves a daemon's life as a whole, without an operating system around it: start, work, reload, end, and what becomes
// of it when something does not. On virtual time, with simulated targets and a record in memory.
#include "daemon/life.hpp"

#include <algorithm>
#include <exception>
#include <set>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scarce_memory.hpp"
#include "unit/daemon/small_world.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int forced = 143;

const std::string herd =
    "[log]\nlevel = 'critical'\n[group.herd]\ndriver = 'simulated'\nhosts = 3\nfailure_probability = "
    "0.0\nmean_time_between = '1m'\n";
const std::string armed = "dry_run = false\n" + herd;

/// A life that begins with the loop's first turn: what the test changes before that, it finds.
struct fixture {
    explicit fixture(std::string config = armed, bool has_file = true)
        : world(std::move(config), memory), l(world.parts(), world.options(has_file)) {
        l.start();
    }

    test::small_memory memory;
    test::small_world world;
    life l;

    void end() {
        l.stop("SIGTERM", forced);
        world.loop.run();
        EXPECT_TRUE(world.is_over);
    }

    [[nodiscard]] std::size_t recovered() const {
        return static_cast<std::size_t>(
            std::ranges::count(memory.store.outcomes(), core::verdict::recovered, &core::outcome::verdict));
    }
};

TEST(LifeTest, DoesWhatThePlanSaysUntilItIsTold) {
    fixture f;

    f.world.loop.run_for(10h);
    const std::size_t before_the_end = f.recovered();
    f.end();

    EXPECT_GT(before_the_end, 450U);
    EXPECT_LT(before_the_end, 750U);
    EXPECT_EQ(f.memory.closed, 1);
    EXPECT_EQ(f.l.status(), 0);
    EXPECT_THAT(f.world.told, ElementsAre("ready: armed", "stopping"));
}

/// So many simulated groups.
std::string herds(int count, const std::string& mean_time_between) {
    std::string text = "dry_run = false\n[log]\nlevel = 'critical'\n";
    for (int i = 0; i < count; ++i) {
        text += "[group.herd-" + std::to_string(i) + "]\ndriver = 'simulated'\nmean_time_between = '" +
                mean_time_between + "'\n";
    }
    return text;
}

TEST(LifeTest, AnHourWithNothingToDoIsAQuietOneHoweverManyGroupsThereAre) {
    std::uint64_t steps[2];
    for (const int groups : {0, 20}) {
        fixture f(herds(groups, "365d"));
        f.world.loop.run_for(1h);
        const async::loop_monitor& monitor = f.world.loop.loop.monitor();
        const std::uint64_t turns_before = monitor.turns();
        const std::uint64_t steps_before = monitor.steps();

        f.world.loop.run_for(10h);

        EXPECT_LE(monitor.turns() - turns_before, 1250U) << "whoever looks every 30 s, and hardly anybody else";
        steps[groups == 0 ? 0 : 1] = monitor.steps() - steps_before;
        f.end();
    }

    EXPECT_LE(steps[1] - steps[0], 250U) << "a look of each group every hour, and the pruning of old history";
}

TEST(LifeTest, AClockThatIsSetIsNoticedByAllGroupsAtOnce) {
    fixture f(herds(20, "4h"));
    f.world.loop.run_for(1min);

    f.world.loop.clock.jump_wall(48h);
    f.world.jumps.note();
    f.world.loop.run_for(1s);

    std::set<std::string> groups;
    for (const core::skip& s : f.memory.store.skips()) {
        groups.insert(s.group);
    }
    EXPECT_EQ(groups.size(), 20U);
    f.end();
}

TEST(LifeTest, TheSameSeedLivesTheSameLife) {
    std::vector<std::string> calls[2];
    for (std::vector<std::string>& c : calls) {
        fixture f;
        f.world.loop.run_for(24h);
        f.end();
        c = f.memory.store.calls();
    }

    EXPECT_GT(calls[0].size(), 1000U);
    EXPECT_EQ(calls[0], calls[1]);
}

TEST(LifeTest, AReloadTakesWhatTheFileSaysNow) {
    fixture f("dry_run = true\n" + herd);
    f.world.loop.run_for(1h);
    EXPECT_EQ(f.recovered(), 0U);

    f.world.config_text = armed;
    f.l.hang_up("SIGHUP");
    f.world.loop.run_for(1h);

    EXPECT_GT(f.recovered(), 20U);
    f.end();
    EXPECT_THAT(f.world.told, ElementsAre(HasSubstr("dry run"), "reloading", "ready: armed", "stopping"));
}

TEST(LifeTest, AFileWithAMistakeChangesNothing) {
    fixture f;
    f.world.loop.run_for(1h);
    const std::size_t before = f.recovered();

    f.world.config_text = "dry_runs = true\n";
    f.l.hang_up("SIGHUP");
    f.world.loop.run_for(1h);

    EXPECT_GT(f.recovered(), before + 20U);
    EXPECT_THAT(f.world.told, Contains("ready: running with the former config"));
    f.end();
}

TEST(LifeTest, AHangUpEndsWhatHasNoFile) {
    fixture f(armed, false);
    f.world.loop.run_for(1min);

    f.l.hang_up("SIGHUP");
    f.l.hang_up("SIGHUP");  // says it once more
    f.world.loop.run();

    EXPECT_TRUE(f.world.is_over);
    EXPECT_EQ(f.l.status(), 0);
}

TEST(LifeTest, IsToldAtTheStartThatSomebodyHasHalted) {
    fixture f;
    f.memory.halted = ports::halt_record{.who = "alice", .why = "the release", .since = {}};

    f.world.loop.run_for(1h);

    EXPECT_EQ(f.recovered(), 0U);
    EXPECT_FALSE(f.memory.store.outcomes().empty());
    for (const core::outcome& o : f.memory.store.outcomes()) {
        EXPECT_EQ(o.refused_by, core::guard::halted);
    }
    f.end();
}

TEST(LifeTest, EndsBeforeItBeganWhenThereIsNoRecord) {
    fixture f;
    f.memory.can_be_opened = false;

    f.world.loop.run();

    EXPECT_TRUE(f.world.is_over);
    EXPECT_EQ(f.l.status(), static_cast<int>(exit_status::store));
}

TEST(LifeTest, WaitsForARecordThatIsAwayDuringAReload) {
    fixture f;
    f.world.loop.run_for(1h);
    const std::size_t before = f.recovered();
    f.memory.store.fail("unfinished", 30);

    f.l.hang_up("SIGHUP");
    f.world.loop.run_for(1h);

    EXPECT_GT(f.recovered(), before + 20U);
    f.end();
}

TEST(LifeTest, WhatNobodyCaughtInAReloadEndsItInOrder) {
    fixture f;
    f.world.loop.run_for(1h);
    f.world.read_config_throws = std::make_exception_ptr(std::logic_error("nobody expects this"));

    f.l.hang_up("SIGHUP");
    f.world.loop.run();

    EXPECT_TRUE(f.world.is_over);
    EXPECT_EQ(f.l.status(), static_cast<int>(exit_status::software));
    EXPECT_EQ(f.memory.closed, 1);
    EXPECT_THAT(f.world.told, ElementsAre("ready: armed", "reloading", "stopping"));
}

TEST(LifeTest, AReloadThatFindsNoMemoryAtAllEndsItInOrder) {
    fixture f;
    f.world.loop.run_for(1h);

    {
        const test::scarce_memory none;
        f.l.hang_up("SIGHUP");
        f.world.loop.run();
        EXPECT_GT(none.refusals(), 0U);
    }

    EXPECT_TRUE(f.world.is_over);
    EXPECT_EQ(f.l.status(), static_cast<int>(exit_status::software));
    EXPECT_EQ(f.memory.closed, 1);
}

TEST(LifeTest, WhatDoesNotEndIsGivenUp) {
    fixture f;
    f.memory.may_close.clear();
    f.world.loop.run_for(1min);
    async::clock::duration given_up_after{};
    const auto told = f.world.loop.clock.now();
    f.world.on_give_up = [&] {
        given_up_after = f.world.loop.clock.now() - told;
        f.memory.may_close.set();  // a real one would be gone
    };

    f.l.stop("SIGTERM", forced);
    f.world.loop.run();

    EXPECT_EQ(f.world.given_up, static_cast<int>(exit_status::grace_exceeded));
    EXPECT_GT(given_up_after, 10s) << "the grace";
    EXPECT_LT(given_up_after, 60s);
}

}  // namespace
}  // namespace mayhem::app
