// Proves that a gather runs its operations side by side, waits for all of them whatever happens, and hands every
// outcome to the caller. On virtual time, with operations of known length.

#include "mayhem/async/gather_settled.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "support/journal.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::ElementsAre;

/// Has no default constructor and cannot be copied.
struct receipt {
    explicit receipt(int n) : number(std::make_unique<int>(n)) {}
    std::unique_ptr<int> number;
};

awaitable<std::string> answer_after(clock::duration d, std::string answer) {
    const frame here;
    co_await sleep_for(d);
    co_return answer;
}

awaitable<int> fail_after(clock::duration d, std::string what) {
    const frame here;
    co_await sleep_for(d);
    throw std::runtime_error(what);
}

awaitable<receipt> issue_after(clock::duration d, int number) {
    const frame here;
    co_await sleep_for(d);
    co_return receipt{number};
}

awaitable<int> answer_at_once(int answer) {
    const frame here;
    co_return answer;
}

awaitable<int> fail_at_once(std::string what) {
    const frame here;
    throw std::runtime_error(what);
    co_return 0;
}

awaitable<void> write_after(clock::duration d, std::string line, journal& lines) {
    const frame here;
    lines.write("start " + line);
    co_await sleep_for(d);
    lines.write("end " + line);
}

awaitable<void> write_two(std::string first, std::string second, journal& lines) {
    const frame here;
    (void)co_await gather_settled(write_after(1s, first, lines), write_after(2s, second, lines));
}

/// When cancelled, needs another second to end.
awaitable<int> clean_up_for_a_second(event& never) {
    const frame here;
    bool is_cut = false;
    try {
        co_await never.wait();
    } catch (const asio::system_error&) {
        is_cut = true;
    }
    co_await begin_cleanup();
    co_await sleep_for(1s);
    co_return is_cut ? 1 : 0;
}

TEST(GatherSettledTest, ReturnsResultsInTheOrderOfTheArguments) {
    std::tuple<settled<std::string>, settled<std::string>, settled<std::string>> results;
    virtual_loop t;

    t.run([](auto& into) -> awaitable<void> {
        into = co_await gather_settled(answer_after(3s, "a"), answer_after(1s, "b"), answer_after(2s, "c"));
    }(results));

    EXPECT_EQ(*std::get<0>(results), "a");
    EXPECT_EQ(*std::get<1>(results), "b");
    EXPECT_EQ(*std::get<2>(results), "c");
    EXPECT_EQ(t.elapsed(), 3s) << "side by side, not one after the other";
}

TEST(GatherSettledTest, StartsTheOperationsAtOnceInTheOrderGiven) {
    journal lines;
    virtual_loop t;

    t.run([](journal& to) -> awaitable<void> {
        (void)co_await gather_settled(write_after(2s, "a", to), write_after(1s, "b", to), write_after(3s, "c", to));
    }(lines));

    EXPECT_THAT(lines.lines(), ElementsAre("start a", "start b", "start c", "end b", "end a", "end c"));
}

TEST(GatherSettledTest, TakesASingleOperation) {
    settled<std::string> result;
    virtual_loop t;

    t.run([](auto& into) -> awaitable<void> {
        auto [only] = co_await gather_settled(answer_after(1s, "only"));
        into = std::move(only);
    }(result));

    EXPECT_EQ(*result, "only");
}

TEST(GatherSettledTest, OneFailingNeitherCancelsNorShortensTheOther) {
    for (const bool fails_first_in_order : {true, false}) {
        settled<int> failed;
        settled<std::string> answered;
        virtual_loop t;

        t.run([](bool first, auto& f, auto& a) -> awaitable<void> {
            if (first) {
                std::tie(f, a) = co_await gather_settled(fail_after(1s, "no"), answer_after(5s, "yes"));
            } else {
                std::tie(a, f) = co_await gather_settled(answer_after(5s, "yes"), fail_after(1s, "no"));
            }
        }(fails_first_in_order, failed, answered));

        EXPECT_EQ(test::message_of(failed.error()), "no");
        EXPECT_EQ(*answered, "yes");
        EXPECT_EQ(t.elapsed(), 5s);
    }
}

TEST(GatherSettledTest, KeepsEveryException) {
    std::tuple<settled<int>, settled<int>> results;
    virtual_loop t;

    t.run([](auto& into) -> awaitable<void> {
        into = co_await gather_settled(fail_after(1s, "first"), fail_after(1s, "second"));
    }(results));

    EXPECT_EQ(test::message_of(std::get<0>(results).error()), "first");
    EXPECT_EQ(test::message_of(std::get<1>(results).error()), "second");
    EXPECT_EQ(t.group.failures(), 0U) << "they are values here";
}

TEST(GatherSettledTest, TakesOperationsThatNeverWait) {
    std::tuple<settled<int>, settled<int>, settled<int>> results;
    virtual_loop t;

    t.run([](auto& into) -> awaitable<void> {
        into = co_await gather_settled(answer_at_once(1), fail_at_once("no"), answer_at_once(3));
    }(results));

    EXPECT_EQ(*std::get<0>(results), 1);
    EXPECT_EQ(test::message_of(std::get<1>(results).error()), "no");
    EXPECT_EQ(*std::get<2>(results), 3);
}

TEST(GatherSettledTest, TakesValuesThatCanOnlyBeMovedAndOperationsWithoutValue) {
    journal lines;
    int first = 0;
    int last = 0;
    virtual_loop t;

    t.run([](journal& to, int& f, int& l) -> awaitable<void> {
        auto [a, b, c] = co_await gather_settled(issue_after(2s, 7), write_after(1s, "b", to), issue_after(1s, 8));
        EXPECT_TRUE(b.has_value());
        f = *a->number;
        l = *c->number;
    }(lines, first, last));

    EXPECT_EQ(first, 7);
    EXPECT_EQ(last, 8);
}

TEST(GatherSettledTest, ItsOperationsMayGatherToo) {
    journal lines;
    virtual_loop t;

    t.run([](journal& to) -> awaitable<void> {
        (void)co_await gather_settled(write_two("a", "b", to), write_two("c", "d", to));
    }(lines));

    EXPECT_EQ(t.elapsed(), 2s);
    EXPECT_EQ(lines.lines().size(), 8U);
}

struct after_cancel {
    std::tuple<settled<int>, settled<int>> results;
    bool returned = false;
    settled<void> next_await;
};

awaitable<void> gather_two_clean_ups(event& never, after_cancel& told) {
    const frame here;
    told.results = co_await gather_settled(clean_up_for_a_second(never), clean_up_for_a_second(never));
    told.returned = true;
    co_await test::note(yield(), told.next_await);
}

awaitable<void> gather_done_and_waiting(event& never, after_cancel& told) {
    const frame here;
    told.results = co_await gather_settled(answer_at_once(5), clean_up_for_a_second(never));
    told.returned = true;
    co_await yield();
    told.next_await.set_value();
}

TEST(GatherSettledTest, CancelCancelsAllAwaitsAllAndReturnsWhatWasDone) {
    event never;
    after_cancel told;
    virtual_loop t;

    t.spawn(gather_done_and_waiting(never, told));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_TRUE(told.returned);
    EXPECT_EQ(*std::get<0>(told.results), 5) << "what had been done is told";
    EXPECT_EQ(*std::get<1>(told.results), 1);
    EXPECT_FALSE(told.next_await.has_value()) << "the caller's next await throws";
    EXPECT_EQ(t.elapsed(), 2s) << "both clean-ups were awaited";
}

TEST(GatherSettledTest, CancelReachesBothAndWaitsForBothCleanUps) {
    event never;
    after_cancel told;
    virtual_loop t;

    t.spawn(gather_two_clean_ups(never, told));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(*std::get<0>(told.results), 1);
    EXPECT_EQ(*std::get<1>(told.results), 1);
    EXPECT_EQ(t.elapsed(), 2s);
}

awaitable<int> cancel_group(task_group& group) {
    const frame here;
    group.cancel();
    co_return 1;
}

awaitable<void> gather_with_canceller(task_group& group, event& never, after_cancel& told) {
    const frame here;
    auto results = co_await gather_settled(cancel_group(group), never.wait(), never.wait());
    told.returned = true;
    EXPECT_TRUE(test::was_cancelled(std::get<1>(results)));
    EXPECT_TRUE(test::was_cancelled(std::get<2>(results)));
}

TEST(GatherSettledTest, AnOperationThatCancelsTheGroupReachesThoseNotYetStarted) {
    event never;
    after_cancel told;
    virtual_loop t;

    t.run(gather_with_canceller(t.group, never, told));

    EXPECT_TRUE(told.returned);
}

awaitable<int> clean_up_and_return() {
    const frame here;
    co_await begin_cleanup();
    co_return 0;
}

awaitable<void> gather_then_wait(event& never, bool cleans_up_last, settled<void>& outcome) {
    const frame here;
    if (cleans_up_last) {
        (void)co_await gather_settled(answer_at_once(0), clean_up_and_return());
    } else {
        (void)co_await gather_settled(clean_up_and_return(), answer_at_once(0));
    }
    co_await test::note(never.wait(), outcome);
}

TEST(GatherSettledTest, ACleanUpInsideAnOperationEndsWithIt) {
    for (const bool cleans_up_last : {false, true}) {
        event never;
        settled<void> outcome;
        virtual_loop t;

        t.spawn(gather_then_wait(never, cleans_up_last, outcome));
        t.run_for(1s);
        t.group.cancel();
        t.run_for(1s);
        never.set();
        t.run();

        EXPECT_TRUE(test::was_cancelled(outcome)) << "the caller had not begun a clean-up";
    }
}

awaitable<int> clean_up_for(clock::duration d) {
    const frame here;
    co_await begin_cleanup();
    co_await sleep_for(d);
    co_return 0;
}

awaitable<int> wait_and_note(event& never, settled<void>& outcome) {
    const frame here;
    co_await test::note(never.wait(), outcome);
    co_return 0;
}

awaitable<void> gather_beside_clean_up(event& never, settled<void>& beside, bool& next_threw) {
    const frame here;
    (void)co_await gather_settled(wait_and_note(never, beside), clean_up_for(10s));
    try {
        co_await yield();
    } catch (const asio::system_error&) {
        next_threw = true;
    }
}

TEST(GatherSettledTest, ACleanUpInOneOperationHoldsNoCancellationBackFromAnother) {
    event never;
    settled<void> beside;
    bool next_threw = false;
    virtual_loop t;

    t.spawn(gather_beside_clean_up(never, beside, next_threw));
    t.run_for(1s);
    t.group.cancel();
    t.run_for(1s);
    const bool beside_was_cut = test::was_cancelled(beside);
    t.run();

    EXPECT_TRUE(beside_was_cut);
    EXPECT_TRUE(next_threw) << "the cancellation that came during the clean-up is not forgotten";
}

}  // namespace
}  // namespace mayhem::async
