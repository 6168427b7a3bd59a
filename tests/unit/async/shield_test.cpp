// Proves that a cancellation does not cut a shielded operation or a clean-up in half, and that both are bounded all the
// same: by the shield's limit, and by cancel_hard. On virtual time, with operations that end before and after the
// limit.

#include "mayhem/async/shield.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"
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

awaitable<int> answer_after(clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    co_return 42;
}

awaitable<int> fail_after(clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    throw std::runtime_error("its own");
}

awaitable<void> shielded_then_more(clock::duration length, clock::duration limit, settled<int>& outcome,
                                   settled<void>& next) {
    const frame here;
    co_await test::note(shield(answer_after(length), limit), outcome);
    co_await test::note(sleep_for(1h), next);
}

awaitable<void> write_after(clock::duration d, std::string line, journal& lines) {
    const frame here;
    co_await sleep_for(d);
    lines.write(line);
}

awaitable<void> write_a_tree(journal& lines) {
    const frame here;
    (void)co_await gather_settled(write_after(2s, "a", lines), write_after(3s, "b", lines));
    (void)co_await with_timeout(write_after(1s, "c", lines), 5s);
}

awaitable<void> shield_a_tree(journal& lines) {
    const frame here;
    co_await shield(write_a_tree(lines), 30s);
}

TEST(ShieldTest, ReturnsTheValueWhenNobodyCancels) {
    settled<int> outcome;
    virtual_loop t;

    t.run(test::note(shield(answer_after(5s), 1s), outcome));

    EXPECT_EQ(*outcome, 42) << "the limit counts from a cancellation only";
}

TEST(ShieldTest, TheOperationSurvivesACancellationAndTheCallerLearnsOfItAtItsNextAwait) {
    settled<int> outcome;
    settled<void> next;
    virtual_loop t;

    t.spawn(shielded_then_more(5s, 10s, outcome, next));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(*outcome, 42);
    EXPECT_FALSE(next.has_value());
    EXPECT_EQ(t.elapsed(), 5s);
    EXPECT_EQ(t.group.failures(), 0U);
}

TEST(ShieldTest, CutsWhatNeedsLongerThanTheLimitAndNamesIt) {
    virtual_loop t;

    t.spawn([]() -> awaitable<void> {
        const frame here;
        (void)co_await shield(answer_after(1h), 2s);
    }());
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(t.elapsed(), 3s);
    const auto failures = t.take_failures();
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_THROW(std::rethrow_exception(failures.front().error), shield_expired);
    EXPECT_THAT(failures.front().describe(), HasSubstr("shield_test.cpp:"));
    EXPECT_THAT(failures.front().describe(), HasSubstr("had not ended 2000 ms after the cancellation and was cut"));
}

TEST(ShieldTest, ASecondCancellationDoesNotProlongTheLimit) {
    settled<int> outcome;
    virtual_loop t;

    t.spawn(test::note(shield(answer_after(1h), 2s), outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(t.elapsed(), 3s);
    EXPECT_THROW(outcome.rethrow_if_failed(), shield_expired);
}

TEST(ShieldTest, HardCancellationPasses) {
    settled<int> outcome;
    virtual_loop t;

    t.spawn(test::note(shield(answer_after(1h), 30s), outcome));
    t.run_for(1s);
    t.group.cancel_hard();
    t.run();

    EXPECT_TRUE(test::was_cancelled(outcome));
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(ShieldTest, HardCancellationCutsAShieldThatASoftOneLeftRunning) {
    settled<int> outcome;
    virtual_loop t;

    t.spawn(test::note(shield(answer_after(1h), 30s), outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run_for(1s);
    t.group.cancel_hard();
    t.run();

    EXPECT_TRUE(test::was_cancelled(outcome));
    EXPECT_EQ(t.elapsed(), 2s);
}

TEST(ShieldTest, PassesTheOperationsOwnExceptionCancelledOrNot) {
    for (const bool cancels : {false, true}) {
        settled<int> outcome;
        virtual_loop t;

        t.spawn(test::note(shield(fail_after(3s), 30s), outcome));
        t.run_for(1s);
        if (cancels) {
            t.group.cancel();
        }
        t.run();

        EXPECT_EQ(test::message_of(outcome.error()), "its own");
    }
}

TEST(ShieldTest, ProtectsEverythingBelowIt) {
    journal lines;
    virtual_loop t;

    t.spawn(shield_a_tree(lines));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("a", "b", "c"));
}

TEST(ShieldTest, ATimeoutAroundAShieldWaitsForIt) {
    settled<std::optional<int>> outcome;
    virtual_loop t;

    t.run(test::note(with_timeout(shield(answer_after(5s), 10s), 1s), outcome));

    EXPECT_EQ(*outcome, 42) << "completed in spite of the late cancellation";
    EXPECT_EQ(t.elapsed(), 5s);
}

TEST(ShieldTest, NestedShieldsAreCutByTheOuterLimit) {
    settled<int> outcome;
    virtual_loop t;

    t.spawn(test::note(shield(shield(answer_after(1h), 1s), 5s), outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(t.elapsed(), 6s);
    EXPECT_FALSE(outcome.has_value());
}

awaitable<void> wait_then_clean_up(event& never, clock::duration length, journal& lines) {
    const frame here;
    try {
        co_await never.wait();
    } catch (const asio::system_error&) {
        lines.write("cancelled");
    }
    co_await begin_cleanup();
    co_await sleep_for(length);
    lines.write("cleaned up");
}

TEST(BeginCleanupTest, WhatFollowsACancellationCanWaitAgain) {
    event never;
    journal lines;
    virtual_loop t;

    t.spawn(wait_then_clean_up(never, 5s, lines));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("cancelled", "cleaned up"));
    EXPECT_EQ(t.elapsed(), 6s);
}

TEST(BeginCleanupTest, ASecondCancellationDoesNotCutIt) {
    event never;
    journal lines;
    virtual_loop t;

    t.spawn(wait_then_clean_up(never, 5s, lines));
    t.run_for(1s);
    t.group.cancel();
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("cancelled", "cleaned up"));
}

TEST(BeginCleanupTest, HardCancellationCutsIt) {
    event never;
    journal lines;
    virtual_loop t;

    t.spawn(wait_then_clean_up(never, 1h, lines));
    t.run_for(1s);
    t.group.cancel();
    t.run_for(1s);
    t.group.cancel_hard();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("cancelled"));
    EXPECT_EQ(t.elapsed(), 2s);
    EXPECT_EQ(t.group.failures(), 0U);
}

awaitable<void> clean_up_uncancelled(journal& lines) {
    const frame here;
    co_await begin_cleanup();
    co_await sleep_for(5s);
    lines.write(is_cancel_requested() ? "asked to end" : "not asked");
}

TEST(BeginCleanupTest, HoldsBackACancellationThatComesLaterAndRemembersIt) {
    journal lines;
    virtual_loop t;

    t.spawn(clean_up_uncancelled(lines));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("asked to end"));
}

TEST(BeginCleanupTest, AShieldInACleanUpGetsItsLimitFromTheStart) {
    event never;
    settled<int> outcome;
    virtual_loop t;

    t.spawn([](event& e, settled<int>& o) -> awaitable<void> {
        const frame here;
        try {
            co_await e.wait();
        } catch (const asio::system_error&) {
            EXPECT_TRUE(is_cancel_requested());
        }
        co_await begin_cleanup();
        co_await test::note(shield(answer_after(1h), 3s), o);
    }(never, outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_THROW(outcome.rethrow_if_failed(), shield_expired);
    EXPECT_EQ(t.elapsed(), 4s);
}

TEST(IsCancelRequestedTest, IsFalseOutsideOfAnyTask) { EXPECT_FALSE(is_cancel_requested()); }

TEST(ThrowIfCancelledTest, ThrowsWhereTheWaitsBeforeItDidNot) {
    journal lines;
    virtual_loop t;

    t.spawn([](journal& j) -> awaitable<void> {
        const frame here;
        throw_if_cancelled();
        j.write("not asked");
        co_await shield(sleep_for(2s), 10s);
        j.write("let live");
        throw_if_cancelled();
        j.write("acted");
    }(lines));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("not asked", "let live"));
    EXPECT_EQ(t.group.failures(), 0U);
}

TEST(ThrowIfCancelledTest, DoesNothingOutsideOfAnyTask) { EXPECT_NO_THROW(throw_if_cancelled()); }

}  // namespace
}  // namespace mayhem::async
