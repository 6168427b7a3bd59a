// Proves which lives count as having to do with an act of ours: while it is under way, and for whoever began to look
// before it ended.
#include "pipeline/model/own_acts.hpp"

#include <gtest/gtest.h>

namespace mayhem::pipeline {

TEST(OwnActsTest, WhatIsUnderWayCounts) {
    own_acts acts;
    const own_acts::moment before = acts.now();
    const own_acts::hold act = acts.begin({.first = 1, .others = {2}});

    EXPECT_TRUE(acts.had_to_do_with(1, before));
    EXPECT_TRUE(acts.had_to_do_with(2, acts.now()));
    EXPECT_FALSE(acts.had_to_do_with(3, before));
}

TEST(OwnActsTest, WhatHasEndedCountsForWhoeverBeganToLookBefore) {
    own_acts acts;
    own_acts::hold act = acts.begin({.first = 1});
    const own_acts::moment before = acts.now();
    act = {};

    EXPECT_TRUE(acts.had_to_do_with(1, before));
    EXPECT_FALSE(acts.had_to_do_with(1, acts.now()));
}

TEST(OwnActsTest, AHoldThatIsMovedEndsOnce) {
    own_acts acts;
    own_acts::hold act = acts.begin({.first = 1});
    {
        const own_acts::hold other = std::move(act);
        EXPECT_EQ(acts.now(), 0U);
    }
    EXPECT_EQ(acts.now(), 1U);
}

TEST(OwnActsTest, WhatIsForgottenMayHaveBeenOurs) {
    own_acts acts;
    const own_acts::moment before = acts.now();
    for (std::size_t i = 0; i <= own_acts::ended_max; ++i) {
        const own_acts::hold act = acts.begin({.first = i});
    }

    EXPECT_TRUE(acts.had_to_do_with(1'000'000, before)) << "nobody knows any more";
    EXPECT_FALSE(acts.had_to_do_with(1'000'000, before + 1));
    EXPECT_TRUE(acts.had_to_do_with(own_acts::ended_max, before + 1));
}

}  // namespace mayhem::pipeline
