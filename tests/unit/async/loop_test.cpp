// Proves how the loop runs: virtual time jumps to the next deadline, a deadlock is told with the names of those who
// wait, it stops and goes on, and another thread's work wakes it. Mostly on virtual time; the tests of the real clock
// wait a few milliseconds.

#include "mayhem/async/loop.hpp"

#include <future>
#include <memory>
#include <thread>

#include <gmock/gmock.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "support/journal.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

awaitable<void> tick(clock::duration period, int& ticks) {
    const frame here;
    for (;;) {
        co_await sleep_for(period);
        ++ticks;
    }
}

awaitable<void> sleep_once(clock::duration d, bool& done) {
    const frame here;
    co_await sleep_for(d);
    done = true;
}

awaitable<void> wait_for(event& e) {
    const frame here;
    co_await e.wait();
}

awaitable<void> stop_loop(journal& lines) {
    const frame here;
    lines.write("before");
    this_loop().stop();
    co_await yield();
    lines.write("after");
}

TEST(LoopTest, WithNothingToDoReturnsAtOnce) {
    virtual_loop t;

    t.run();

    EXPECT_EQ(t.elapsed(), 0s);
}

TEST(LoopTest, VirtualTimeJumpsToTheNextDeadline) {
    int ticks = 0;
    virtual_loop t;

    t.spawn(tick(1min, ticks));
    t.run_for(24h * 30 + 1s);

    EXPECT_EQ(ticks, 30 * 24 * 60) << "a month in an instant, and not a tick missed";
    t.group.cancel();
    t.run();
}

TEST(LoopTest, VirtualTimeStandsStillWhileAnythingCanRun) {
    bool slept = false;
    virtual_loop t;

    t.spawn(sleep_once(1s, slept));
    t.run([](clock::time_point began) -> awaitable<void> {
        const frame here;
        for (int i = 0; i < 1000; ++i) {
            co_await yield();
        }
        EXPECT_EQ(this_loop().now(), began);
    }(t.clock.now()));

    EXPECT_TRUE(slept);
}

TEST(LoopTest, TellsADeadlockWithTheTasksAndWhatTheyWaitFor) {
    event never;
    event also_never;
    virtual_loop t;

    t.spawn("publisher", wait_for(never));
    t.spawn("consumer", wait_for(also_never));
    try {
        t.run();
        ADD_FAILURE() << "the loop found something to do";
    } catch (const deadlock& e) {
        EXPECT_THAT(e.what(), AllOf(HasSubstr("test/publisher"), HasSubstr("test/consumer"), HasSubstr("wait_for"),
                                    HasSubstr("awaits event at loop_test.cpp:")));
    }

    t.group.cancel();
    t.run();
}

TEST(LoopTest, ALoopThatWasDeadlockedCanGoOn) {
    event release;
    virtual_loop t;

    t.spawn(wait_for(release));
    EXPECT_THROW(t.run(), deadlock);
    release.set();
    t.run();

    EXPECT_TRUE(t.group.empty());
}

TEST(LoopTest, StopReturnsAfterTheCurrentStepAndRunGoesOn) {
    journal lines;
    virtual_loop t;

    t.run(stop_loop(lines));
    EXPECT_THAT(lines.lines(), ElementsAre("before"));
    EXPECT_EQ(t.loop.live_tasks(), 1U);
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("before", "after"));
}

TEST(LoopTest, StopBeforeRunIsObeyedOnce) {
    bool slept = false;
    virtual_loop t;

    t.spawn(sleep_once(1s, slept));
    t.loop.stop();
    t.loop.run();
    EXPECT_FALSE(slept) << "run returned at once";
    t.loop.run();

    EXPECT_TRUE(slept);
}

TEST(LoopTest, StopReturnsFromRunWhicheverThreadCallsIt) {
    int ticks = 0;
    real_clock clock;
    loop l{clock};
    task_group group{l, "test", {}};
    std::promise<void> ticking;

    group.spawn("tick", tick(1ms, ticks));
    l.post([&ticking] { ticking.set_value(); });
    std::thread other([&] {
        ticking.get_future().wait();
        l.stop();
    });
    l.run();
    other.join();

    EXPECT_EQ(group.size(), 1U) << "it stays where it is";
    group.cancel();
    l.run();
}

TEST(LoopTest, APostedFunctionIsWaitedFor) {
    int ran = 0;
    virtual_loop t;

    t.loop.post([&] {
        ++ran;
        t.loop.post([&ran] { ++ran; });
    });
    t.loop.run();

    EXPECT_EQ(ran, 2) << "no task lives, but somebody counts on it";
}

TEST(RealLoopTest, APostedFunctionIsWaitedFor) {
    int ran = 0;
    real_clock clock;
    loop l{clock};

    l.post([&] {
        ++ran;
        l.post([&ran] { ++ran; });
    });
    l.run();

    EXPECT_EQ(ran, 2);
}

TEST(RealLoopTest, RunReturnsWhenExternalWorkEndsOutsideOfAStep) {
    bool was_ended_by_hand = false;
    real_clock clock;
    loop l{clock};
    auto work = std::make_unique<loop::external_work>(l);
    asio::steady_timer last_resort{l.context(), 10s};
    last_resort.async_wait([&](asio::error_code ec) {
        if (!ec) {
            was_ended_by_hand = true;
            l.stop();
        }
    });

    asio::post(l.context(), [&work] { work.reset(); });
    l.run();

    EXPECT_FALSE(was_ended_by_hand);
}

TEST(LoopTest, RunsAgainAndAgain) {
    int runs = 0;
    virtual_loop t;

    for (int i = 0; i < 3; ++i) {
        bool done = false;
        t.run(sleep_once(1s, done));
        runs += done ? 1 : 0;
    }

    EXPECT_EQ(runs, 3);
    EXPECT_EQ(t.elapsed(), 3s);
}

TEST(LoopTest, ATaskThatNeverSuspendsDoesNotKeepPostedWorkOut) {
    bool posted = false;
    virtual_loop t;

    t.loop.post([&posted] { posted = true; });
    t.run([](bool& flag) -> awaitable<void> {
        const frame here;
        while (!flag) {
            co_await yield();
        }
    }(posted));

    EXPECT_TRUE(posted);
}

TEST(LoopTest, PostFromAnotherThreadRunsOnTheLoopsThreadWhileVirtualTimeWaits) {
    std::thread::id ran_on;
    std::thread worker;
    virtual_loop t;

    t.run([](std::thread::id& id, std::thread& thread) -> awaitable<void> {
        const frame here;
        const loop::external_work coming{this_loop()};
        event arrived;
        loop& home = this_loop();
        thread = std::thread([&home, &arrived, &id] {
            home.post([&arrived, &id] {
                id = std::this_thread::get_id();
                arrived.set();
            });
        });
        co_await arrived.wait();
    }(ran_on, worker));
    worker.join();

    EXPECT_EQ(ran_on, std::this_thread::get_id());
    EXPECT_EQ(t.elapsed(), 0s);
}

TEST(LoopTest, KnowsItsThread) {
    virtual_loop t;
    bool elsewhere = true;

    std::thread([&] { elsewhere = t.loop.is_own_thread(); }).join();

    EXPECT_TRUE(t.loop.is_own_thread());
    EXPECT_FALSE(elsewhere);
}

TEST(LoopTest, AnotherThreadMayTakeItOver) {
    bool slept = false;
    virtual_loop t;

    t.spawn(sleep_once(1s, slept));
    std::thread([&] { t.loop.run(); }).join();

    EXPECT_TRUE(slept);
    EXPECT_FALSE(t.loop.is_own_thread());
    t.run();
    std::thread([&] { t.loop.run(); }).join();
}

struct real_loop {
    real_clock clock;
    async::loop loop{clock};
    task_group group{loop, "test", {}};
};

TEST(RealLoopTest, SleepsInRealTime) {
    bool slept = false;
    real_loop t;
    const auto began = t.clock.now();

    t.group.spawn("sleep", sleep_once(5ms, slept));
    t.loop.run();

    EXPECT_TRUE(slept);
    EXPECT_GE(t.clock.now() - began, 5ms);
}

TEST(RealLoopTest, AnEarlierDeadlineSetLaterComesFirst) {
    journal lines;
    real_loop t;
    constexpr auto write_after = [](clock::duration d, const char* line, journal& to) -> awaitable<void> {
        const frame here;
        co_await sleep_for(d);
        to.write(line);
    };
    constexpr auto write_and_end = [](journal& to, task_group& all) -> awaitable<void> {
        const frame here;
        co_await sleep_for(1ms);
        to.write("early");
        all.cancel();
    };

    t.group.spawn("late", write_after(1h, "late", lines));
    t.group.spawn("early", write_and_end(lines, t.group));
    t.loop.run();

    EXPECT_THAT(lines.lines(), ElementsAre("early"));
}

TEST(RealLoopTest, PostFromAnotherThreadWakesAnIdleLoop) {
    event arrived;
    real_loop t;
    std::promise<void> waiting;

    t.group.spawn("wait", [](event& e, std::promise<void>& told) -> awaitable<void> {
        const frame here;
        this_loop().post([&told] { told.set_value(); });  // runs once this task waits
        co_await e.wait();
    }(arrived, waiting));
    std::thread other([&] {
        waiting.get_future().wait();
        t.loop.post([&arrived] { arrived.set(); });
    });
    t.loop.run();
    other.join();

    EXPECT_TRUE(t.group.empty());
}

TEST(RealLoopTest, CancellingTheEarliestSleeperLeavesTheOthersAlone) {
    bool first = false;
    bool second = false;
    real_loop t;
    task_group others{t.loop, "others", {}};

    t.group.spawn("first", sleep_once(1ms, first));
    others.spawn("second", sleep_once(3ms, second));
    others.spawn("cancel", [](task_group& g) -> awaitable<void> {
        const frame here;
        g.cancel();
        co_return;
    }(t.group));
    t.loop.run();

    EXPECT_FALSE(first);
    EXPECT_TRUE(second);
}

TEST(LoopTest, SeveralOfThemTakeTurnsOnOneTime) {
    virtual_loop here;
    virtual_loop there;
    bool is_first_done = false;
    bool is_second_done = false;
    EXPECT_EQ(here.loop.next_deadline(), clock::time_point::max());
    here.spawn(sleep_once(2s, is_first_done));
    there.spawn(sleep_once(3s, is_second_done));
    EXPECT_EQ(here.loop.next_deadline(), here.clock.now()) << "it is ready to begin";

    const clock::time_point began = here.clock.now();
    here.loop.run_until(began + 1s);
    EXPECT_EQ(here.elapsed(), 1s);
    EXPECT_EQ(here.loop.next_deadline(), began + 2s);
    EXPECT_FALSE(is_first_done);
    here.loop.run_until(began + 2s);
    EXPECT_TRUE(is_first_done);
    there.loop.run_until(began + 2s);
    EXPECT_FALSE(is_second_done);
    there.loop.run_until(began + 5s);
    EXPECT_TRUE(is_second_done);
    EXPECT_EQ(there.elapsed(), 5s) << "the time goes on without anybody";
}

TEST(LoopTest, UntilThenIsNoDeadlock) {
    event release;
    virtual_loop t;
    t.spawn(wait_for(release));

    EXPECT_NO_THROW(t.loop.run_until(t.clock.now() + 1h));
    EXPECT_EQ(t.loop.live_tasks(), 1U);
    EXPECT_EQ(t.loop.next_deadline(), clock::time_point::max());

    release.set();
    EXPECT_EQ(t.loop.next_deadline(), t.clock.now());
    t.loop.run_until(t.clock.now());
    EXPECT_EQ(t.loop.live_tasks(), 0U);
}

TEST(RealLoopTest, CannotBeRunUntilATime) {
    real_loop t;

    EXPECT_THROW(t.loop.run_until(t.loop.now()), std::logic_error);
}

TEST(RealLoopTest, DoesNotCallIdlenessADeadlock) {
    event release;
    real_loop t;

    t.group.spawn("wait", wait_for(release));
    t.group.spawn("set", [](event& e) -> awaitable<void> {
        const frame here;
        co_await sleep_for(2ms);
        e.set();
    }(release));

    EXPECT_NO_THROW(t.loop.run());
}

TEST(ThisLoopDeathTest, IsForTasks) {
    EXPECT_DEATH((void)this_loop(), "this is for coroutines that run in a task group");
}

void end_a_loop_before_its_group() {
    virtual_clock clock;
    auto l = std::make_unique<loop>(clock);
    const task_group left{*l, "left", {}};
    l.reset();
}

TEST(LoopDeathTest, MustOutliveItsGroups) {
    EXPECT_DEATH(end_a_loop_before_its_group(), "every task group ends before its loop");
}

}  // namespace
}  // namespace mayhem::async
