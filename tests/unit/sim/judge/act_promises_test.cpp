// Proves what an act may touch: stories in which each of these promises is kept, is broken, and stands on the edge of
// what is uncertain. Each broken one names its promise alone, so that it fails if nobody looks any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

TEST(ActsOnceTest, OneActOnEachLifeIsClean) {
    story s;
    s.begins().restarts(10, "web-1", "first", "second");
    s.restarts(20, "web-1", "second", "third");

    EXPECT_EQ(s.broken(), names{});
    EXPECT_EQ(s.decided("acts_once"), 2);
}

TEST(ActsOnceTest, ASecondActOnALifeIsNotWhoeverMadeIt) {
    story s;
    s.begins().at(10);
    const std::uint64_t first = s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.at(11).tell(life_ended{.how = life_end::killed});
    s.at(12).tell(life_began{.life = 2});
    s.at(13);
    const std::uint64_t second = s.acts("web-1", "first", s.message_for("web-1", "first"));

    ASSERT_EQ(s.broken(), names{"acts_once"});
    const violation v = s.judged().violations().front();
    EXPECT_THAT(v.text, HasSubstr("web-1 (life first) was hit by act 2 at 13.000000 s, and had been hit by act 1"));
    EXPECT_EQ(v.events, (std::vector<std::uint64_t>{first + 1, second + 1}));
}

TEST(ActsOnceTest, TwoSignalsOfOneActAreOneAct) {
    story s;
    s.begins().at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.at(15).tell(hit{.act = s.last_act(), .target = "web-1", .incarnation = "first", .signal = "KILL"});

    EXPECT_EQ(s.broken(), names{});
}

TEST(ActsOnceTest, AnActThatHitNothingMayBeTriedAgain) {
    story s;
    s.begins().at(10);
    const std::string message = s.message_for("web-1", "first");
    s.begins_act("web-1", "first", message);
    s.at(12).acts("web-1", "first", message);

    EXPECT_EQ(s.broken(), names{});
}

TEST(ActsOnceTest, HostsThatShareATargetHitItOnce) {
    story s;
    s.begins().at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.host = "b";
    s.at(20).tell(life_began{});
    s.tell(s.config);
    s.at(21).acts("web-1", "first", s.message_for("web-1", "first"));

    EXPECT_EQ(s.broken(), names{"acts_once"});
}

TEST(RightTargetTest, AHitOnAnotherLifeThanWasMeantIsBroken) {
    story s;
    s.begins().at(10);
    s.begins_act("web-1", "first", s.message_for("web-1", "first"));
    s.stands("web-1", "first", target_state::down);
    s.stands("web-1", "second");
    s.at(11).tell(hit{.act = 1, .target = "web-1", .incarnation = "second", .signal = "KILL"});

    EXPECT_EQ(s.broken(), names{"right_target"});
}

TEST(RightTargetTest, AHitOnALifeThatWasOverIsBroken) {
    story s;
    s.begins().at(9).stands("web-1", "first", target_state::down);
    s.at(10).acts("web-1", "first", s.message_for("web-1", "first"));

    ASSERT_EQ(s.broken(), names{"right_target"});
    EXPECT_THAT(s.judged().violations().front().text, HasSubstr("did not live then; there lived: none"));
}

TEST(RightTargetTest, ALifeThatMayHaveBeenOverIsGivenTheBenefitOfTheDoubt) {
    story s;
    s.begins().between(9, 11).stands("web-1", "first", target_state::down);
    s.at(10).acts("web-1", "first", s.message_for("web-1", "first"));
    EXPECT_EQ(s.broken(), names{});

    story late;
    late.begins().between(9, 11).stands("web-1", "first", target_state::down);
    late.between(11.5, 12).acts("web-1", "first", late.message_for("web-1", "first"));
    EXPECT_EQ(late.broken(), names{"right_target"});
}

TEST(RightTargetTest, AnActBeforeItsMessageIsDurableIsBroken) {
    story s;
    s.begins().at(10).acts("web-1", "first", "message-1");
    s.at(11).message_for("web-1", "first");

    EXPECT_EQ(s.broken(), names{"right_target"});
}

TEST(RightTargetTest, AnActWhoseMessageMayHaveBeenDurableIsNot) {
    story s;
    s.begins().between(9, 12);
    const std::string message = s.message_for("web-1", "first");
    s.between(10, 11).acts("web-1", "first", message);

    EXPECT_EQ(s.broken(), names{});
}

TEST(RightTargetTest, AMessageThatNamesAnotherIsNoMessage) {
    story s;
    s.begins().at(10);
    const std::string message = s.message_for("web-2", "first");
    s.acts("web-1", "first", message);

    EXPECT_EQ(s.broken(), names{"right_target"});
}

TEST(RightTargetTest, WhereNobodyKnowsTheMessageAnyThatNamesTheLifeWillDo) {
    story s;
    s.begins().at(10).message_for("web-1", "first");
    s.at(11).tell(act{.id = 7, .group = "web", .target = "web-1", .incarnation = "first", .message = {}});
    EXPECT_EQ(s.broken(), names{});

    s.at(12).tell(act{.id = 8, .group = "web", .target = "web-2", .incarnation = "first", .message = {}});
    EXPECT_EQ(s.broken(), names{"right_target"});
}

TEST(RightTargetTest, ATargetOfWhichNobodyToldIsNotJudged) {
    story s;
    s.begins().at(10).acts("unseen", "first", s.message_for("unseen", "first"));

    EXPECT_EQ(s.broken(), names{});
    EXPECT_EQ(s.judged().tallies().at("right_target").undecided, 1);
}

TEST(SparesProtectedTest, WhatTheWorldOrTheConfigProtectsIsNotTouched) {
    story s;
    s.config.protected_targets = {"web-2"};
    s.begins().restarts(10, "web-1", "first", "second");
    EXPECT_EQ(s.broken(), names{});

    s.at(20).acts("web-2", "first", s.message_for("web-2", "first"));
    EXPECT_EQ(s.broken(), names{"spares_protected"});

    story world;
    world.begins().tell(target_is{.target = "sshd", .incarnation = "first", .groups = {}, .is_protected = true});
    world.at(10).acts("sshd", "first", world.message_for("sshd", "first"));
    EXPECT_EQ(world.broken(), names{"spares_protected"});
}

TEST(SparesProtectedTest, NorWhatFallsWithATarget) {
    story s;
    s.config.protected_targets = {"database"};
    s.web().may_take_strangers = true;
    s.begins().tell(target_is{.target = "database", .incarnation = "first", .groups = {}});
    s.at(10);
    const std::string message = s.message_for("web-1", "first");
    s.tell(act{
        .id = 1, .group = "web", .target = "web-1", .incarnation = "first", .message = message, .reach = {"database"}});

    EXPECT_EQ(s.broken(), names{"spares_protected"});
}

TEST(SparesStrangersTest, WhoIsNotOfTheGroupFallsOnlyIfTheGroupSaysSo) {
    for (const bool may : {false, true}) {
        story s;
        s.web().may_take_strangers = may;
        s.begins().tell(target_is{.target = "database", .incarnation = "first", .groups = {"shop"}});
        s.at(10);
        const std::string message = s.message_for("web-1", "first");
        s.tell(act{.id = 1,
                   .group = "web",
                   .target = "web-1",
                   .incarnation = "first",
                   .message = message,
                   .reach = {"database", "web-2"}});

        EXPECT_EQ(s.broken(), may ? names{} : names{"spares_strangers"});
    }
}

TEST(SparesStrangersTest, WhoCameUpAfterTheGuardsLookedCouldNotBeSeen) {
    story s;
    s.begins().at(10);
    const std::string message = s.message_for("web-1", "first");
    s.tell(queue_did{.message = message, .step = queue_step::received});
    s.at(11).tell(target_is{.target = "database", .incarnation = "first", .groups = {"shop"}});
    s.at(12).tell(act{
        .id = 1, .group = "web", .target = "web-1", .incarnation = "first", .message = message, .reach = {"database"}});

    EXPECT_EQ(s.broken(), names{});
}

TEST(SparesProtectedTest, AConfigThatMayNotYetHaveBeenInForceProtectsNothing) {
    story s;
    s.begins();
    s.config.protected_targets = {"web-2"};
    s.between(9, 11).tell(s.config);
    s.at(10).acts("web-2", "first", s.message_for("web-2", "first"));
    EXPECT_EQ(s.broken(), names{});

    s.at(12).acts("web-2", "first", s.message_for("web-2", "first"));
    EXPECT_THAT(s.broken(), IsSupersetOf({"spares_protected"}));
}

TEST(DryRunIsDryTest, ADryRunActsOnNothing) {
    story s;
    s.config.dry_run = true;
    s.begins().restarts(10, "web-1", "first", "second");

    EXPECT_EQ(s.broken(), names{"dry_run_is_dry"});
}

TEST(DryRunIsDryTest, AGroupMayBeDryBesideOneThatIsArmed) {
    story s;
    s.web().dry_run = true;
    s.begins().restarts(10, "web-1", "first", "second");

    EXPECT_EQ(s.broken(), names{"dry_run_is_dry"});
}

TEST(DryRunIsDryTest, AReloadDecidesFromWhenItIsInForce) {
    story s;
    s.begins().restarts(10, "web-1", "first", "second");
    s.config.dry_run = true;
    s.between(19, 21).tell(s.config);
    s.restarts(20, "web-2", "first", "second");
    EXPECT_EQ(s.broken(), names{});

    s.restarts(21.5, "web-3", "first", "second");
    EXPECT_EQ(s.broken(), names{"dry_run_is_dry"});
}

TEST(RespectsBreakerTest, NothingIsDoneWhileItIsOpen) {
    story s;
    s.begins().restarts(10, "web-1", "first", "second");
    s.at(20).tell(breaker_is{.group = "web", .is_open = true});
    s.wants(30, 31, {.what = wish_kind::close_breaker, .group = "web"});
    s.at(31).tell(breaker_is{.group = "web", .is_open = false});
    s.restarts(32, "web-2", "first", "second");
    EXPECT_EQ(s.broken(), names{});

    s.restarts(25, "web-3", "first", "second");
    EXPECT_EQ(s.broken(), names{"respects_breaker"});
}

TEST(RespectsBreakerTest, ItStaysOpenOverARestart) {
    story s;
    s.begins().at(20).tell(breaker_is{.group = "web", .is_open = true});
    s.at(21).tell(life_ended{.how = life_end::killed});
    s.at(22).tell(life_began{.life = 2});
    s.restarts(30, "web-3", "first", "second");

    EXPECT_EQ(s.broken(), names{"respects_breaker"});
}

TEST(RespectsBreakerTest, AClosingThatFailedLeavesItOpenAndOneWithoutAnAnswerMayNot) {
    story failed;
    failed.begins().at(20).tell(breaker_is{.group = "web", .is_open = true});
    failed.wants(30, 31, {.what = wish_kind::close_breaker, .group = "web"}, answer::failed);
    failed.restarts(32, "web-3", "first", "second");
    EXPECT_EQ(failed.broken(), names{"respects_breaker"});

    story unanswered;
    unanswered.begins().at(20).tell(breaker_is{.group = "web", .is_open = true});
    unanswered.wants(30, {.what = wish_kind::close_breaker, .group = "web"});
    unanswered.restarts(32, "web-3", "first", "second");
    EXPECT_EQ(unanswered.broken(), names{});
}

TEST(RespectsBreakerTest, OfWhatIsUncertainTheBetterIsBelieved) {
    story s;
    s.begins().between(20, 22).tell(breaker_is{.group = "web", .is_open = true});
    s.restarts(21, "web-3", "first", "second");
    EXPECT_EQ(s.broken(), names{});

    s.restarts(22.5, "web-2", "first", "second");
    EXPECT_EQ(s.broken(), names{"respects_breaker"});
}

}  // namespace
}  // namespace mayhem::sim::test
