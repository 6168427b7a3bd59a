// Proves that a step which holds the loop is told, after the step and by the name of its task, that lag is counted
// where it arises, and that an idle loop is left asleep. Steps are made slow by burning real time; the thresholds leave
// room for a busy machine.

#include "mayhem/async/loop_monitor.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "support/journal.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

void burn(clock::duration d) {
    const auto end = std::chrono::steady_clock::now() + d;
    while (std::chrono::steady_clock::now() < end) {
    }
}

awaitable<void> hold_the_loop(clock::duration d, journal& lines) {
    const frame here;
    co_await yield();
    burn(d);
    lines.write("step ends");
    co_await yield();
}

awaitable<void> step_often(int times) {
    const frame here;
    for (int i = 0; i < times; ++i) {
        co_await yield();
    }
}

struct told_step {
    std::string task;
    std::string file;
    std::chrono::nanoseconds took;
};

TEST(LoopMonitorTest, TellsASlowStepAfterItEndedWithItsTaskAndCreationSite) {
    journal lines;
    std::vector<told_step> told;
    virtual_loop t;
    t.loop.monitor().on_slow_step(20ms, [&](const slow_step& s) {
        told.push_back({std::string(s.task), s.created_at.file_name(), s.took});
        lines.write("told");
    });

    t.spawn("resolve", hold_the_loop(40ms, lines));
    t.run();

    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.front().task, "resolve");
    EXPECT_THAT(told.front().file, HasSubstr("loop_monitor_test.cpp"));
    EXPECT_GE(told.front().took, 20ms);
    const auto ended = std::ranges::find(lines.lines(), "step ends");
    ASSERT_NE(ended, lines.lines().end());
    EXPECT_EQ(*std::next(ended), "told");
    EXPECT_EQ(t.loop.monitor().slow_steps(), told.size());
}

TEST(LoopMonitorTest, ManySmallStepsAreNotASlowOne) {
    journal lines;
    virtual_loop t;
    t.loop.monitor().on_slow_step(1h, [&](const slow_step&) { lines.write("told"); });

    t.run(step_often(10'000));

    EXPECT_THAT(lines.lines(), ElementsAre());
    EXPECT_EQ(t.loop.monitor().slow_steps(), 0U);
}

TEST(LoopMonitorTest, CountsSlowStepsWithoutAHandlerAtAHundredMilliseconds) {
    journal lines;
    virtual_loop t;

    t.run(hold_the_loop(150ms, lines));

    EXPECT_EQ(t.loop.monitor().slow_threshold(), 100ms);
    EXPECT_GE(t.loop.monitor().slow_steps(), 1U);
}

TEST(LoopMonitorTest, TellsAStepThatBelongsToNoTask) {
    std::vector<std::string> told;
    virtual_loop t;
    t.loop.monitor().on_slow_step(20ms, [&](const slow_step& s) { told.emplace_back(s.task); });

    t.loop.post([] { burn(40ms); });
    t.run(step_often(600));

    EXPECT_THAT(told, Contains(""));
}

TEST(LoopMonitorTest, CountsEveryTurnInTheLagHistogram) {
    virtual_loop t;

    t.run(step_often(1000));

    const loop_monitor& m = t.loop.monitor();
    EXPECT_EQ(std::accumulate(m.lag().begin(), m.lag().end(), std::uint64_t{0}), m.turns());
    EXPECT_GE(m.steps(), 1000U);
    EXPECT_GT(m.turns(), 1U);
}

TEST(LoopMonitorTest, TheLagOfABusyTurnFallsIntoItsBucket) {
    journal lines;
    virtual_loop t;

    t.run(hold_the_loop(50ms, lines));

    const loop_monitor& m = t.loop.monitor();
    EXPECT_GE(m.lag_max(), 40ms);
    std::uint64_t long_lags = 0;
    for (std::size_t i = 15; i < loop_monitor::bucket_count; ++i) {  // bucket 15 begins at 16.4 ms
        long_lags += m.lag()[i];
    }
    EXPECT_GE(long_lags, 1U);
}

TEST(LoopMonitorTest, AnIdleLoopTakesNoTurns) {
    real_clock clock;
    loop l{clock};
    task_group group{l, "test", {}};
    std::uint64_t turns_before = 0;

    group.spawn("sleep", [](std::uint64_t& before) -> awaitable<void> {
        const frame here;
        before = this_loop().monitor().turns();
        co_await sleep_for(30ms);
        EXPECT_EQ(this_loop().monitor().turns(), before + 1) << "one turn ended when the wait began, and none since";
    }(turns_before));
    l.run();
}

}  // namespace
}  // namespace mayhem::async
