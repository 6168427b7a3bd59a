// Proves that a step which holds the loop is told while it does, with its task and stack, also when it never ends by
// itself: the steps of these tests end because they were told of (or after a minute, and then the test fails). Whether
// a loop stands still is decided by a pure function, which is shown every case.
#include "mayhem/async/stall_watch.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include <gmock/gmock.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

using moment = detail::stall_detector::time_point;

TEST(StallDetectorTest, ATurnThatDoesNotEndIsToldAfterTheThresholdAndWheneverThatHasDoubled) {
    detail::stall_detector d{100ms};

    EXPECT_FALSE(d.look(7, moment{0ms})) << "it has just been seen";
    EXPECT_FALSE(d.look(7, moment{99ms}));
    EXPECT_TRUE(d.look(7, moment{100ms}));
    EXPECT_EQ(d.lasted(moment{100ms}), 100ms);
    EXPECT_FALSE(d.look(7, moment{199ms}));
    EXPECT_TRUE(d.look(7, moment{200ms}));
    EXPECT_FALSE(d.look(7, moment{399ms}));
    EXPECT_FALSE(d.look(9, moment{400ms})) << "another turn";
    EXPECT_TRUE(d.look(9, moment{500ms}));
}

TEST(StallDetectorTest, ALoopThatIsIdleOrGetsRoundDoesNotStandStill) {
    detail::stall_detector d{100ms};

    EXPECT_FALSE(d.look(0, moment{0ms}));
    EXPECT_FALSE(d.look(0, moment{1h})) << "idle from the beginning";
    EXPECT_FALSE(d.look(8, moment{1h}));
    EXPECT_FALSE(d.look(8, moment{2h})) << "idle";
    for (unsigned turn = 0; turn < 10; ++turn) {
        EXPECT_FALSE(d.look(9 + 2 * turn, moment{2h + turn * 99ms})) << "turn after turn";
    }
}

/// What the watch told, for a step that waits for it.
class told_stall {
public:
    void tell(const stall& s) {
        {
            const std::lock_guard lock(mutex_);
            told_ = s;
        }
        is_told_ = true;
        changed_.notify_all();
    }
    void wait_in_the_kernel() {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, 1min, [this] { return told_.has_value(); });
    }
    void wait_busily() const {
        const auto end = std::chrono::steady_clock::now() + 1min;
        while (!is_told_ && std::chrono::steady_clock::now() < end) {
        }
    }
    [[nodiscard]] std::optional<stall> get() {
        const std::lock_guard lock(mutex_);
        return told_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> is_told_ = false;
    std::optional<stall> told_;
};

awaitable<void> hold_the_loop(told_stall& told, bool is_busy, bool& was_told_meanwhile) {
    const frame here;
    co_await yield();
    if (is_busy) {
        told.wait_busily();
    } else {
        told.wait_in_the_kernel();
    }
    was_told_meanwhile = told.get().has_value();
}

awaitable<void> hold_it_below(told_stall& told, bool is_busy, bool& was_told_meanwhile) {
    const frame here;
    (void)co_await with_timeout(hold_the_loop(told, is_busy, was_told_meanwhile), 1h);
}

class StallWatchHoldTest : public ::testing::TestWithParam<bool> {};

TEST_P(StallWatchHoldTest, TellsWhichTaskHoldsTheLoopAndWhereWhileItDoes) {
    bool was_told_meanwhile = false;
    told_stall told;
    real_clock time;
    loop l{time};
    const stall_watch watch{l, 2ms, [&told](const stall& s) {
                                if (!s.task.empty()) {  // a busy machine may hold the loop up anywhere
                                    told.tell(s);
                                }
                            }};
    task_group group{l, "group", {}};
    group.spawn("holder", hold_it_below(told, GetParam(), was_told_meanwhile));

    l.run();

    EXPECT_TRUE(was_told_meanwhile);
    const auto found = told.get();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->task, "group/holder #1");
    EXPECT_GE(found->lasted, 2ms);
    EXPECT_THAT(found->created_at.file_name(), HasSubstr("stall_watch_test.cpp"));
    EXPECT_THAT(found->describe(), AllOf(HasSubstr("the loop has stood still for "), HasSubstr("'group/holder #1'"),
                                         HasSubstr("hold_it_below"), HasSubstr("\n  spawned in ")));
}

INSTANTIATE_TEST_SUITE_P(BusyAndBlocked, StallWatchHoldTest, ::testing::Bool());

TEST(StallWatchTest, APostedFunctionBelongsToNoTask) {
    told_stall told;
    real_clock time;
    loop l{time};
    const stall_watch watch{l, 2ms, [&told](const stall& s) { told.tell(s); }};

    l.post([&told] { told.wait_in_the_kernel(); });
    l.run();

    const auto found = told.get();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->task, "");
    EXPECT_THAT(found->stack, testing::IsEmpty());
}

TEST(StallWatchTest, OneAfterTheOther) {
    real_clock time;
    loop l{time};
    for (int i = 0; i < 3; ++i) {
        const stall_watch watch{l, 1h, {}};
        l.run();
    }
}

void watch_twice() {
    real_clock time;
    loop l{time};
    const stall_watch one{l, 1h, {}};
    const stall_watch two{l, 1h, {}};
}

TEST(StallWatchDeathTest, OneAtATime) { EXPECT_DEATH(watch_twice(), "one stall_watch a process at a time"); }

}  // namespace
}  // namespace mayhem::async
