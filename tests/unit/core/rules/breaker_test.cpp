// Proves when the breaker opens: after a target that did not come back, after so many failures in a row, and not
// otherwise.
#include "mayhem/core/rules/breaker.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

constexpr guard_limits limits{.max_failures = 3, .breaks_when_lost = true};

TEST(BreakerTest, OpensWhenATargetDoesNotRecover) {
    breaker_watch watch;

    EXPECT_EQ(watch.judge(verdict::not_recovered, "web[7]", limits), "web[7] did not recover");
}

TEST(BreakerTest, OpensWhenATargetComesBackAndDoesNotStay) {
    breaker_watch watch;

    EXPECT_EQ(watch.judge(verdict::unstable, "web[7]", limits), "web[7] came back and did not stay");
    EXPECT_EQ(watch.failures_in_a_row(), 1U);
}

TEST(BreakerTest, OpensWhenATargetDoesNotTolerateWhatItMust) {
    breaker_watch watch;

    EXPECT_EQ(watch.judge(verdict::not_tolerated, "web[7]", limits), "web[7] did not tolerate what was done to it");
    EXPECT_EQ(watch.judge(verdict::not_tolerated, "web[7]", {}), std::nullopt);
    EXPECT_EQ(watch.failures_in_a_row(), 2U);
    EXPECT_TRUE(belongs_to_the_row(verdict::not_tolerated));
    EXPECT_FALSE(tells_of_a_recovery(verdict::not_tolerated)) << "it says nothing about how long its return takes";
    EXPECT_TRUE(tells_of_a_recovery(verdict::not_recovered));
}

TEST(BreakerTest, WhatHadNoEffectIsNeitherAFailureNorARecovery) {
    breaker_watch watch(1);

    EXPECT_EQ(watch.judge(verdict::no_effect, "web[7]", limits), std::nullopt);
    EXPECT_EQ(watch.failures_in_a_row(), 1U);
    EXPECT_FALSE(belongs_to_the_row(verdict::no_effect));
    EXPECT_FALSE(tells_of_a_recovery(verdict::no_effect));
}

TEST(BreakerTest, OpensWhenWhatLastedCouldNotBeUndone) {
    breaker_watch watch;

    EXPECT_EQ(watch.judge(verdict::fault_stuck, "web[7]", limits),
              "what was done to web[7] could not be undone in its time");
    EXPECT_EQ(watch.judge(verdict::fault_stuck, "web[7]", {}), std::nullopt);
    EXPECT_TRUE(belongs_to_the_row(verdict::fault_stuck));
    EXPECT_FALSE(tells_of_a_recovery(verdict::fault_stuck));
}

TEST(BreakerTest, OpensWhenWhatLastedWasBrokenOff) {
    breaker_watch watch;

    EXPECT_EQ(watch.judge(verdict::aborted, "web[7]", limits), "stop_if broke off what was done to web[7]");
    EXPECT_EQ(watch.judge(verdict::aborted, "web[7]", {}), std::nullopt);
    EXPECT_TRUE(belongs_to_the_row(verdict::aborted));
    EXPECT_FALSE(tells_of_a_recovery(verdict::aborted));
}

TEST(BreakerTest, OpensWhenARecoveryIsSoMuchSlowerThanItsUsual) {
    const slow_recovery twice{.usual = std::chrono::milliseconds{3400}, .factor = 2};
    breaker_watch watch(2);

    EXPECT_EQ(watch.judge(verdict::recovered, "web[7]", limits, twice), std::nullopt) << "nobody has asked for it";
    EXPECT_EQ(watch.failures_in_a_row(), 0U);
    EXPECT_EQ(watch.judge(verdict::recovered, "web[7]", {.slower_than = 2.1}, twice), std::nullopt);
    EXPECT_EQ(watch.judge(verdict::recovered, "web[7]", {.slower_than = 2}, std::nullopt), std::nullopt);
    EXPECT_EQ(watch.judge(verdict::recovered, "web[7]", {.slower_than = 2}, twice),
              "web[7] came back slower than its usual: 2.0 x of 3.4 s");
    EXPECT_EQ(watch.judge(verdict::unstable, "web[7]", {.slower_than = 2}, twice), std::nullopt);
}

TEST(BreakerTest, OpensAfterSoManyFailuresInARow) {
    breaker_watch watch;

    EXPECT_EQ(watch.judge(verdict::restart_failed, "a", limits), std::nullopt);
    EXPECT_EQ(watch.judge(verdict::restart_failed, "b", limits), std::nullopt);
    EXPECT_EQ(watch.judge(verdict::restart_failed, "c", limits), "3 restarts in a row failed, the last one of c");
}

TEST(BreakerTest, WhatDoesNotEndIsAFailureOfTheActAndNotOfTheTarget) {
    breaker_watch watch;

    EXPECT_EQ(watch.judge(verdict::not_ended, "a", limits), std::nullopt);
    EXPECT_EQ(watch.judge(verdict::restart_failed, "b", limits), std::nullopt);
    EXPECT_EQ(watch.judge(verdict::not_ended, "c", limits), "3 restarts in a row failed, the last one of c");
}

TEST(BreakerTest, ARecoveryEndsTheRowAndWhatWasNotTriedDoesNot) {
    breaker_watch watch(2);
    EXPECT_EQ(watch.judge(verdict::recovered, "a", limits), std::nullopt);
    EXPECT_EQ(watch.failures_in_a_row(), 0U);

    (void)watch.judge(verdict::restart_failed, "a", limits);
    for (const verdict v : {verdict::refused, verdict::cancelled, verdict::unwatched, verdict::lease_lost,
                            verdict::taken_over, verdict::save_failed, verdict::stopped}) {
        EXPECT_EQ(watch.judge(v, "a", limits), std::nullopt);
    }
    EXPECT_EQ(watch.failures_in_a_row(), 1U);
}

TEST(BreakerTest, NeverOpensWhereItIsOff) {
    breaker_watch watch(1000);

    EXPECT_EQ(watch.judge(verdict::not_recovered, "a", {}), std::nullopt);
    EXPECT_EQ(watch.judge(verdict::unstable, "a", {}), std::nullopt);
    EXPECT_EQ(watch.judge(verdict::restart_failed, "a", {}), std::nullopt);
}

}  // namespace
}  // namespace mayhem::core
