// Proves that cancellation is correct at every await point: each primitive is cancelled before its task starts, before
// the operation starts, while it is suspended, at the moment of its completion, and after. What had happened before the
// cancellation stands, what had not does not happen, the next await throws, and nothing is lost or left behind.

#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "cancellation_scenarios.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/tasks.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async::test_cancellation {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

constexpr clock::duration begin = 500ms;

/// How far the victim came.
struct story {
    bool started = false;
    settled<void> operation;
    settled<void> next;  ///< an await after the operation
};

awaitable<void> victim(scenario& s, story& told, event& never) {
    const frame here;
    co_await sleep_for(begin);
    told.started = true;
    try {
        co_await s.perform();
        told.operation.set_value();
    } catch (...) {
        told.operation.set_error(std::current_exception());
        co_return;
    }
    try {
        co_await never.wait();
        told.next.set_value();
    } catch (...) {
        told.next.set_error(std::current_exception());
    }
}

bool is_about_to_run(loop& l, std::string_view name) {
    for (const task_info& t : tasks(l)) {
        if (t.name == name) {
            for (auto f = t.stack.rbegin(); f != t.stack.rend(); ++f) {
                if (f->depth == 0) {
                    return f->awaits.starts_with("nothing");
                }
            }
        }
    }
    return false;
}

class CancellationTest : public testing::TestWithParam<named_scenario> {
protected:
    ~CancellationTest() override {
        EXPECT_FALSE(told_.next.has_value()) << "an await after the cancellation did not throw";
        s_->check(told_.operation.has_value());
    }

    void expect_cut() const { EXPECT_TRUE(test::was_cancelled(told_.operation)); }
    void expect_completed() const {
        EXPECT_TRUE(told_.operation.has_value()) << test::message_of(told_.operation.error());
        EXPECT_TRUE(test::was_cancelled(told_.next));
    }

    virtual_loop t_;
    std::unique_ptr<scenario> s_ = GetParam().make();
    story told_;
    event never_;
};

TEST_P(CancellationTest, BeforeTheTaskStarts) {
    t_.spawn("victim", victim(*s_, told_, never_));
    t_.group.cancel();
    t_.run();

    EXPECT_FALSE(told_.started);
    EXPECT_EQ(t_.elapsed(), 0s);
}

awaitable<void> cancel_at(clock::duration d, task_group& group) {
    const frame here;
    co_await sleep_for(d);
    group.cancel();
}

TEST_P(CancellationTest, BeforeTheOperationStarts) {
    task_group control{t_.loop, "control", {}};

    control.spawn("cancel", cancel_at(begin, t_.group));  // its timer stands before the victim's: it runs first
    t_.spawn("victim", victim(*s_, told_, never_));
    t_.run();

    EXPECT_TRUE(told_.started);
    expect_cut();
    EXPECT_EQ(t_.elapsed(), begin);
}

awaitable<void> cancel_suspended(scenario& s, task_group& group) {
    const frame here;
    co_await sleep_for(begin);
    co_await yield();  // the victim takes its step and is suspended in the operation
    group.cancel();
    co_await s.complete();  // too late, or what a shielded operation was waiting for
}

TEST_P(CancellationTest, WhileItIsSuspended) {
    task_group control{t_.loop, "control", {}};

    control.spawn("cancel", cancel_suspended(*s_, t_.group));
    t_.spawn("victim", victim(*s_, told_, never_));
    t_.run();

    if (s_->is_cut_by_cancellation()) {
        expect_cut();
    } else {
        expect_completed();
    }
}

awaitable<void> cancel_completing(scenario& s, task_group& group) {
    const frame here;
    co_await sleep_for(begin);
    if (!s.is_timed()) {
        co_await yield();  // the victim takes its step; where time decides, the timer here must stand before the
                           // victim's
    }
    co_await s.complete();
    while (!is_about_to_run(this_loop(), "victim")) {
        co_await yield();
    }
    group.cancel();
}

TEST_P(CancellationTest, AtTheMomentOfCompletion) {
    task_group control{t_.loop, "control", {}};

    control.spawn("cancel", cancel_completing(*s_, t_.group));
    t_.spawn("victim", victim(*s_, told_, never_));
    t_.run();

    expect_completed();
}

awaitable<void> cancel_completed(scenario& s, story& told, task_group& group) {
    const frame here;
    co_await sleep_for(begin);
    co_await s.complete();
    while (!told.operation.has_value()) {
        co_await yield();
    }
    co_await sleep_for(1s);
    group.cancel();
}

TEST_P(CancellationTest, AfterItsCompletion) {
    task_group control{t_.loop, "control", {}};

    t_.spawn("victim", victim(*s_, told_, never_));
    control.spawn("cancel", cancel_completed(*s_, told_, t_.group));
    t_.run();

    expect_completed();
}

INSTANTIATE_TEST_SUITE_P(EveryPrimitive, CancellationTest, testing::ValuesIn(all_scenarios()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace mayhem::async::test_cancellation
