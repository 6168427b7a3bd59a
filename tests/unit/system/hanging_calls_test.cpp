// Proves that a call that never returns is waited for by nobody: not by its caller, not by the end. The threads are
// real, they hang until the test lets them go.
#include "system/hanging_calls.hpp"

#include <future>

#include <gtest/gtest.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::app {
namespace {

async::awaitable<void> wait_for(async::event& e) {
    const async::frame here;
    const async::loop::external_work awaited(async::this_loop());
    co_await e.wait();
}

/// What hangs until it is let go, or gone.
struct hook {
    std::promise<void> let_go;
    std::shared_future<void> wait = let_go.get_future().share();
};

TEST(HangingCallsTest, TellsTheLoopWhatACallReturned) {
    async::event ended;
    int answer = 0;
    test::virtual_loop time;
    hanging_calls calls(time.loop, "test", 1);

    const bool is_begun = calls.start([&answer, &ended]() -> hanging_calls::step {
        return [&answer, &ended, found = 7] {
            answer = found;
            ended.set();
        };
    });
    time.run(wait_for(ended));

    EXPECT_TRUE(is_begun);
    EXPECT_EQ(answer, 7);
}

TEST(HangingCallsTest, BeginsNoMoreThanMayHang) {
    async::event ended;
    hook h;
    test::virtual_loop time;
    hanging_calls calls(time.loop, "test", 2);
    int returned = 0;
    const auto hang = [&]() -> bool {
        return calls.start([wait = h.wait, &ended, &returned]() -> hanging_calls::step {
            wait.wait();
            return [&ended, &returned] {
                if (++returned == 2) {
                    ended.set();
                }
            };
        });
    };

    EXPECT_TRUE(hang() && hang());
    EXPECT_FALSE(hang());
    h.let_go.set_value();
    time.run(wait_for(ended));

    EXPECT_TRUE(calls.start([] { return hanging_calls::step([] {}); }));
}

TEST(HangingCallsTest, LeavesBehindWhatHangs) {
    hook h;
    std::promise<void> over;
    const auto is_over = std::make_shared<std::promise<void>>(std::move(over));
    std::future<void> end = is_over->get_future();
    {
        test::virtual_loop time;
        hanging_calls calls(time.loop, "test", 1);
        EXPECT_TRUE(calls.start([wait = h.wait, is_over]() -> hanging_calls::step {
            wait.wait();
            is_over->set_value();
            return [] { ADD_FAILURE() << "nobody is interested any more"; };
        }));
    }

    h.let_go.set_value();

    end.wait();
}

}  // namespace
}  // namespace mayhem::app
