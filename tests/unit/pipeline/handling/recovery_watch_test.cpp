// Proves when a target that was acted on is looked at: how soon its return is seen, that one which comes back in time
// is not missed between two looks, and that one which must be stable is looked at until it is.
#include "pipeline/handling/recovery_watch.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/may_act.hpp"
#include "support/virtual_loop.hpp"
#include "unit/pipeline/fake_driver.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using core::recovery_end;

/// Passes but for one minute, or does not answer in time.
class moody_probe final : public ports::probe {
public:
    [[nodiscard]] std::string describe() const override { return "a probe"; }
    async::awaitable<ports::probe_result> ask(const core::target&) override {
        const async::frame here;
        co_await async::sleep_for(takes);
        const std::chrono::nanoseconds now = async::this_loop().now().time_since_epoch() - since.time_since_epoch();
        co_return ports::probe_result{.passes = now < 2s || now >= 4s, .detail = "answered with 503"};
    }
    async::clock::time_point since{};
    std::chrono::nanoseconds takes{0};
};

class RecoveryWatchTest : public testing::Test {
protected:
    /// Acts, and watches: looks every 5 s for 12 s. Returns when it ended.
    std::chrono::nanoseconds watch(std::optional<std::chrono::nanoseconds> comes_back_after) {
        driver_.takes = 0ns;
        driver_.comes_back_after = comes_back_after;
        loop_.run(act_and_watch());
        return loop_.elapsed();
    }

    core::stability_watch::settings settings_{.timeout = 12s, .poll = 5s};
    sighting seen_{core::stability_watch(settings_), {}};
    ports::probe* asked_ = nullptr;
    std::chrono::nanoseconds answer_takes_{0};  ///< of the act
    test::fake_driver driver_;
    test::virtual_loop loop_;

private:
    async::awaitable<void> act_and_watch() {
        const async::frame here;
        const core::target t = driver_.know("web");
        seen_.course = core::stability_watch(settings_);
        seen_.act = async::this_loop().now();
        (void)co_await driver_.restart(t, test::may_act);
        co_await async::sleep_for(answer_takes_);
        co_await watch_recovery(driver_, asked_, t, seen_);
    }
};

TEST_F(RecoveryWatchTest, SeesItAtTheFirstLookAfterItsReturn) {
    EXPECT_EQ(watch(6s), 10s);
    EXPECT_EQ(seen_.course.end(), recovery_end::recovered);
}

TEST_F(RecoveryWatchTest, WhatComesBackAfterTheLastPollIsSeenShortlyBeforeTheEnd) {
    EXPECT_EQ(watch(10'500ms), 11s);
    EXPECT_EQ(seen_.course.end(), recovery_end::recovered);
}

TEST_F(RecoveryWatchTest, WhatDoesNotComeBackIsWatchedToTheEnd) {
    EXPECT_EQ(watch(std::nullopt), 12s);
    EXPECT_EQ(seen_.course.end(), recovery_end::not_recovered);
}

TEST_F(RecoveryWatchTest, WhatMustBeStableIsLookedAtRightWhenItIs) {
    settings_.stable_for = 7s;

    EXPECT_EQ(watch(0s), 7s);
    EXPECT_EQ(seen_.course.end(), recovery_end::recovered);
    EXPECT_EQ(seen_.course.back_after(), 0s);
}

TEST_F(RecoveryWatchTest, WhatStandsAtTheEndOfItsTimeIsWatchedUntilItIsStable) {
    settings_.stable_for = 1min;

    EXPECT_EQ(watch(10'500ms), 71s);
    EXPECT_EQ(seen_.course.end(), recovery_end::recovered);
    EXPECT_EQ(seen_.course.back_after(), 11s);
}

TEST_F(RecoveryWatchTest, ACrashLoopThatIsCaughtInItsGoodMomentsIsUnstable) {
    settings_ = {.timeout = 12s, .poll = 1s, .stable_for = 5s};
    driver_.falls = 1000;
    driver_.stands_for = 900ms;

    EXPECT_GE(watch(50ms), 12s);
    EXPECT_EQ(seen_.course.end(), recovery_end::unstable);
}

TEST_F(RecoveryWatchTest, WhatFallsAndThenStaysHasRecoveredWhenItCameBackForGood) {
    settings_ = {.timeout = 60s, .poll = 250ms, .stable_for = 5s};
    driver_.falls = 2;
    driver_.stands_for = 800ms;

    EXPECT_EQ(watch(1s), 9'750ms);
    EXPECT_EQ(seen_.course.end(), recovery_end::recovered);
    EXPECT_EQ(seen_.course.back_after(), 4'750ms);
    EXPECT_EQ(seen_.course.describe(), "it came back after 1 s and was down again within 1 s; it came back 3 times");
}

TEST_F(RecoveryWatchTest, AProbeThatFailsForAWhileMeansThatItMustStandAnew) {
    moody_probe probe;
    probe.since = loop_.clock.now();
    asked_ = &probe;
    settings_ = {.timeout = 60s, .poll = 1s, .stable_for = 5s};

    EXPECT_EQ(watch(0s), 9s);
    EXPECT_EQ(seen_.course.end(), recovery_end::recovered);
    EXPECT_EQ(seen_.course.back_after(), 4s);
}

TEST_F(RecoveryWatchTest, AProbeThatNeverAnswersEndsWithTheTime) {
    moody_probe probe;
    probe.takes = 1h;
    asked_ = &probe;

    EXPECT_EQ(watch(0s), 12s);
    EXPECT_EQ(seen_.course.end(), recovery_end::not_recovered);
}

TEST_F(RecoveryWatchTest, ALookThatFailsIsNoFall) {
    settings_ = {.timeout = 60s, .poll = 1s, .stable_for = 5s};
    driver_.blind_looks = 3;

    EXPECT_EQ(watch(0s), 8s);
    EXPECT_EQ(seen_.course.end(), recovery_end::recovered);
    EXPECT_EQ(seen_.course.describe(), "");
}

TEST_F(RecoveryWatchTest, TheClockRunsFromTheActNotFromItsAnswer) {
    answer_takes_ = 13s;

    EXPECT_EQ(watch(12'500ms), 13s);
    EXPECT_EQ(seen_.course.end(), recovery_end::not_recovered);
    EXPECT_EQ(seen_.course.describe(), "it was back too late, after 13 s");
}

}  // namespace
}  // namespace mayhem::pipeline
