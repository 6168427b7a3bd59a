// Proves that how an operation ended is a value for who settles it, whatever ended it, and that what comes afterwards
// is reached in any case. On virtual time.

#include "mayhem/async/settle.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::message_of;
using test::virtual_loop;
using test::was_cancelled;

using owned = std::unique_ptr<int>;

awaitable<owned> make() {
    const frame here;
    co_await sleep_for(1s);
    co_return std::make_unique<int>(7);
}

awaitable<int> fail() {
    const frame here;
    co_await yield();
    throw std::runtime_error("trouble");
}

awaitable<void> settle_each(int& seen) {
    const frame here;
    settled<owned> made = co_await settle(make());
    seen += **made;
    const settled<int> failed = co_await settle(fail());
    EXPECT_EQ(message_of(failed.error()), "trouble");
    const settled<void> slept = co_await settle(sleep_for(1s));
    EXPECT_TRUE(slept);
    const settled<int> there = co_await settle(ready(1));
    seen += *there;
}

awaitable<void> settle_waits(bool& cut, bool& refused) {
    const frame here;
    const settled<void> first = co_await settle(sleep_for(1h));
    cut = is_cancellation(first.error());
    const settled<void> next = co_await settle(sleep_for(1h));
    refused = is_cancellation(next.error());
}

TEST(SettleTest, AWaitThatIsCutAndOneThatIsRefusedAreValuesToo) {
    bool cut = false;
    bool refused = false;
    virtual_loop t;
    t.spawn(settle_waits(cut, refused));
    t.run_for(1s);

    t.group.cancel();
    t.run();

    EXPECT_TRUE(cut);
    EXPECT_TRUE(refused);
    EXPECT_EQ(t.elapsed(), 1s);
}

awaitable<void> settle_beside(event& done) {
    const frame here;
    const auto [settled_wait, plain] = co_await gather_settled(settle(done.wait()), sleep_for(1s));
    EXPECT_TRUE(*settled_wait) << "handed on, it is a coroutine";
    EXPECT_TRUE(plain);
}

TEST(SettleTest, ASettledWaitIsHandedOnLikeAnyOperation) {
    event done;
    done.set();
    virtual_loop t;

    t.run(settle_beside(done));
}

TEST(SettleTest, HowAnOperationEndedIsAValue) {
    int seen = 0;
    virtual_loop t;

    t.run(settle_each(seen));

    EXPECT_EQ(seen, 8);
    EXPECT_EQ(t.elapsed(), 2s);
}

awaitable<void> settle_as_an_operation(int& seen) {
    const frame here;
    const auto in_time = co_await with_timeout(settle(fail()), 1s);
    EXPECT_EQ(message_of(in_time->error()), "trouble");
    const auto [ended] = co_await gather_settled(settle(fail()));
    EXPECT_EQ(message_of(ended->error()), "trouble");
    ++seen;
}

TEST(SettleTest, IsAnOperationLikeOthers) {
    int seen = 0;
    virtual_loop t;

    t.run(settle_as_an_operation(seen));

    EXPECT_EQ(seen, 1);
}

/// Settles `never` and, cancelled or not, cleans up.
awaitable<void> hold(event& never, settled<void>& outcome, settled<void>& next, bool& is_clean) {
    const frame here;
    outcome = co_await settle(never.wait());
    next = co_await settle(never.wait());
    co_await begin_cleanup();
    co_await sleep_for(1s);
    is_clean = true;
}

class SettleCancellationTest : public testing::Test {
protected:
    event never_;
    settled<void> outcome_;
    settled<void> next_;
    bool is_clean_ = false;
    virtual_loop t_;
};

TEST_F(SettleCancellationTest, BeforeTheTaskStarts) {
    t_.spawn(hold(never_, outcome_, next_, is_clean_));
    t_.group.cancel();
    t_.run();

    EXPECT_FALSE(is_clean_) << "it never ran";
}

awaitable<void> cancel_itself_and_hold(task_group& group, event& never, settled<void>& outcome, settled<void>& next,
                                       bool& is_clean) {
    const frame here;
    group.cancel();
    const settled<void> held = co_await settle(hold(never, outcome, next, is_clean));
    EXPECT_TRUE(was_cancelled(held));
    const settled<void> waited = co_await settle(never.wait());
    EXPECT_TRUE(was_cancelled(waited));
    co_await begin_cleanup();
    is_clean = true;
}

TEST_F(SettleCancellationTest, BeforeTheOperationStartsItNeverRunsAndThatIsItsOutcome) {
    t_.run(cancel_itself_and_hold(t_.group, never_, outcome_, next_, is_clean_));

    EXPECT_FALSE(was_cancelled(outcome_));
    EXPECT_TRUE(is_clean_);
}

TEST_F(SettleCancellationTest, WhileItWaits) {
    t_.spawn(hold(never_, outcome_, next_, is_clean_));
    t_.run_for(1s);
    t_.group.cancel();
    t_.run();

    EXPECT_TRUE(was_cancelled(outcome_));
    EXPECT_TRUE(was_cancelled(next_));
    EXPECT_TRUE(is_clean_);
    EXPECT_EQ(t_.elapsed(), 2s);
}

TEST_F(SettleCancellationTest, AtTheMomentOfItsCompletion) {
    t_.spawn(hold(never_, outcome_, next_, is_clean_));
    t_.run_for(1s);
    never_.set();
    t_.group.cancel();
    t_.run();

    EXPECT_TRUE(outcome_.has_value());
    EXPECT_TRUE(was_cancelled(next_));
    EXPECT_TRUE(is_clean_);
}

awaitable<void> set_once(event& e) {
    const frame here;
    e.set();  // who waits goes on, and who comes then waits
    e.clear();
    co_return;
}

TEST_F(SettleCancellationTest, AfterItsCompletion) {
    task_group others{t_.loop, "others", {}};
    t_.spawn(hold(never_, outcome_, next_, is_clean_));
    t_.run_for(1s);
    others.spawn("set", set_once(never_));
    t_.run_for(1s);
    EXPECT_TRUE(outcome_.has_value());
    t_.group.cancel();
    t_.run();

    EXPECT_TRUE(was_cancelled(next_));
    EXPECT_EQ(t_.elapsed(), 3s);
}

awaitable<void> clean_up(event& never) {
    const frame here;
    const settled<void> waited = co_await settle(never.wait());
    EXPECT_TRUE(was_cancelled(waited));
    co_await begin_cleanup();
    co_await sleep_for(1s);
}

awaitable<void> settle_a_cleanup(event& never, settled<void>& next) {
    const frame here;
    const settled<void> cleaned = co_await settle(clean_up(never));
    EXPECT_TRUE(cleaned);
    next = co_await settle(never.wait());
}

TEST_F(SettleCancellationTest, ACleanUpEndsWithTheOperationThatBeganIt) {
    t_.spawn(settle_a_cleanup(never_, next_));
    t_.run_for(1s);
    t_.group.cancel();
    t_.run();

    EXPECT_TRUE(was_cancelled(next_));
    EXPECT_EQ(t_.elapsed(), 2s);
}

}  // namespace
}  // namespace mayhem::async
