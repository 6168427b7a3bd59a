// Proves the back-off, its reset and the detection of crash loops, by feeding the pure decision a history of deaths.
#include "drivers/supervised/restart_policy.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

using namespace std::chrono_literals;

namespace {

const std::chrono::steady_clock::time_point noon{12h};

/// Feeds deaths to the policy and keeps its state.
class history {
public:
    explicit history(restart_policy policy = {}) : policy_(policy) {}

    restart_decision die(std::chrono::nanoseconds at, std::chrono::nanoseconds lasted, bool was_ready = true,
                         bool on_purpose = false) {
        restart_decision decision = decide_restart(
            policy_, state_, {.at = noon + at, .lasted = lasted, .was_ready = was_ready, .on_purpose = on_purpose});
        state_ = decision.next;
        return decision;
    }

private:
    restart_policy policy_;
    restart_state state_;
};

}  // namespace

TEST(RestartPolicyTest, BacksOffTwiceAsLongEachTimeUpToTheMaximum) {
    history h({.delay_initial = 100ms, .delay_max = 1s});

    EXPECT_EQ(h.die(0s, 0s).delay, 100ms);
    EXPECT_EQ(h.die(1s, 0s).delay, 200ms);
    EXPECT_EQ(h.die(2s, 0s).delay, 400ms);
    EXPECT_EQ(h.die(3s, 0s).delay, 800ms);
    EXPECT_EQ(h.die(4s, 0s).delay, 1s);
    EXPECT_EQ(h.die(5s, 0s).delay, 1s);
}

TEST(RestartPolicyTest, NeverOverflows) {
    history h({.delay_initial = 1ns, .delay_max = std::chrono::nanoseconds::max()});
    std::chrono::nanoseconds delay{};

    for (int i = 0; i < 100; ++i) {
        delay = h.die(i * 1s, 0s).delay;
        ASSERT_GT(delay, 0ns);
    }

    EXPECT_EQ(delay, std::chrono::nanoseconds::max());
}

TEST(RestartPolicyTest, BeginsAnewAfterAStableLife) {
    history h({.delay_initial = 100ms, .stable_after = 5s});
    h.die(0s, 0s);
    h.die(1s, 0s);

    EXPECT_EQ(h.die(10s, 5s).delay, 100ms);
    EXPECT_EQ(h.die(11s, 4s).delay, 100ms) << "the first failure again";
    EXPECT_EQ(h.die(12s, 4s).delay, 200ms);
}

TEST(RestartPolicyTest, ALongLifeThatWasNeverReadyIsAFailure) {
    history h({.delay_initial = 100ms, .stable_after = 5s});
    h.die(0s, 0s);

    EXPECT_EQ(h.die(100s, 90s, false).delay, 200ms);
}

TEST(RestartPolicyTest, RestartsAtOnceWhatWasEndedOnPurpose) {
    history h;
    h.die(0s, 0s);

    const restart_decision decision = h.die(1s, 1s, true, true);

    EXPECT_EQ(decision.delay, 0s);
    EXPECT_EQ(decision.next.failures_in_a_row, 1U) << "it says nothing about the command";
}

TEST(RestartPolicyTest, NoticesACrashLoopOnce) {
    history h({.crash_loop_deaths = 3, .crash_loop_window = 60s});

    EXPECT_FALSE(h.die(0s, 0s).crash_loop_began);
    EXPECT_FALSE(h.die(1s, 0s).crash_loop_began);
    EXPECT_TRUE(h.die(2s, 0s).crash_loop_began);
    const restart_decision fourth = h.die(3s, 0s);

    EXPECT_FALSE(fourth.crash_loop_began) << "reported already";
    EXPECT_TRUE(fourth.next.is_crash_looping);
}

TEST(RestartPolicyTest, DeathsOutsideTheWindowAreNoLoop) {
    history h({.crash_loop_deaths = 3, .crash_loop_window = 60s});

    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(h.die(i * 40s, 1s).crash_loop_began) << i;
    }
}

TEST(RestartPolicyTest, AStableLifeEndsTheLoopAndTheNextOneIsReportedAgain) {
    history h({.stable_after = 5s, .crash_loop_deaths = 2});
    h.die(0s, 0s);
    ASSERT_TRUE(h.die(1s, 0s).crash_loop_began);

    EXPECT_FALSE(h.die(20s, 10s).next.is_crash_looping);
    EXPECT_FALSE(h.die(21s, 0s).crash_loop_began);
    EXPECT_TRUE(h.die(22s, 0s).crash_loop_began);
}

TEST(RestartPolicyTest, DeathsOnPurposeAreNoLoop) {
    history h({.crash_loop_deaths = 2});

    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(h.die(i * 1s, 1s, true, true).crash_loop_began) << i;
    }
}

TEST(RestartPolicyTest, RemembersNoMoreThanItNeeds) {
    history h({.crash_loop_deaths = 5, .crash_loop_window = 1000h});
    restart_decision last;

    for (int i = 0; i < 1000; ++i) {
        last = h.die(i * 1s, 0s);
    }

    EXPECT_EQ(last.next.failed_at.size(), 5U);
}

}  // namespace mayhem::drivers
