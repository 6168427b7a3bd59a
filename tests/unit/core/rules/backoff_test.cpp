// Proves that the delays double up to their cap for every number of failures, and that chance moves them only within
// its bounds.
#include "mayhem/core/rules/backoff.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST(BackoffTest, CeilingDoublesUpToTheCap) {
    const backoff b{.first = 1s, .max = 10s};

    EXPECT_EQ(b.ceiling(1), 1s);
    EXPECT_EQ(b.ceiling(2), 2s);
    EXPECT_EQ(b.ceiling(3), 4s);
    EXPECT_EQ(b.ceiling(4), 8s);
    EXPECT_EQ(b.ceiling(5), 10s);
    EXPECT_EQ(b.ceiling(6), 10s);
}

TEST(BackoffTest, NothingFailedMeansNoWait) {
    random_source rng(1);
    const backoff b;

    EXPECT_EQ(b.ceiling(0), 0ns);
    EXPECT_EQ(b.ceiling(-1), 0ns);
    EXPECT_EQ(b.delay(0, rng), 0ns);
}

TEST(BackoffTest, CeilingNeitherFallsNorOverflows) {
    for (const nanoseconds first : {1ns, nanoseconds(1s), nanoseconds(24h), nanoseconds::max()}) {
        const backoff b{.first = first, .max = nanoseconds::max()};
        nanoseconds last = 0ns;
        for (int failures = 1; failures <= 100; ++failures) {
            ASSERT_GE(b.ceiling(failures), last);
            last = b.ceiling(failures);
        }
        EXPECT_GE(b.ceiling(std::numeric_limits<int>::max()), last);
    }
}

TEST(BackoffTest, FirstAboveTheCapIsCapped) {
    const backoff b{.first = 1min, .max = 1s};

    EXPECT_EQ(b.ceiling(1), 1s);
}

TEST(BackoffTest, WithoutJitterTheDelayIsTheCeiling) {
    random_source rng(1);
    const backoff b{.first = 1s, .max = 10s, .jitter = jitter::none};

    EXPECT_EQ(b.delay(3, rng), 4s);
    EXPECT_EQ(rng.next(), random_source(1).next()) << "nothing was drawn";
}

TEST(BackoffTest, EqualJitterStaysInTheUpperHalfAndReachesItsEnds) {
    random_source rng(2);
    const backoff b{.first = 1s, .max = 1s, .jitter = jitter::equal};
    nanoseconds shortest = 1h;
    nanoseconds longest = 0s;

    for (int i = 0; i < 10'000; ++i) {
        const nanoseconds delay = b.delay(1, rng);
        shortest = std::min(shortest, delay);
        longest = std::max(longest, delay);
    }

    EXPECT_GE(shortest, 500ms);
    EXPECT_LT(shortest, 501ms);
    EXPECT_GT(longest, 999ms);
    EXPECT_LE(longest, 1s);
}

TEST(BackoffTest, FullJitterUsesTheWholeRange) {
    random_source rng(3);
    const backoff b{.first = 1s, .max = 1s, .jitter = jitter::full};
    nanoseconds shortest = 1h;
    nanoseconds longest = 0s;

    for (int i = 0; i < 10'000; ++i) {
        const nanoseconds delay = b.delay(1, rng);
        shortest = std::min(shortest, delay);
        longest = std::max(longest, delay);
    }

    EXPECT_GE(shortest, 0s);
    EXPECT_LT(shortest, 1ms);
    EXPECT_GT(longest, 999ms);
    EXPECT_LE(longest, 1s);
}

TEST(BackoffTest, TheSameSeedGivesTheSameDelays) {
    random_source one(4);
    random_source other(4);
    const backoff b;

    for (int failures = 1; failures < 20; ++failures) {
        ASSERT_EQ(b.delay(failures, one), b.delay(failures, other));
    }
}

}  // namespace
}  // namespace mayhem::core
