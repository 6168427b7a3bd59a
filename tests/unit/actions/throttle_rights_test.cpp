// Proves that what a throttle lacks on a host is said beforehand, with what to do about it.
#include "actions/throttle_rights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ThrottleRightsTest, RootMayThrottleOnAnyHost) {
    EXPECT_THAT(why_not_throttle({.cpu_percent = 20}, true, false), IsEmpty());
    EXPECT_THAT(why_not_throttle({.cpu_percent = 20, .memory_high = 1}, true, true), IsEmpty());
}

TEST(ThrottleRightsTest, WithoutVersion2OnlyTheCpuCanBeTaken) {
    EXPECT_THAT(why_not_throttle({.memory_high = 1}, true, false), HasSubstr("no effect on this host"));
    EXPECT_THAT(why_not_throttle({.io_read = 1}, true, false), HasSubstr("unified_cgroup_hierarchy=1"));
}

TEST(ThrottleRightsTest, AnotherUserNeedsPolkitsWord) {
    EXPECT_THAT(why_not_throttle({.cpu_percent = 20}, false, true), HasSubstr("set-property"));
}

}  // namespace
}  // namespace mayhem::actions
