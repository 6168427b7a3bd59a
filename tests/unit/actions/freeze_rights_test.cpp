// Proves that what a freeze lacks on a host is told beforehand, with the remedy.
#include "actions/freeze_rights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

using ::testing::HasSubstr;

TEST(FreezeRightsTest, WithTheCapabilityThereIsNothingToSayUnlessNobodyMay) {
    EXPECT_EQ(why_not_freeze(true, std::nullopt), "");
    EXPECT_EQ(why_not_freeze(true, 2), "");
    EXPECT_THAT(why_not_freeze(true, 3), HasSubstr("until the next boot"));
}

TEST(FreezeRightsTest, WithoutItTheRemedyIsNamed) {
    EXPECT_THAT(why_not_freeze(false, std::nullopt), HasSubstr("only processes of its own user"));
    EXPECT_THAT(why_not_freeze(false, 0), HasSubstr("CAP_SYS_PTRACE"));
    EXPECT_THAT(why_not_freeze(false, 1), HasSubstr("kernel.yama.ptrace_scope = 1"));
    EXPECT_THAT(why_not_freeze(false, 1), HasSubstr("AmbientCapabilities="));
}

TEST(FreezeRightsTest, WhatItHasStartedItselfNeedsNoCapabilityWhereTheKernelAsksTheProcess) {
    EXPECT_EQ(why_not_freeze_own(false, std::nullopt), "");
    EXPECT_EQ(why_not_freeze_own(false, 0), "");
    EXPECT_EQ(why_not_freeze_own(false, 1), "") << "it has named us";
    EXPECT_EQ(why_not_freeze_own(true, 2), "");
    EXPECT_THAT(why_not_freeze_own(false, 2), HasSubstr("kernel.yama.ptrace_scope=1"));
    EXPECT_THAT(why_not_freeze_own(true, 3), HasSubstr("until the next boot"));
}

}  // namespace
}  // namespace mayhem::actions
