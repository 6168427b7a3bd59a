// Proves that what the kernel counts of a control group is read as it writes it.
#include "actions/holder/unit_counters.hpp"

#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

TEST(UnitCountersTest, ACountStandsBehindItsWord) {
    constexpr std::string_view text = "usage_usec 7\nnr_periods 300\nnr_throttled 31\nthrottled_usec 9\n";

    EXPECT_EQ(find_count(text, "nr_periods"), 300U);
    EXPECT_EQ(find_count(text, "nr_throttled"), 31U);
    EXPECT_EQ(find_count(text, "nr"), std::nullopt) << "no part of a word";
    EXPECT_EQ(find_count("", "nr_periods"), std::nullopt);
    EXPECT_EQ(find_count("high", "high"), std::nullopt);
}

TEST(UnitCountersTest, BytesAreOfAllDevices) {
    constexpr std::string_view text = "8:0 rbytes=100 wbytes=7 rios=1\n8:16 rbytes=23 wbytes=0 dbytes=4\n";

    EXPECT_EQ(sum_counts(text, "rbytes"), 123U);
    EXPECT_EQ(sum_counts(text, "wbytes"), 7U);
    EXPECT_EQ(sum_counts(text, "bytes"), 0U) << "no part of a word";
}

TEST(UnitCountersTest, ALimitIsASharePerSecond) {
    EXPECT_EQ(read_cpu_max("20000 100000\n"), 200'000U);
    EXPECT_EQ(read_cpu_max("5000 10000"), 500'000U);
    EXPECT_EQ(read_cpu_max("max 100000"), std::nullopt);
    EXPECT_EQ(read_cpu_max(""), std::nullopt);
}

TEST(UnitCountersTest, OfWhomNothingIsCountedNothingIsSaid) { EXPECT_EQ(count_unit(0).periods, std::nullopt); }

}  // namespace
}  // namespace mayhem::actions
