// Proves which numbers of a unit a throttle changes, and when it changes none.
#include "mayhem/core/rules/unit_limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t mib = 1U << 20U;

const unit_state unlimited{.numbers = {{.name = "CPUQuotaPerSecUSec"}, {.name = "MemoryHigh"}},
                           .memory_used = 80 * mib};

std::string why_not(const unit_limits& wanted, const unit_state& is) {
    return plan_throttle(wanted, is).why_not.value_or("");
}

TEST(UnitLimitsTest, ChangesWhatIsNamedAndKnowsWhatItWas) {
    const unit_limits all{
        .cpu_percent = 20, .memory_high = 40 * mib, .io_read = mib, .io_write = 2 * mib, .device = "/dev/sda"};
    const unit_state is{.numbers = {{.name = "CPUQuotaPerSecUSec", .is = 800'000},
                                    {.name = "MemoryHigh"},
                                    {.name = "IOReadBandwidthMax", .of = "/dev/sda", .is = 10 * mib}}};

    const throttle_plan plan = plan_throttle(all, is);

    EXPECT_FALSE(plan.why_not);
    EXPECT_THAT(
        plan.numbers,
        ElementsAre(
            changed_number{.name = "CPUQuotaPerSecUSec", .before = 800'000, .ours = 200'000},
            changed_number{.name = "MemoryHigh", .before = unit_number::no_limit, .ours = 40 * mib},
            changed_number{.name = "IOReadBandwidthMax", .of = "/dev/sda", .before = 10 * mib, .ours = mib},
            changed_number{
                .name = "IOWriteBandwidthMax", .of = "/dev/sda", .before = unit_number::no_limit, .ours = 2 * mib}));
    EXPECT_THAT(plan_throttle({.cpu_percent = 100}, unlimited).numbers.front().before, unit_number::no_limit);
}

TEST(UnitLimitsTest, NeverGivesMoreThanThereWas) {
    const unit_state is{.numbers = {{.name = "CPUQuotaPerSecUSec", .is = 200'000}}};

    EXPECT_THAT(why_not({.cpu_percent = 20}, is), HasSubstr("is 20 % already, and cpu would not make it less"));
    EXPECT_THAT(why_not({.cpu_percent = 30}, is), HasSubstr("already"));
    EXPECT_THAT(why_not({.cpu_percent = 10}, is), IsEmpty());
}

TEST(UnitLimitsTest, LeavesItHalfOfTheMemoryThatItUses) {
    const throttle_plan plan = plan_throttle({.memory_high = 39 * mib}, unlimited);

    EXPECT_TRUE(plan.is_too_hard);
    EXPECT_THAT(plan.why_not.value_or(""), HasSubstr("39 MiB is less than half of the 80 MiB"));
    EXPECT_FALSE(plan_throttle({.memory_high = 40 * mib}, unlimited).why_not);
    EXPECT_FALSE(plan_throttle({.memory_high = mib}, {}).why_not) << "nobody knows what it uses";
}

TEST(UnitLimitsTest, AnotherNameOfADeviceMayBeTheSameDevice) {
    const unit_state is{.numbers = {{.name = "IOReadBandwidthMax", .of = "/dev/disk/by-id/x", .is = 10 * mib}}};

    EXPECT_THAT(why_not({.io_read = mib, .device = "/dev/sda"}, is), HasSubstr("/dev/disk/by-id/x: name that"));
    EXPECT_THAT(why_not({.io_write = mib, .device = "/dev/sda"}, is), IsEmpty());
}

TEST(UnitLimitsTest, IsDescribedAsAConfigHasIt) {
    EXPECT_EQ(describe({.name = "CPUQuotaPerSecUSec", .before = 1'000'000, .ours = 200'000}), "cpu 100 % to 20 %");
    EXPECT_EQ(describe({.name = "MemoryHigh", .before = unit_number::no_limit, .ours = 40 * mib}),
              "memory_high without limit to 40 MiB");
    EXPECT_EQ(describe({.name = "IOWriteBandwidthMax", .of = "/dev/sda", .before = 10 * mib, .ours = mib}),
              "io_write 10 MiB/s to 1 MiB/s");
}

}  // namespace
}  // namespace mayhem::core
