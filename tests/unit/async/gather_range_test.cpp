// Proves that a gather of a range runs so many of its operations at a time and no more, in order, waits for all
// whatever happens, and returns how each ended where it stood. On virtual time.

#include "mayhem/async/gather_range.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::message_of;
using test::virtual_loop;
using test::was_cancelled;
using testing::ElementsAre;

struct counts {
    int running = 0;
    int most = 0;
    std::vector<int> begun;
};

/// Sleeps for `number` seconds; every third one fails.
awaitable<std::unique_ptr<int>> work(int number, counts& c) {
    const frame here;
    c.begun.push_back(number);
    c.most = std::max(c.most, ++c.running);
    co_await sleep_for(std::chrono::seconds(number));
    --c.running;
    if (number % 3 == 0) {
        throw std::runtime_error("trouble " + std::to_string(number));
    }
    co_return std::make_unique<int>(number);
}

using outcomes = std::vector<settled<std::unique_ptr<int>>>;

awaitable<void> gather(std::vector<int> numbers, std::size_t at_most, counts& c, outcomes& into) {
    const frame here;
    std::vector<awaitable<std::unique_ptr<int>>> operations;
    for (const int number : numbers) {
        operations.push_back(work(number, c));
    }
    into = co_await gather_settled(std::move(operations), at_most);
}

TEST(GatherRangeTest, ReturnsHowEachEndedInOrder) {
    counts c;
    outcomes ended;
    virtual_loop t;

    t.run(gather({2, 3, 1}, 10, c, ended));

    ASSERT_EQ(ended.size(), 3U);
    EXPECT_EQ(**ended[0], 2);
    EXPECT_EQ(message_of(ended[1].error()), "trouble 3");
    EXPECT_EQ(**ended[2], 1);
    EXPECT_EQ(t.elapsed(), 3s) << "side by side";
}

TEST(GatherRangeTest, RunsAtMostSoManyAtATime) {
    counts c;
    outcomes ended;
    virtual_loop t;

    t.run(gather({4, 1, 1, 1, 2}, 2, c, ended));

    EXPECT_EQ(c.most, 2);
    EXPECT_THAT(c.begun, ElementsAre(4, 1, 1, 1, 2));
    EXPECT_EQ(t.elapsed(), 5s) << "one begins when another ends";
}

TEST(GatherRangeTest, RunsOneAtATimeIfLessIsAskedFor) {
    counts c;
    outcomes ended;
    virtual_loop t;

    t.run(gather({1, 1}, 0, c, ended));

    EXPECT_EQ(c.most, 1);
    EXPECT_EQ(t.elapsed(), 2s);
}

TEST(GatherRangeTest, OfNothingIsNothing) {
    counts c;
    outcomes ended(1);
    virtual_loop t;

    t.run(gather({}, 2, c, ended));

    EXPECT_TRUE(ended.empty());
}

awaitable<void> done_at_once(int& done) {
    const frame here;
    ++done;
    co_return;
}

awaitable<void> gather_many(std::size_t many, int& done) {
    const frame here;
    std::vector<awaitable<void>> operations;
    for (std::size_t i = 0; i < many; ++i) {
        operations.push_back(i % 2 == 0 ? done_at_once(done) : sleep_for(1s));
    }
    const auto ended = co_await gather_settled(std::move(operations), 100);
    EXPECT_EQ(ended.size(), many);
}

TEST(GatherRangeTest, TakesAsManyAsThereAre) {
    int done = 0;
    virtual_loop t;

    t.run(gather_many(10'000, done));

    EXPECT_EQ(done, 5'000);
    EXPECT_EQ(t.elapsed(), 50s);
}

awaitable<void> gather_and_go_on(counts& c, outcomes& into, settled<void>& next) {
    const frame here;
    co_await gather({5, 5, 5}, 2, c, into);
    try {
        co_await sleep_for(1h);
        next.set_value();
    } catch (...) {
        next.set_error(std::current_exception());
    }
}

TEST(GatherRangeTest, ACancellationEndsThoseThatRunAndLetsNoOtherBegin) {
    counts c;
    outcomes ended;
    settled<void> next;
    virtual_loop t;

    t.spawn(gather_and_go_on(c, ended, next));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(c.begun.size(), 2U);
    ASSERT_EQ(ended.size(), 3U);
    for (const auto& each : ended) {
        EXPECT_TRUE(was_cancelled(each));
    }
    EXPECT_TRUE(was_cancelled(next));
    EXPECT_EQ(t.elapsed(), 1s);
}

awaitable<void> clean_up(event& never, int& cleaned) {
    const frame here;
    try {
        co_await never.wait();
    } catch (const asio::system_error&) {
    }
    co_await begin_cleanup();
    co_await sleep_for(2s);
    ++cleaned;
}

awaitable<void> gather_cleanups(event& never, int& cleaned) {
    const frame here;
    std::vector<awaitable<void>> operations;
    operations.push_back(clean_up(never, cleaned));
    operations.push_back(clean_up(never, cleaned));
    operations.push_back(clean_up(never, cleaned));
    const auto ended = co_await gather_settled(std::move(operations), 2);
    EXPECT_TRUE(was_cancelled(ended[2]));
}

TEST(GatherRangeTest, WaitsForTheCleanUpsOfThoseThatWereCancelled) {
    event never;
    int cleaned = 0;
    virtual_loop t;

    t.spawn(gather_cleanups(never, cleaned));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(cleaned, 2);
    EXPECT_EQ(t.elapsed(), 3s);
}

}  // namespace
}  // namespace mayhem::async
