// Proves that what lasted on a life makes it another incarnation, that no two drivers agree by chance, and that little
// is remembered.
#include "drivers/contract/span_count.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {
namespace {

TEST(SpanCountTest, CountsWhatLastedOnALife) {
    span_count counts("7.1");
    const std::string before = counts.incarnation_of("812:777:boot");

    counts.note("812:777:boot");

    EXPECT_EQ(before, "812:777:boot#7.1.0");
    EXPECT_EQ(counts.incarnation_of("812:777:boot"), "812:777:boot#7.1.1");
    EXPECT_EQ(counts.incarnation_of("813:778:boot"), "813:778:boot#7.1.0");
    EXPECT_EQ(span_count::life_of(before), "812:777:boot");
    EXPECT_EQ(span_count::life_of("812:777:boot"), "812:777:boot");
    EXPECT_TRUE(counts.has("812:777:boot"));
    EXPECT_FALSE(counts.has("813:778:boot"));
}

TEST(SpanCountTest, ForgetsTheLivesThatWereHeldFirst) {
    span_count counts("1");
    for (std::size_t i = 0; i <= span_count::lives_max; ++i) {
        counts.note(std::to_string(i));
        counts.note(std::to_string(i));
    }

    EXPECT_FALSE(counts.has("0"));
    EXPECT_TRUE(counts.has("1"));
    EXPECT_EQ(counts.incarnation_of("1"), "1#1.2");
}

}  // namespace
}  // namespace mayhem::drivers
