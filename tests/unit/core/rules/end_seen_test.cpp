// Proves whose doing it is that a target does not stand after an act: somebody else's only if he asked for it, nothing
// that it needs has failed, and it is not about to start.
#include "mayhem/core/rules/end_seen.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using way = end_seen::way;

TEST(EndSeenTest, WhoAskedForItHasTakenItOver) {
    EXPECT_EQ(why_taken_over({.how = way::asked_for, .told_by = "systemd was asked to stop it"}),
              "somebody else has stopped it on purpose since: systemd was asked to stop it");
    EXPECT_EQ(why_taken_over({.how = way::removed}), "somebody else has removed it on purpose since");
}

TEST(EndSeenTest, WhatNobodyAskedForIsNobodysDoing) {
    EXPECT_EQ(why_taken_over({}), "");
    EXPECT_EQ(why_taken_over({.how = way::by_itself, .told_by = "it crashed"}), "");
}

TEST(EndSeenTest, WhatTheActItselfAskedForIsOurs) {
    EXPECT_EQ(why_taken_over({.how = way::asked_for, .may_be_the_act = true}), "");
}

TEST(EndSeenTest, WhatIsAboutToStartHasNotEnded) {
    EXPECT_EQ(why_taken_over({.how = way::asked_for, .is_about_to_start = true}), "");
}

TEST(EndSeenTest, WhatWasStoppedWithSomethingThatFailedIsAFindingAndSaysSo) {
    const end_seen e{.how = way::asked_for, .failed_below = "db.service"};

    EXPECT_EQ(why_taken_over(e), "");
    EXPECT_EQ(describe_end(e), "it was stopped with db.service, which has failed");
    EXPECT_EQ(describe_end({.how = way::by_itself}), "");
}

}  // namespace
}  // namespace mayhem::core
