// Proves that a semaphore lets in as many as it says, in the order in which they came, and loses no permit however a
// holder or a waiter ends. On virtual time; each holder stays for a known time.

#include "mayhem/async/semaphore.hpp"

#include <algorithm>
#include <stdexcept>

#include <gmock/gmock.h>

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

struct occupancy {
    int now = 0;
    int most = 0;
};

awaitable<void> hold(semaphore& s, clock::duration d, std::string line, journal& lines) {
    const frame here;
    const semaphore::permit inside = co_await s.acquire();
    lines.write(line);
    co_await sleep_for(d);
}

awaitable<void> hold_and_count(semaphore& s, occupancy& inside) {
    const frame here;
    const semaphore::permit permit = co_await s.acquire();
    inside.most = std::max(inside.most, ++inside.now);
    co_await sleep_for(1s);
    --inside.now;
}

awaitable<void> hold_and_fail(semaphore& s) {
    const frame here;
    const semaphore::permit inside = co_await s.acquire();
    co_await sleep_for(1s);
    throw std::runtime_error("failed inside");
}

awaitable<void> release_twice(semaphore& s) {
    const frame here;
    semaphore::permit inside = co_await s.acquire();
    semaphore::permit moved = std::move(inside);
    EXPECT_FALSE(inside);
    EXPECT_TRUE(moved);
    moved.release();
    moved.release();
    EXPECT_EQ(s.available(), 1U);
}

TEST(SemaphoreTest, LetsInAsManyAsItSays) {
    semaphore s{3};
    occupancy inside;
    virtual_loop t;

    for (int i = 0; i < 10; ++i) {
        t.spawn(hold_and_count(s, inside));
    }
    t.run();

    EXPECT_EQ(inside.most, 3);
    EXPECT_EQ(t.elapsed(), 4s) << "ten holders of a second each, three at a time";
    EXPECT_EQ(s.available(), 3U);
}

TEST(SemaphoreTest, ServesWaitersInTheOrderInWhichTheyCame) {
    semaphore s{1};
    journal lines;
    virtual_loop t;

    t.spawn(hold(s, 1s, "first", lines));
    t.spawn(hold(s, 1s, "second", lines));
    t.spawn(hold(s, 1s, "third", lines));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("first", "second", "third"));
}

TEST(SemaphoreTest, NobodyJumpsTheQueue) {
    semaphore s{1};
    journal lines;
    virtual_loop t;

    t.spawn(hold(s, 1s, "holder", lines));
    t.spawn(hold(s, 1s, "waiter", lines));
    t.run_for(1s);  // the holder has left, the waiter has been granted the permit and has not run yet
    const bool jumped = static_cast<bool>(s.try_acquire());
    t.run();

    EXPECT_FALSE(jumped);
    EXPECT_THAT(lines.lines(), ElementsAre("holder", "waiter"));
}

TEST(SemaphoreTest, AHolderThatFailsGivesItsPermitBack) {
    semaphore s{1};
    virtual_loop t;

    t.run(hold_and_fail(s));

    EXPECT_EQ(t.take_failures().size(), 1U);
    EXPECT_EQ(s.available(), 1U);
}

TEST(SemaphoreTest, HoldersAndWaitersThatAreCancelledLeaveEveryPermitBehind) {
    semaphore s{2};
    journal lines;
    virtual_loop t;

    for (int i = 0; i < 5; ++i) {
        t.spawn(hold(s, 1h, "in", lines));
    }
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(lines.lines().size(), 2U);
    EXPECT_EQ(s.available(), 2U);
}

TEST(SemaphoreTest, APermitIsGivenBackOnce) {
    semaphore s{1};
    virtual_loop t;

    t.run(release_twice(s));

    EXPECT_EQ(s.available(), 1U);
}

TEST(SemaphoreTest, TriesWithoutWaiting) {
    semaphore s{1};

    semaphore::permit first = s.try_acquire();
    const semaphore::permit second = s.try_acquire();

    EXPECT_TRUE(first);
    EXPECT_FALSE(second);
    first.release();
    EXPECT_TRUE(s.try_acquire());
}

TEST(SemaphoreDeathTest, MustOutliveItsPermits) {
    EXPECT_DEATH(
        {
            auto s = std::make_unique<semaphore>(1U);
            const semaphore::permit p = s->try_acquire();
            s.reset();
        },
        "a semaphore must outlive its waiters and permits");
}

}  // namespace
}  // namespace mayhem::async
