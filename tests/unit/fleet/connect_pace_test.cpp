// Proves how long a daemon waits before it connects, so that a fleet whose database comes back does not keep itself
// out.
#include "fleet/connect_pace.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

using namespace std::chrono_literals;

connect_pace pace_of(std::size_t hosts, std::uint64_t seed) { return {hosts, core::random_source(seed)}; }

struct spread {
    std::chrono::nanoseconds shortest = 1h;
    std::chrono::nanoseconds longest = 0ns;
};

/// Of the first waits of many daemons.
spread first_waits(std::size_t hosts) {
    spread seen;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        connect_pace pace = pace_of(hosts, seed);
        const auto wait = pace.next();
        seen.shortest = std::min(seen.shortest, wait);
        seen.longest = std::max(seen.longest, wait);
    }
    return seen;
}

TEST(ConnectPaceTest, TheFirstTryIsSpreadOverTwentyMillisecondsAHost) {
    const spread one = first_waits(1);
    EXPECT_LE(one.longest, 20ms);
    EXPECT_GT(one.longest, 18ms);
    EXPECT_LT(one.shortest, 2ms);

    const spread hundred = first_waits(100);
    EXPECT_LE(hundred.longest, 2s);
    EXPECT_GT(hundred.longest, 1900ms);
    EXPECT_LT(hundred.shortest, 100ms);
}

TEST(ConnectPaceTest, TheSpreadEndsAtThirtySeconds) {
    const spread many = first_waits(1'000'000'000'000);
    EXPECT_LE(many.longest, 30s);
    EXPECT_GT(many.longest, 29s);
}

TEST(ConnectPaceTest, FailuresDoubleTheWaitFromOneSecondToThirtyAndHalfOfItIsChance) {
    connect_pace pace = pace_of(1, 3);

    for (const auto ceiling : {1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s}) {
        pace.failed();
        const auto wait = pace.next();
        EXPECT_LE(wait, ceiling);
        EXPECT_GE(wait, ceiling / 2);
    }
}

TEST(ConnectPaceTest, AConnectionThatHeldBeginsAnewAndOneThatDidNotIsAFailure) {
    connect_pace pace = pace_of(1, 3);

    pace.failed();
    pace.failed();
    pace.lost(connect_pace::held_min - 1ms);
    const auto third = pace.next();
    EXPECT_GE(third, 2s);
    EXPECT_LE(third, 4s);

    pace.lost(connect_pace::held_min);
    EXPECT_LE(pace.next(), 20ms);
}

}  // namespace
}  // namespace mayhem::fleet
