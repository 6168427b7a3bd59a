// Proves what a process's death does to those who wait within it, and what of its waiting the world counts as a
// trouble: on virtual time, with the death in the middle. The blocking work of a process belongs to it.
#include "sim/world/process.hpp"

#include <chrono>
#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "sim/world/sim_threads.hpp"
#include "unit/sim/world/small_scene.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using test::small_scene;
using ::testing::IsEmpty;
using ::testing::SizeIs;

async::awaitable<void> spend(process* p, std::chrono::nanoseconds d, std::vector<async::clock::duration>* ends,
                             small_scene* s) {
    const async::frame here;
    co_await p->spend(d);
    ends->push_back(s->loop.elapsed());
}

async::awaitable<void> take_time(process* p, std::optional<weak_moment> makes = std::nullopt) {
    const async::frame here;
    co_await p->take_time(fault::slow_act, 20ms, 2min, trouble_kind::engine, "g", makes);
}

TEST(ProcessTest, WhoWaitsForTheWorldGoesOnWhenTheProcessDies) {
    small_scene s;
    process p(s.parts, 1);
    std::vector<async::clock::duration> ends;

    s.loop.spawn(spend(&p, 1s, &ends, &s));
    s.loop.spawn(spend(&p, 1h, &ends, &s));
    s.loop.run_for(1min);
    p.die();
    s.loop.run(spend(&p, 1h, &ends, &s));

    EXPECT_EQ(ends, (std::vector<async::clock::duration>{1s, 1min, 1min}));
    EXPECT_FALSE(p.is_alive());
    EXPECT_FALSE(p.disk().is_alive());
}

TEST(ProcessTest, AnOrdinaryCallIsShortAndNoTrouble) {
    small_scene s;
    process p(s.parts, 1);

    s.loop.run(take_time(&p));

    EXPECT_LE(s.loop.elapsed(), 20ms);
    EXPECT_THAT(s.events<trouble>(), IsEmpty());
}

TEST(ProcessTest, ASlowCallIsATroubleForSoLong) {
    small_scene s(fault::slow_act, [](const dice::outcome& o) { return o.severity > 0.9; });
    process p(s.parts, 1);

    s.loop.run(take_time(&p));

    EXPECT_GT(s.loop.elapsed(), 30s);
    EXPECT_LE(s.loop.elapsed(), 2min);
    ASSERT_THAT(s.log.last(), SizeIs(2));
    EXPECT_EQ(s.events<trouble>()[0].group, "g");
    EXPECT_EQ(s.log.last()[0].at.steady.earliest, steady_time{});
    EXPECT_EQ(s.log.last()[1].at.steady.earliest, std::chrono::duration_cast<steady_time>(s.loop.elapsed()));
}

TEST(ProcessTest, ACallThatTakesLongIsAWeakMomentIfSomebodySaysWhich) {
    const auto is_long = [](const dice::outcome& o) { return o.severity > 0.9; };
    small_scene s(fault::slow_act, is_long);
    small_scene silent(fault::slow_act, is_long);
    process p(s.parts, 1);
    process other(silent.parts, 1);
    std::vector<async::clock::duration> struck;
    constexpr dice::outcome yes{.comes_about = true, .severity = 0, .choice = 0};
    const auto strike = [&](const std::string& /*target*/) { struck.push_back(s.loop.elapsed()); };
    while (!silent.ambush.waits(fault::halt, yes, strike)) {
    }
    while (!s.ambush.waits(fault::halt, yes, strike)) {
    }

    silent.loop.run(take_time(&other));
    const auto without = struck;
    s.loop.run(take_time(&p, weak_moment::act_waits));

    EXPECT_THAT(without, IsEmpty());
    ASSERT_THAT(struck, SizeIs(1));
    EXPECT_LT(struck[0], s.loop.elapsed());
}

TEST(ProcessTest, WhatIsDeadTakesNoTimeAndTroublesNobody) {
    small_scene s(fault::slow_act, [](const dice::outcome& o) { return o.severity > 0.9; });
    process p(s.parts, 1);
    p.die();

    s.loop.run(take_time(&p));

    EXPECT_EQ(s.loop.elapsed(), 0s);
    EXPECT_THAT(s.events<trouble>(), IsEmpty());
}

TEST(ProcessTest, ADeathInsideACallOfTheDiskIsHeardOfOnce) {
    small_scene s;
    process p(s.parts, 1);
    int heard = 0;
    p.on_death_in_call = [&] {
        ++heard;
        p.die();
    };

    p.look_whether_it_died();
    const int before = heard;
    p.disk().kill();
    p.look_whether_it_died();
    p.look_whether_it_died();

    EXPECT_EQ(before, 0);
    EXPECT_EQ(heard, 1);
    EXPECT_EQ(s.rare.count(rare_state::killed_in_commit), 1U);
}

TEST(SimThreadsTest, CarryOutAsManyJobsAtOnceAsThereAreThreads) {
    small_scene s(fault::slow_thread, [](const dice::outcome& o) { return o.severity > 0.9; });
    process p(s.parts, 1);
    sim_threads threads(p);
    std::vector<int> done;

    for (int i = 0; i < 5; ++i) {
        threads.post([&done, i] { done.push_back(i); });
    }
    s.loop.run_for(1s);
    const std::vector<int> at_first = done;
    s.loop.run();

    EXPECT_EQ(at_first, (std::vector{1, 2, 3, 4})) << "the other thread does the rest";
    EXPECT_EQ(done, (std::vector{1, 2, 3, 4, 0}));
}

TEST(SimThreadsTest, TheJobsOfADeadProcessComeToTheirEnd) {
    small_scene s(fault::slow_thread);
    process p(s.parts, 1);
    sim_threads threads(p);
    int done = 0;
    threads.post([&done] { ++done; });
    s.loop.run_for(1us);

    p.die();
    threads.post([&done] { ++done; });
    s.loop.run();

    EXPECT_EQ(done, 2);
}

}  // namespace
}  // namespace mayhem::sim
