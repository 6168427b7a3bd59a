// Proves when a target that was acted on is looked at: how soon its return is seen, and that one which comes back in
// time is not missed between two looks.
#include "pipeline/handling/recovery_watch.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "support/may_act.hpp"
#include "support/virtual_loop.hpp"
#include "unit/pipeline/fake_driver.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;

class RecoveryWatchTest : public testing::Test {
protected:
    /// Acts, and watches: looks every 5 s for 12 s. Returns when it ended.
    std::chrono::nanoseconds watch(std::optional<std::chrono::nanoseconds> comes_back_after) {
        driver_.takes = 0ns;
        driver_.comes_back_after = comes_back_after;
        loop_.run(act_and_watch());
        return loop_.elapsed();
    }

    sighting seen_;

private:
    async::awaitable<void> act_and_watch() {
        const async::frame here;
        const core::target t = driver_.know("web");
        (void)co_await driver_.restart(t, test::may_act);
        co_await watch_recovery(driver_, nullptr, t, 5s, 12s, seen_);
    }

    test::fake_driver driver_;
    test::virtual_loop loop_;
};

TEST_F(RecoveryWatchTest, SeesItAtTheFirstLookAfterItsReturn) {
    EXPECT_EQ(watch(6s), 10s);
    EXPECT_TRUE(seen_.incarnation);
}

TEST_F(RecoveryWatchTest, WhatComesBackAfterTheLastPollIsSeenShortlyBeforeTheEnd) {
    EXPECT_EQ(watch(10'500ms), 11s);
    EXPECT_TRUE(seen_.incarnation);
}

TEST_F(RecoveryWatchTest, WhatDoesNotComeBackIsWatchedToTheEnd) {
    EXPECT_EQ(watch(std::nullopt), 12s);
    EXPECT_FALSE(seen_.incarnation);
}

}  // namespace
}  // namespace mayhem::pipeline
