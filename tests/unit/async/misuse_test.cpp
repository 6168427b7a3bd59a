// Proves that a use which cannot be meant ends in a sentence that says what was wrong, in which task, and where that
// stood, instead of a crash somewhere else. Each in a process of its own.
#include <coroutine>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/tasks.hpp"
#include "mayhem/async/use_awaitable.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;
using testing::AllOf;
using testing::HasSubstr;

awaitable<int> one() {
    const frame here;
    co_return 1;
}

awaitable<void> wait_for(event& e) {
    const frame here;
    co_await e.wait();
}

awaitable<void> await_twice() {
    const frame here;
    auto once = one();
    const int first = co_await std::move(once);
    const int second = co_await std::move(once);  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(first, second);
}

awaitable<void> await_nothing() {
    const frame here;
    awaitable<int> nothing;
    (void)co_await std::move(nothing);
}

/// Awaits the same coroutine from two branches.
awaitable<void> share(event& e) {
    const frame here;
    auto waiting = wait_for(e);
    const auto again = [](awaitable<void>& a) -> awaitable<void> {
        const frame inside;
        co_await std::move(a);
    };
    (void)co_await gather_settled(again(waiting), again(waiting));
}

void run(awaitable<void> body) {
    virtual_loop t;
    t.run(std::move(body));
}

TEST(MisuseDeathTest, AwaitingTwiceNamesTheTaskAndTheFrame) {
    EXPECT_DEATH(run(await_twice()), "a coroutine is awaited once(.|\n)*in task 'test/task #1'(.|\n)*await_twice");
}

TEST(MisuseDeathTest, AwaitingWhatSomebodyElseAwaits) {
    event never;

    EXPECT_DEATH(run(share(never)), "a coroutine is awaited once(.|\n)*in task 'test/task #1'(.|\n)*share");
}

TEST(MisuseDeathTest, AwaitingWhatHoldsNoCoroutine) {
    EXPECT_DEATH(run(await_nothing()), "a coroutine is awaited once(.|\n)*in task 'test/task #1'");
}

TEST(MisuseDeathTest, SpawningWhatHoldsNoCoroutine) {
    EXPECT_DEATH(run(awaitable<void>{}), "a coroutine is awaited once");
}

/// Another library's future: it would resume the coroutine, and leave the branch behind.
struct foreign {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    void await_resume() const noexcept {}
};
static_assert(detail::waits_on_branch<awaitable<int>>);
static_assert(detail::waits_on_branch<decltype(sleep_for(1s))>);
static_assert(!detail::waits_on_branch<foreign>, "awaiting it does not compile, and says why");
static_assert(!detail::begins_with_token<foreign, use_awaitable_t>);

TEST(MisuseDeathTest, BeginningACleanupOutsideOfATask) {
    EXPECT_DEATH((void)begin_cleanup(), "this is for coroutines that run in a task group");
}

awaitable<void> run_the_same_loop(std::string& text) {
    const frame here;
    try {
        this_loop().run();
    } catch (const std::logic_error& e) {
        text = e.what();
    }
    co_await yield();
}

TEST(MisuseTest, RunningTheLoopInsideAStepOfItIsAnErrorThatNamesTheTask) {
    std::string text;
    virtual_loop t;

    t.run(run_the_same_loop(text));

    EXPECT_THAT(text, AllOf(HasSubstr("loop::run was called inside a step"), HasSubstr("task 'test/task #1'")));
}

awaitable<void> run_a_loop_inside(std::string& text) {
    const frame here;
    real_clock clock;
    loop inner{clock};
    task_group group{inner, "inner", {}};
    try {
        inner.run();
    } catch (const std::logic_error& e) {
        text = e.what();
    }
    co_await yield();
}

TEST(MisuseTest, RunningAnotherLoopInsideAStepIsAnErrorToo) {
    std::string text;
    virtual_loop t;

    t.run(run_a_loop_inside(text));

    EXPECT_THAT(text, AllOf(HasSubstr("loop::run was called inside a step"), HasSubstr("task 'test/task #1'")));
}

TEST(MisuseTest, RunningALoopInsideAPostedFunctionIsAnErrorToo) {
    std::string text;
    virtual_loop t;

    t.loop.post([&] {
        try {
            t.loop.run();
        } catch (const std::logic_error& e) {
            text = e.what();
        }
    });
    t.run([]() -> awaitable<void> {
        const frame here;
        co_await sleep_for(1s);
    }());

    EXPECT_THAT(text, HasSubstr("loop::run was called inside a step"));
}

awaitable<void> sleep_long() {
    const frame here;
    co_await sleep_for(1h);
}

/// What a retry loop looks like that does not know of cancellation. It has an end, so that a fault does not hang.
awaitable<void> retry(int& refusals) {
    const frame here;
    while (refusals < 1'000'000) {
        try {
            co_await sleep_long();
        } catch (const std::exception&) {
            ++refusals;
        }
    }
}

void retry_for_ever() {
    int refusals = 0;
    virtual_loop t;
    t.spawn("retry", retry(refusals));
    t.run_for(1s);
    t.group.cancel();
    t.run();
}

TEST(MisuseDeathTest, ATaskThatGoesOnAfterItsCancellationIsNamed) {
    EXPECT_DEATH(retry_for_ever(),
                 "a task that was cancelled goes on awaiting(.|\n)*in task 'test/retry #1'(.|\n)*retry");
}

TEST(MisuseTest, ATaskThatGoesOnAfterItsCancellationIsToldOnceWhileTheOthersRun) {
    std::vector<task_info> told;
    int refusals = 0;
    int refusals_when_the_other_ran = -1;
    virtual_loop t;
    task_group others{t.loop, "others", {}};
    t.loop.monitor().on_spin([&](const task_info& task) { told.push_back(task); });

    t.spawn("retry", retry(refusals));
    t.run_for(1s);
    t.group.cancel();
    others.spawn("other", [](const int& so_far, int& out) -> awaitable<void> {
        const frame here;
        co_await yield();
        out = so_far;
    }(refusals, refusals_when_the_other_ran));
    t.run();

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].name, "retry");
    EXPECT_TRUE(told[0].cancelled);
    EXPECT_THAT(told[0].stack.front().function, HasSubstr("retry"));
    EXPECT_LT(refusals_when_the_other_ran, 10'000);
}

void run_until_a_deadlock() {
    virtual_clock time;
    loop l{time};
    event never;
    try {
        task_group group{l, "group", {}};
        group.spawn("forgotten", wait_for(never));
        l.run();
    } catch (const deadlock&) {
    }
}

TEST(MisuseDeathTest, ADeadlockIsSeenAlsoWhereTheGroupIsALocal) {
    EXPECT_DEATH(
        run_until_a_deadlock(),
        "deadlock: nothing can happen any more(.|\n)*task #1 group/forgotten(.|\n)*wait_for(.|\n)*awaits event");
}

void leave_a_task_behind() {
    virtual_loop t;
    event never;
    task_group group{t.loop, "group", {}};
    group.spawn("forgotten", wait_for(never));
    t.run_for(1s);
}

TEST(MisuseDeathTest, AGroupThatGoesBeforeItsTasksNamesThem) {
    EXPECT_DEATH(leave_a_task_behind(),
                 "task #1 group/forgotten(.|\n)*a task group is cancelled and joined before it goes");
}

}  // namespace
}  // namespace mayhem::async
