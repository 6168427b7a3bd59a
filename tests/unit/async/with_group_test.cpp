// Proves that a group which a coroutine opens ends before that coroutine goes on, whatever ends it: its value, its
// exception, a cancellation, also a hard one. On virtual time, with tasks that write what becomes of them.
#include "mayhem/async/with_group.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/tasks.hpp"
#include "support/journal.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

awaitable<void> write_after(clock::duration d, const char* line, journal& out) {
    const frame here;
    try {
        co_await sleep_for(d);
    } catch (const asio::system_error&) {
        out.write(std::string(line) + " was cancelled");
        throw;
    }
    out.write(line);
}

awaitable<void> fail_after(clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    throw std::runtime_error("no");
}

/// Starts a task of 2 s, and itself takes a second.
awaitable<int> start_one(task_group& group, journal& out) {
    const frame here;
    group.spawn("child", write_after(2s, "child", out));
    co_await write_after(1s, "body", out);
    co_return 7;
}

awaitable<int> start_and_fail(task_group& group, journal& out) {
    const frame here;
    group.spawn("child", write_after(2s, "child", out));
    co_await fail_after(1s);
    co_return 7;
}

TEST(WithGroupTest, ReturnsTheBodysValueAfterItsTasksHaveEnded) {
    int value = 0;
    journal out;
    virtual_loop t;

    t.run([](journal& o, int& v) -> awaitable<void> {
        const frame here;
        v = co_await with_group("inner", [&o](task_group& g) { return start_one(g, o); });
        o.write("after");
    }(out, value));

    EXPECT_EQ(value, 7);
    EXPECT_THAT(out.lines(), ElementsAre("body", "child", "after"));
    EXPECT_EQ(t.elapsed(), 2s);
}

TEST(WithGroupTest, ABodyThatThrowsHasItsTasksCancelledAndWaitedFor) {
    settled<int> outcome;
    journal out;
    virtual_loop t;

    t.run(test::note(with_group("inner", [&out](task_group& g) { return start_and_fail(g, out); }), outcome));

    EXPECT_EQ(test::message_of(outcome.error()), "no");
    EXPECT_THAT(out.lines(), ElementsAre("child was cancelled"));
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(WithGroupTest, IsCancelledWithItsCaller) {
    settled<int> outcome;
    journal out;
    virtual_loop t;

    t.spawn(test::note(with_group("inner", [&out](task_group& g) { return start_one(g, out); }), outcome));
    t.run_for(500ms);
    t.group.cancel();
    t.run();

    EXPECT_TRUE(test::was_cancelled(outcome));
    EXPECT_THAT(out.lines(), testing::UnorderedElementsAre("body was cancelled", "child was cancelled"));
    EXPECT_EQ(t.elapsed(), 500ms);
}

TEST(WithGroupTest, ACancellationAfterTheBodyCancelsTheTasksAndTheValueIsReturned) {
    settled<int> outcome;
    journal out;
    virtual_loop t;

    t.spawn(test::note(with_group("inner", [&out](task_group& g) { return start_one(g, out); }), outcome));
    t.run_for(1500ms);
    t.group.cancel();
    t.run();

    ASSERT_TRUE(outcome);
    EXPECT_EQ(*outcome, 7);
    EXPECT_THAT(out.lines(), ElementsAre("body", "child was cancelled"));
}

awaitable<void> start_shielded(task_group& group, journal& out) {
    const frame here;
    group.spawn("shielded", shield(write_after(1min, "shielded", out), 1h));
    co_return;
}

TEST(WithGroupTest, AShieldHoldsACancellationOfTheCallerBackAndAHardOnePasses) {
    for (const bool is_hard : {false, true}) {
        settled<void> outcome;
        journal out;
        virtual_loop t;

        t.spawn(test::note(with_group("inner", [&out](task_group& g) { return start_shielded(g, out); }), outcome));
        t.run_for(1s);
        is_hard ? t.group.cancel_hard() : t.group.cancel();
        t.run();

        EXPECT_THAT(out.lines(), ElementsAre(is_hard ? "shielded was cancelled" : "shielded"));
        (void)t.take_failures();  // that the shield was cut
    }
}

TEST(WithGroupTest, OneThatIsOpenedInACleanupIsNotCut) {
    settled<int> outcome;
    journal out;
    virtual_loop t;

    t.spawn(test::note<int>(
        [](journal& o) -> awaitable<int> {
            const frame here;
            co_await begin_cleanup();
            co_return co_await with_group("inner", [&o](task_group& g) { return start_one(g, o); });
        }(out),
        outcome));
    t.run_for(500ms);
    t.group.cancel();
    t.run();

    EXPECT_THAT(out.lines(), ElementsAre("body", "child"));
    EXPECT_TRUE(outcome);
}

TEST(WithGroupTest, NestedOnesAreCancelledTogether) {
    settled<void> outcome;
    journal out;
    virtual_loop t;

    t.spawn(test::note(with_group("outer",
                                  [&out](task_group& outer) {
                                      outer.spawn("of outer", write_after(1h, "of outer", out));
                                      return with_group("inner", [&out](task_group& inner) {
                                          inner.spawn("of inner", write_after(1h, "of inner", out));
                                          return write_after(1h, "body", out);
                                      });
                                  }),
                       outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_THAT(out.lines(), testing::UnorderedElementsAre("of outer was cancelled", "of inner was cancelled",
                                                           "body was cancelled"));
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(WithGroupTest, WhatIsSpawnedAfterTheEndNeverRuns) {
    settled<void> outcome;
    journal out;
    virtual_loop t;

    t.spawn(test::note(with_group("inner",
                                  [&out](task_group& g) {
                                      return [](task_group& group, journal& o) -> awaitable<void> {
                                          const frame here;
                                          co_await begin_cleanup();
                                          co_await sleep_for(2s);
                                          group.spawn("late", write_after(0s, "late", o));
                                      }(g, out);
                                  }),
                       outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_THAT(out.lines(), IsEmpty());
    EXPECT_TRUE(outcome);
}

awaitable<void> start_failing(task_group& group) {
    const frame here;
    group.spawn("failing", fail_after(1s));
    co_await sleep_for(2s);
}

TEST(WithGroupTest, AFailureReachesTheHandlerOfTheCallersGroup) {
    virtual_loop t;

    t.run(with_group("inner", [](task_group& g) { return start_failing(g); }));

    EXPECT_EQ(t.elapsed(), 2s) << "and ends nothing else";
    EXPECT_EQ(t.group.failures(), 1U);
    const auto failures = t.take_failures();
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_THAT(failures[0].task(), HasSubstr("inner/failing #2"));
}

TEST(WithGroupTest, OrAHandlerOfItsOwn) {
    int told = 0;
    virtual_loop t;

    t.run(
        with_group("inner", [](task_group& g) { return start_failing(g); }, [&told](const task_failure&) { ++told; }));

    EXPECT_EQ(told, 1);
    EXPECT_EQ(t.group.failures(), 0U);
}

TEST(WithGroupTest, ItsTasksAreSeen) {
    journal out;
    settled<int> outcome;
    virtual_loop t;

    t.spawn(test::note(with_group("inner", [&out](task_group& g) { return start_one(g, out); }), outcome));
    t.run_for(1500ms);
    const auto all = tasks(t.loop);
    t.run();

    ASSERT_EQ(all.size(), 2U);
    EXPECT_THAT(all[0].stack.back().awaits, HasSubstr("with_group, for its tasks"));
    EXPECT_EQ(all[1].group, "inner");
}

}  // namespace
}  // namespace mayhem::async
