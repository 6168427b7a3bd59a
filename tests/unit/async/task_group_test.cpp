// Proves that a group owns its tasks: none starts inside spawn, no failure is lost, cancelled is not failed, and
// nothing outlives the group. On virtual time, with tasks that write lines, fail or wait.

#include "mayhem/async/task_group.hpp"

#include <set>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/journal.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::ElementsAre;
using testing::HasSubstr;

awaitable<void> write_line(std::string line, journal& lines) {
    const frame here;
    lines.write(line);
    co_return;
}

awaitable<void> wait_for_ever(event& never) {
    const frame here;
    co_await never.wait();
}

awaitable<void> fail_after(clock::duration d, std::string what) {
    const frame here;
    co_await sleep_for(d);
    throw std::runtime_error(what);
}

awaitable<void> middle(int& line) {
    const frame here;
    line = static_cast<int>(here.at().line());
    co_await fail_after(1s, "deep");
}

awaitable<void> outer(int& line) {
    const frame here;
    co_await middle(line);
}

awaitable<void> abort_uncancelled() {
    const frame here;
    co_await yield();
    throw asio::system_error(asio::error::operation_aborted);
}

awaitable<void> throw_number() {
    const frame here;
    co_await yield();
    throw 42;
}

awaitable<void> spawn_and_write(task_group& group, journal& lines) {
    const frame here;
    group.spawn("child", write_line("child", lines));
    lines.write("after spawn");
    co_return;
}

awaitable<void> join_and_write(task_group& group, journal& lines) {
    const frame here;
    co_await group.join();
    lines.write("joined");
}

awaitable<void> fail_when_cancelled(event& never) {
    const frame here;
    try {
        co_await never.wait();
    } catch (const asio::system_error&) {
        throw std::runtime_error("clean-up failed");
    }
}

void leave_a_task_behind() {
    event never;
    virtual_loop t;
    task_group left{t.loop, "left", {}};
    left.spawn("wait", wait_for_ever(never));
}

void join_from_inside() {
    journal lines;
    virtual_loop t;
    t.run(join_and_write(t.group, lines));
}

TEST(TaskGroupTest, ATaskStartsAfterTheStepThatSpawnedIt) {
    journal lines;
    virtual_loop t;

    t.run(spawn_and_write(t.group, lines));

    EXPECT_THAT(lines.lines(), ElementsAre("after spawn", "child"));
}

TEST(TaskGroupTest, StartsTasksInTheOrderInWhichTheyWereSpawned) {
    journal lines;
    virtual_loop t;

    t.spawn(write_line("1", lines));
    t.spawn(write_line("2", lines));
    t.spawn(write_line("3", lines));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("1", "2", "3"));
}

TEST(TaskGroupTest, TellsOfAFailureWithTaskCreationSiteAndTracebackInnermostFirst) {
    int line_of_middle = 0;
    virtual_loop t;

    t.spawn("restart", outer(line_of_middle));
    const auto line_of_spawn = std::source_location::current().line() - 1;
    t.run();

    const std::vector<task_failure> failures = t.take_failures();
    ASSERT_EQ(failures.size(), 1U);
    const task_failure& failure = failures.front();
    EXPECT_EQ(failure.task(), "test/restart #1");
    EXPECT_EQ(failure.created_at.line(), line_of_spawn);
    EXPECT_THAT(failure.created_at.file_name(), HasSubstr("task_group_test.cpp"));
    EXPECT_EQ(test::message_of(failure.error), "deep");
    ASSERT_EQ(failure.traceback.size(), 3U);
    EXPECT_THAT(failure.traceback[0].function_name(), HasSubstr("fail_after"));
    EXPECT_THAT(failure.traceback[1].function_name(), HasSubstr("middle"));
    EXPECT_EQ(failure.traceback[1].line(), static_cast<unsigned>(line_of_middle));
    EXPECT_THAT(failure.traceback[2].function_name(), HasSubstr("outer"));
}

TEST(TaskGroupTest, DescribesAFailureAsText) {
    int line = 0;
    virtual_loop t;

    t.spawn("restart", outer(line));
    t.run();

    const std::string text = t.take_failures().front().describe();
    EXPECT_THAT(text, HasSubstr("task 'test/restart #1' failed: deep\n"));
    EXPECT_THAT(text, testing::ContainsRegex("in .*fail_after.*task_group_test.cpp:[0-9]+.*\n"
                                             ".*in .*middle.*\n.*in .*outer.*\n.*spawned in "));
}

TEST(TaskGroupTest, F21LosesNoFailure) {
    virtual_loop t;

    for (int i = 0; i < 100; ++i) {
        t.spawn(fail_after(i % 3 * 1s, std::to_string(i)));
    }
    t.run();

    std::set<std::string> told;
    for (const task_failure& f : t.take_failures()) {
        told.insert(test::message_of(f.error));
    }
    EXPECT_EQ(told.size(), 100U);
    EXPECT_EQ(t.group.failures(), 100U);
}

TEST(TaskGroupTest, DescribesAnExceptionOfUnknownType) {
    virtual_loop t;

    t.run(throw_number());

    EXPECT_THAT(t.take_failures().front().describe(), HasSubstr("an exception of unknown type"));
}

TEST(TaskGroupTest, CountsFailuresWithoutAHandler) {
    virtual_loop t;
    task_group silent{t.loop, "silent", {}};

    silent.spawn("fail", fail_after(1s, "unheard"));
    t.run();

    EXPECT_EQ(silent.failures(), 1U);
}

TEST(TaskGroupTest, CancelledIsNotAFailure) {
    event never;
    virtual_loop t;

    t.spawn(wait_for_ever(never));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(t.group.failures(), 0U);
    EXPECT_TRUE(t.group.empty());
}

TEST(TaskGroupTest, EndingAsIfCancelledWithoutHavingBeenIsAFailure) {
    virtual_loop t;

    t.run(abort_uncancelled());

    EXPECT_EQ(t.take_failures().size(), 1U);
}

TEST(TaskGroupTest, FailingOnCancellationIsAFailure) {
    event never;
    virtual_loop t;

    t.spawn(fail_when_cancelled(never));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    const auto failures = t.take_failures();
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(test::message_of(failures.front().error), "clean-up failed");
}

TEST(TaskGroupTest, ATaskCancelledBeforeItsFirstStepNeverRuns) {
    journal lines;
    virtual_loop t;

    t.spawn(write_line("never", lines));
    t.group.cancel();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre());
    EXPECT_EQ(t.group.failures(), 0U);
}

TEST(TaskGroupTest, CancellingTwiceOrWithNothingThereIsHarmless) {
    event never;
    virtual_loop t;

    t.group.cancel();
    t.spawn(wait_for_ever(never));
    t.run_for(1s);
    t.group.cancel();
    t.group.cancel();
    t.run();

    EXPECT_TRUE(t.group.empty());
}

TEST(TaskGroupTest, ATaskSpawnedAfterACancelIsNotCancelled) {
    journal lines;
    virtual_loop t;

    t.group.cancel();
    t.run(write_line("ran", lines));

    EXPECT_THAT(lines.lines(), ElementsAre("ran"));
}

TEST(TaskGroupTest, RefusesATaskAtTheLimitAndSaysWhichGroup) {
    event never;
    virtual_loop t{2};

    t.spawn(wait_for_ever(never));
    t.spawn(wait_for_ever(never));
    try {
        t.spawn(wait_for_ever(never));
        ADD_FAILURE() << "a third task was accepted";
    } catch (const std::length_error& e) {
        EXPECT_STREQ(e.what(), "task group 'test' is full (2 tasks)");
    }

    t.group.cancel();
    t.run();
    never.set();
    EXPECT_NO_THROW(t.run(wait_for_ever(never))) << "there is room again";
}

TEST(TaskGroupTest, AFailureHandlerMayReplaceTheTaskEvenAtTheLimit) {
    journal lines;
    virtual_loop t;
    task_group* self = nullptr;
    task_group restarting{t.loop, "restarting",
                          [&](const task_failure&) { self->spawn("again", write_line("again", lines)); }, 1};
    self = &restarting;

    restarting.spawn("once", fail_after(1s, "once"));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("again"));
}

TEST(TaskGroupTest, AFailureHandlerMayCancelTheGroup) {
    event never;
    virtual_loop t;
    task_group* self = nullptr;
    task_group fragile{t.loop, "fragile", [&](const task_failure&) { self->cancel(); }};
    self = &fragile;

    fragile.spawn("wait", wait_for_ever(never));
    fragile.spawn("fail", fail_after(1s, "enough"));
    fragile.spawn("wait", wait_for_ever(never));
    t.run();

    EXPECT_EQ(fragile.failures(), 1U);
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(TaskGroupTest, F29JoinWaitsUntilTheLastTaskHasEnded) {
    event release;
    journal lines;
    virtual_loop t;
    task_group others{t.loop, "others", {}};

    others.spawn("wait", wait_for_ever(release));
    others.spawn("fail", fail_after(1s, "meanwhile"));
    t.spawn(join_and_write(others, lines));
    t.run_for(2s);
    EXPECT_THAT(lines.lines(), ElementsAre());
    release.set();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("joined"));
}

TEST(TaskGroupTest, JoiningAnEmptyGroupReturnsAtOnce) {
    journal lines;
    virtual_loop t;
    task_group others{t.loop, "others", {}};

    t.run(join_and_write(others, lines));

    EXPECT_THAT(lines.lines(), ElementsAre("joined"));
}

TEST(TaskGroupTest, CancellingTheJoinLeavesTheTasksAlone) {
    event release;
    settled<void> outcome;
    virtual_loop t;
    task_group others{t.loop, "others", {}};

    others.spawn("wait", wait_for_ever(release));
    t.spawn(test::note(others.join(), outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run_for(1s);

    EXPECT_TRUE(test::was_cancelled(outcome));
    EXPECT_EQ(others.size(), 1U);
    release.set();
    t.run();
}

TEST(TaskGroupTest, CountsItsTasksByName) {
    event never;
    virtual_loop t;

    t.spawn("handle", wait_for_ever(never));
    t.spawn("handle", wait_for_ever(never));
    t.spawn("consume", wait_for_ever(never));

    EXPECT_THAT(t.group.describe_tasks(), ElementsAre("consume", "handle x 2"));
    t.group.cancel();
    t.run();
    EXPECT_THAT(t.group.describe_tasks(), ElementsAre());
}

TEST(TaskGroupDeathTest, D8MustBeJoinedBeforeItGoes) {
    EXPECT_DEATH(leave_a_task_behind(), "a task group is cancelled and joined before it goes");
}

TEST(TaskGroupDeathTest, ATaskMustNotJoinItsOwnGroup) {
    EXPECT_DEATH(join_from_inside(), "a task cannot wait for its own group to be empty");
}

}  // namespace
}  // namespace mayhem::async
