// Proves what `lets_settle` promises: that what came back is left alone as long as it is watched, by every group, and
// no longer; and that a watch which a reload or a death has ended asks for nothing.
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono;

const names unsettled{"lets_settle"};

/// web-1 is hit at 10 s, and stands again at 11 s.
story hit_at_ten(core::duration stable_for, core::duration recovery_timeout = 60s) {
    story s;
    s.web().stable_for = stable_for;
    s.web().recovery_timeout = recovery_timeout;
    s.config.groups.push_back({.name = "other", .schedule = {}, .limits = {}});
    s.begins();
    s.restarts(10, "web-1", "first", "second");
    return s;
}

void hits_again(story& s, double at, const std::string& group = "web") {
    s.at(at).acts("web-1", "second", s.message_for("web-1", "second", group), group);
}

TEST(LetsSettleTest, WhatCameBackIsLeftAloneUntilItIsStable) {
    story late = hit_at_ten(20s);
    hits_again(late, 31);
    EXPECT_EQ(late.broken(), names{});

    story s = hit_at_ten(20s);
    hits_again(s, 30);
    EXPECT_EQ(s.broken(), unsettled);

    story other = hit_at_ten(20s);
    hits_again(other, 30, "other");
    EXPECT_EQ(other.broken(), unsettled) << "by whichever group";
}

TEST(LetsSettleTest, NoLongerThanItIsWatched) {
    story s = hit_at_ten(20s, 15s);
    hits_again(s, 26);
    EXPECT_EQ(s.broken(), names{});
}

TEST(LetsSettleTest, AnotherTargetIsNotMeant) {
    story s = hit_at_ten(20s);
    s.at(12).acts("web-2", "first", s.message_for("web-2", "first"));
    EXPECT_EQ(s.broken(), names{});
}

TEST(LetsSettleTest, WhatStoodBeforeTheActDidNotComeBackFromIt) {
    story s = hit_at_ten(20s);
    s.at(5).stands("web-1", "namesake");
    s.at(12).acts("web-1", "namesake", s.message_for("web-1", "namesake"));
    EXPECT_EQ(s.broken(), names{});
}

TEST(LetsSettleTest, AReloadLetsGoWhatWasWatched) {
    story s = hit_at_ten(20s);
    s.at(15).tell(s.config);
    hits_again(s, 16);
    EXPECT_EQ(s.broken(), names{});
}

TEST(LetsSettleTest, ADeathLetsGoWhatWasWatched) {
    story s = hit_at_ten(20s);
    s.at(15).tell(life_ended{.how = life_end::killed});
    s.at(16).tell(life_began{.life = 2});
    s.tell(s.config);
    hits_again(s, 17);
    EXPECT_EQ(s.broken(), names{});
}

}  // namespace
}  // namespace mayhem::sim::test
