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

/// What a call leaves to the loop, and tells when it goes.
struct token {
    std::promise<void> gone;
    token() = default;
    ~token() { gone.set_value(); }
    token(const token&) = delete;
    token& operator=(const token&) = delete;
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
    auto t = std::make_shared<token>();
    std::future<void> is_gone = t->gone.get_future();
    {
        test::virtual_loop time;
        hanging_calls calls(time.loop, "test", 1);
        EXPECT_TRUE(calls.start([wait = h.wait, t = std::move(t)]() mutable -> hanging_calls::step {
            wait.wait();
            return [t = std::move(t)] { ADD_FAILURE() << "nobody is interested any more"; };
        }));
    }

    h.let_go.set_value();

    is_gone.wait();  // whoever drops it has left the loop, which is gone, alone
}

}  // namespace
}  // namespace mayhem::app
