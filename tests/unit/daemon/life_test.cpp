// Proves a daemon's life as a whole, without an operating system around it: start, work, reload, end, and what becomes
// of it when something does not. On virtual time, with simulated targets and a record in memory.
#include "daemon/life.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
