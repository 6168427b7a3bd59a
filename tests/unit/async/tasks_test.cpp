// Proves that a snapshot tells of every live task who it is, where it came from, what it has cost and what it waits
// for, down to the innermost frame. With tasks parked at known depths, on virtual time.

#include "mayhem/async/tasks.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

awaitable<void> innermost(event& e) {
    const frame here;
    co_await e.wait();
}

awaitable<void> middle(event& e) {
    const frame here;
    co_await innermost(e);
}

awaitable<void> outermost(event& e) {
    const frame here;
    co_await middle(e);
}

awaitable<void> gather_two(event& e) {
    const frame here;
    (void)co_await gather_settled(innermost(e), middle(e));
}

awaitable<void> gather_of_gathers(event& e) {
    const frame here;
    (void)co_await gather_settled(gather_two(e), innermost(e));
}

awaitable<void> burn(clock::duration d) {
    const frame here;
    const auto end = std::chrono::steady_clock::now() + d;
    while (std::chrono::steady_clock::now() < end) {
    }
    co_return;
}

awaitable<void> burn_and_wait(clock::duration d, event& e) {
    const frame here;
    co_await yield();
    co_await burn(d);
    co_await e.wait();
}

awaitable<void> burn_beside(clock::duration d, event& e) {
    const frame here;
    (void)co_await gather_settled(burn_and_wait(d, e), e.wait());
}

/// Runs the loop for a second and takes the snapshot; ends the tasks afterwards.
std::vector<task_info> snapshot(virtual_loop& t, event& release) {
    t.run_for(1s);
    std::vector<task_info> all = tasks(t.loop);
    release.set();
    t.run();
    return all;
}

std::vector<std::string> functions_of(const task_info& t) {
    std::vector<std::string> names;
    for (const frame_info& f : t.stack) {
        names.push_back(f.function);
    }
    return names;
}

std::string innermost_wait(virtual_loop& t, awaitable<void> body) {
    t.spawn(std::move(body));
    t.run_for(1s);
    const std::string awaits = tasks(t.loop).back().stack.back().awaits;
    t.group.cancel();
    t.run();
    return awaits;
}

TEST(TasksTest, NamesEveryLiveTaskWithItsGroupAndWhereItWasCreated) {
    event release;
    virtual_loop t;
    task_group others{t.loop, "others", {}};

    t.spawn("publish", outermost(release));
    others.spawn("consume", outermost(release));
    const auto all = snapshot(t, release);

    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].group, "test");
    EXPECT_EQ(all[0].name, "publish");
    EXPECT_EQ(all[0].id, 1U);
    EXPECT_THAT(all[0].created_at.file_name(), HasSubstr("tasks_test.cpp"));
    EXPECT_EQ(all[1].group, "others");
    EXPECT_EQ(all[1].name, "consume");
    EXPECT_EQ(all[1].created_at.line(), all[0].created_at.line() + 1);
    EXPECT_TRUE(tasks(t.loop).empty()) << "those that have ended are gone";
}

TEST(TasksTest, ShowsTheStackOutermostFirstWithFunctionFileAndLine) {
    event release;
    virtual_loop t;

    t.spawn(outermost(release));
    const auto all = snapshot(t, release);

    ASSERT_EQ(all.size(), 1U);
    const auto& stack = all[0].stack;
    ASSERT_EQ(stack.size(), 3U);
    EXPECT_THAT(stack[0].function, HasSubstr("outermost"));
    EXPECT_THAT(stack[1].function, HasSubstr("middle"));
    EXPECT_THAT(stack[2].function, HasSubstr("innermost"));
    for (const frame_info& f : stack) {
        EXPECT_THAT(f.file, HasSubstr("tasks_test.cpp"));
        EXPECT_GT(f.line, 0U);
        EXPECT_EQ(f.depth, 0);
    }
    EXPECT_EQ(stack[0].awaits, "the next frame");
    EXPECT_THAT(stack[2].awaits, StartsWith("event at tasks_test.cpp:"));
}

TEST(TasksTest, SaysWhatTheInnermostFrameAwaits) {
    event never;
    channel<int> numbers{1};
    semaphore taken{1};
    virtual_loop t;
    const semaphore::permit in_the_way = taken.try_acquire();
    constexpr auto sleep_long = []() -> awaitable<void> {
        const frame here;
        co_await sleep_for(1h);
    };
    constexpr auto receive = [](channel<int>& c) -> awaitable<void> {
        const frame here;
        (void)co_await c.receive();
    };
    constexpr auto acquire = [](semaphore& s) -> awaitable<void> {
        const frame here;
        (void)co_await s.acquire();
    };

    EXPECT_THAT(innermost_wait(t, sleep_long()), StartsWith("sleep at tasks_test.cpp:"));
    EXPECT_THAT(innermost_wait(t, receive(numbers)), StartsWith("channel receive at tasks_test.cpp:"));
    EXPECT_THAT(innermost_wait(t, acquire(taken)), StartsWith("semaphore at tasks_test.cpp:"));
}

TEST(TasksTest, ShowsOperationsRunBesideATaskOneLevelDeeper) {
    event release;
    virtual_loop t;

    t.spawn(gather_of_gathers(release));
    const auto all = snapshot(t, release);

    ASSERT_EQ(all.size(), 1U);
    int deepest = 0;
    for (const frame_info& f : all[0].stack) {
        deepest = std::max(deepest, f.depth);
    }
    EXPECT_EQ(deepest, 2) << to_string(all[0]);
    EXPECT_THAT(functions_of(all[0]), Contains(HasSubstr("gather_two")));
    EXPECT_THAT(functions_of(all[0]), Contains(HasSubstr("innermost")).Times(3));
}

TEST(TasksTest, ShowsOperationsUnderATimeoutAndAShield) {
    event release;
    virtual_loop t;

    t.spawn([](event& e) -> awaitable<void> {
        const frame here;
        (void)co_await with_timeout(shield(outermost(e), 1s), 1h);
    }(release));
    const auto all = snapshot(t, release);

    ASSERT_EQ(all.size(), 1U);
    EXPECT_THAT(functions_of(all[0]), Contains(HasSubstr("innermost")));
    EXPECT_EQ(all[0].stack.back().depth, 2);
    EXPECT_THAT(all[0].stack.front().awaits, "the next frame");
}

TEST(TasksTest, TellsTheAgeInTheLoopsTimeAndCountsTheResumes) {
    event release;
    virtual_loop t;

    t.spawn([](event& e) -> awaitable<void> {
        const frame here;
        for (int i = 0; i < 10; ++i) {
            co_await yield();
        }
        co_await e.wait();
    }(release));
    const auto all = snapshot(t, release);

    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].age, 1s);
    EXPECT_EQ(all[0].resumes, 11U) << "the start and ten yields";
    EXPECT_FALSE(all[0].cancelled);
}

TEST(TasksTest, ChargesATaskForTheTimeThatItHeldTheLoop) {
    bool is_idle_cheaper = false;
    for (int tries = 0; tries < 5 && !is_idle_cheaper; ++tries) {  // the machine may hold up the idle one, too
        event release;
        virtual_loop t;

        t.spawn("busy", burn_and_wait(20ms, release));
        t.spawn("idle", outermost(release));
        const auto all = snapshot(t, release);

        ASSERT_EQ(all.size(), 2U);
        EXPECT_GE(all[0].cpu, 10ms);
        is_idle_cheaper = all[1].cpu < all[0].cpu;
    }
    EXPECT_TRUE(is_idle_cheaper);
}

TEST(TasksTest, ChargesATaskForTheOperationsThatRanBesideIt) {
    event release;
    virtual_loop t;

    t.spawn(burn_beside(20ms, release));
    const auto all = snapshot(t, release);

    ASSERT_EQ(all.size(), 1U);
    EXPECT_GE(all[0].cpu, 10ms);
}

TEST(TasksTest, ChargesATaskForTheOperationsBesideItThatHaveEnded) {
    event release;
    virtual_loop t;

    t.spawn([](event& e) -> awaitable<void> {
        const frame here;
        const auto burn_later = []() -> awaitable<void> {
            const frame inside;
            co_await yield();
            co_await burn(20ms);
        };
        (void)co_await with_timeout(burn_later(), 1h);
        co_await e.wait();
    }(release));
    const auto all = snapshot(t, release);

    ASSERT_EQ(all.size(), 1U);
    EXPECT_GE(all[0].cpu, 10ms);
    EXPECT_EQ(all[0].resumes, 4U) << "two starts, one yield, and the end of the operation";
}

TEST(TasksTest, ShowsThatATaskWasAskedToEnd) {
    virtual_loop t;

    t.spawn([]() -> awaitable<void> {
        const frame here;
        co_await begin_cleanup();
        co_await sleep_for(1h);
    }());
    t.run_for(1s);
    t.group.cancel();
    const auto all = tasks(t.loop);
    t.run();

    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all[0].cancelled);
    EXPECT_THAT(to_string(all[0]), HasSubstr(", cancelled"));
}

TEST(TasksTest, ATaskCanLookAtItself) {
    std::vector<task_info> all;
    virtual_loop t;

    t.run([](std::vector<task_info>& into) -> awaitable<void> {
        const frame here;
        into = tasks(this_loop());
        co_return;
    }(all));

    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].stack.back().awaits, "nothing: it runs");
}

TEST(TasksTest, PrintsATaskWithItsFramesBelow) {
    event release;
    virtual_loop t;

    t.spawn("restart", gather_of_gathers(release));
    const auto all = snapshot(t, release);

    const std::string text = to_string(all.at(0));
    EXPECT_THAT(text, StartsWith("task #1 test/restart: age 1000 ms, CPU "));
    EXPECT_THAT(text, AllOf(HasSubstr("resumes, created at tasks_test.cpp:"), HasSubstr("\n    "),
                            HasSubstr("(tasks_test.cpp:"), HasSubstr("awaits event at tasks_test.cpp:")));
}

}  // namespace
}  // namespace mayhem::async
