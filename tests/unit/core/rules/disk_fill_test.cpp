// Proves how much of a disk is taken, that others keep what they are to keep, and what is given back when they need it.
#include "mayhem/core/rules/disk_fill.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t mib = 1U << 20U;

const disk_fill to_90{.directory = "/srv", .percent = 90, .keep_free = 64 * mib};

/// Of 1000 MiB that can be used, and a reserve of root.
disk_space with_used(std::uint64_t used) {
    return {.size = 1050 * mib, .unused = (1050 - used) * mib, .available = (1000 - used) * mib};
}

TEST(DiskFillTest, PercentagesAreOfWhatCanBeUsedAsThoseOfDf) {
    EXPECT_EQ(with_used(0).percent(), 0U);
    EXPECT_EQ(with_used(129).percent(), 12U);
    EXPECT_EQ(with_used(1000).percent(), 100U);
    EXPECT_EQ(disk_space{}.percent(), 0U);
}

TEST(DiskFillTest, TakesWhatIsMissing) {
    EXPECT_EQ(plan_fill(to_90, with_used(120)).bytes, 780 * mib);
    EXPECT_FALSE(plan_fill(to_90, with_used(120)).why_not);
    EXPECT_EQ(plan_fill(to_90, with_used(899)).bytes, mib);
}

TEST(DiskFillTest, AHugeDiskIsNoOverflow) {
    const disk_space huge{.size = 1ULL << 63U, .unused = 1ULL << 63U, .available = 1ULL << 63U};

    EXPECT_NEAR(static_cast<double>(plan_fill(to_90, huge).bytes), 0.9 * static_cast<double>(huge.available), 1e4);
}

TEST(DiskFillTest, WhoIsFullAlreadyHasNothingTaken) {
    EXPECT_THAT(plan_fill(to_90, with_used(900)).why_not.value_or(""), HasSubstr("full to 90 %"));
    EXPECT_THAT(plan_fill(to_90, with_used(1000)).why_not.value_or(""), HasSubstr("full to 100 %"));
}

TEST(DiskFillTest, NeverIsLessLeftThanIsToBeKept) {
    disk_fill f = to_90;
    f.percent = 95;

    EXPECT_THAT(plan_fill(f, with_used(0)).why_not.value_or(""), HasSubstr("lower fill_to or keep_free")) << "50 < 64";

    f.percent = 99;
    const disk_space large{.size = 100'000 * mib, .unused = 100'000 * mib, .available = 100'050 * mib};
    EXPECT_FALSE(plan_fill(f, large).why_not) << "one percent is left";
}

TEST(DiskFillTest, WhatOthersNeedIsGivenBack) {
    EXPECT_EQ(owed(to_90, with_used(900), 780 * mib), 0U);
    EXPECT_EQ(owed(to_90, with_used(936), 780 * mib), 0U) << "exactly enough";
    EXPECT_EQ(owed(to_90, with_used(940), 780 * mib), (4 + 16) * mib) << "and a quarter more";
    EXPECT_EQ(owed(to_90, with_used(1000), 10 * mib), 10 * mib) << "never more than was taken";
    EXPECT_EQ(owed(to_90, with_used(1000), 0), 0U);

    const disk_space large{.size = 100'000 * mib, .unused = 990 * mib, .available = 990 * mib};
    EXPECT_EQ(owed(to_90, large, 50'000 * mib), (10 + 250) * mib) << "one percent is more than 64 MiB";
}

}  // namespace
}  // namespace mayhem::core
