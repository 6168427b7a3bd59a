// Proves when and in which order sleepers wake, on virtual time: each writes a line when it does.

#include "mayhem/async/sleep.hpp"

#include <gmock/gmock.h>

#include "mayhem/async/frame.hpp"
#include "support/journal.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::ElementsAre;

awaitable<void> sleep_and_write(clock::duration d, std::string line, journal& lines) {
    const frame here;
    co_await sleep_for(d);
    lines.write(line);
}

awaitable<void> sleep_until_and_write(clock::time_point t, std::string line, journal& lines) {
    const frame here;
    co_await sleep_until(t);
    lines.write(line);
}

awaitable<void> yield_and_write(int times, std::string line, journal& lines) {
    const frame here;
    for (int i = 0; i < times; ++i) {
        co_await yield();
        lines.write(line);
    }
}

TEST(SleepTest, WakesInTheOrderOfTheDeadlines) {
    journal lines;
    virtual_loop t;

    t.spawn(sleep_and_write(3s, "third", lines));
    t.spawn(sleep_and_write(1s, "first", lines));
    t.spawn(sleep_and_write(2s, "second", lines));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("first", "second", "third"));
    EXPECT_EQ(t.elapsed(), 3s);
}

TEST(SleepTest, EqualDeadlinesWakeInTheOrderInWhichTheyWereSet) {
    journal lines;
    virtual_loop t;
    std::vector<std::string> expected;

    for (int i = 0; i < 100; ++i) {
        expected.push_back(std::to_string(i));
        t.spawn(sleep_and_write(1s, expected.back(), lines));
    }
    t.run();

    EXPECT_EQ(lines.lines(), expected);
}

TEST(SleepTest, AMomentInThePastStillLetsTheOthersRunFirst) {
    journal lines;
    virtual_loop t;

    t.spawn(sleep_until_and_write(t.clock.now() - 1h, "sleeper", lines));
    t.spawn(sleep_and_write(-1h, "negative", lines));
    t.spawn(yield_and_write(1, "other", lines));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("sleeper", "negative", "other"));
    EXPECT_EQ(t.elapsed(), 0s);
}

TEST(SleepTest, ZeroSuspendsAndTakesNoTime) {
    journal lines;
    virtual_loop t;

    t.spawn(sleep_and_write(0s, "sleeper", lines));
    lines.write("spawned");
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("spawned", "sleeper"));
    EXPECT_EQ(t.elapsed(), 0s);
}

TEST(SleepTest, ForEverIsNotAnOverflow) {
    settled<void> outcome;
    virtual_loop t;

    t.spawn(test::note(sleep_for(clock::duration::max()), outcome));
    t.run_for(24h * 365);
    t.group.cancel();
    t.run();

    EXPECT_TRUE(test::was_cancelled(outcome));
}

TEST(SleepTest, ACancelledSleeperWakesAtOnce) {
    settled<void> outcome;
    virtual_loop t;

    t.spawn(test::note(sleep_for(1h), outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_TRUE(test::was_cancelled(outcome));
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(YieldTest, TakesTurnsWithWhatElseIsReady) {
    journal lines;
    virtual_loop t;

    t.spawn(yield_and_write(3, "a", lines));
    t.spawn(yield_and_write(3, "b", lines));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("a", "b", "a", "b", "a", "b"));
    EXPECT_EQ(t.elapsed(), 0s);
}

}  // namespace
}  // namespace mayhem::async
