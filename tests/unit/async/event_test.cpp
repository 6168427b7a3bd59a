// Proves that an event wakes all its waiters, in order, after the step that set it, and that it does not forget who was
// woken. On virtual time; each waiter writes a line when it goes on.

#include "mayhem/async/event.hpp"

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

awaitable<void> wait_and_write(event& e, std::string line, journal& lines) {
    const frame here;
    co_await e.wait();
    lines.write(line);
}

awaitable<void> set_and_write(event& e, bool clears, journal& lines) {
    const frame here;
    co_await sleep_for(1s);
    e.set();
    if (clears) {
        e.clear();
    }
    lines.write("set");
}

TEST(EventTest, WakesAllWaitersInOrderAfterTheStepThatSetIt) {
    event e;
    journal lines;
    virtual_loop t;

    t.spawn(wait_and_write(e, "first", lines));
    t.spawn(wait_and_write(e, "second", lines));
    t.spawn(set_and_write(e, false, lines));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("set", "first", "second"));
    EXPECT_TRUE(e.is_set());
}

TEST(EventTest, AWaiterThatWasWokenReturnsEvenIfTheEventWasClearedSince) {
    event e;
    journal lines;
    virtual_loop t;

    t.spawn(wait_and_write(e, "woken", lines));
    t.spawn(set_and_write(e, true, lines));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("set", "woken"));
    EXPECT_FALSE(e.is_set());
}

TEST(EventTest, DoesNotHoldUpWhoComesAfterwards) {
    event e;
    journal lines;
    virtual_loop t;

    e.set();
    t.run(wait_and_write(e, "through", lines));

    EXPECT_THAT(lines.lines(), ElementsAre("through"));
    EXPECT_EQ(t.elapsed(), 0s);
}

TEST(EventTest, HoldsUpAgainOnceCleared) {
    event e;
    settled<void> outcome;
    virtual_loop t;

    e.set();
    e.clear();
    t.spawn(test::note(e.wait(), outcome));
    t.run_for(1h);

    EXPECT_FALSE(outcome.has_value());
    t.group.cancel();
    t.run();
    EXPECT_TRUE(test::was_cancelled(outcome));
}

TEST(EventTest, ACancelledWaiterIsForgotten) {
    event e;
    settled<void> outcome;
    journal lines;
    virtual_loop t;
    task_group others{t.loop, "others", {}};

    t.spawn(test::note(e.wait(), outcome));
    others.spawn("other", wait_and_write(e, "other", lines));
    t.run_for(1s);
    t.group.cancel();
    e.set();
    t.run();

    EXPECT_TRUE(test::was_cancelled(outcome));
    EXPECT_THAT(lines.lines(), ElementsAre("other"));
}

TEST(EventDeathTest, MustOutliveItsWaiters) {
    EXPECT_DEATH(
        {
            auto e = std::make_unique<event>();
            journal lines;
            virtual_loop t;
            t.spawn(wait_and_write(*e, "never", lines));
            t.run_for(1s);
            e.reset();
        },
        "an event must outlive those who wait for it");
}

}  // namespace
}  // namespace mayhem::async
