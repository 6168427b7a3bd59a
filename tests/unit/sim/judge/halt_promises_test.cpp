// Proves what a halt promises: by each door, lifted or not, answered or not, over a restart, and on the edges.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

const asked halt{.what = wish_kind::halt, .door = door::command, .group = {}, .target = {}};
const asked resume{.what = wish_kind::resume, .door = door::command, .group = {}, .target = {}};
const asked make_file{.what = wish_kind::halt, .door = door::file, .group = {}, .target = {}};
const asked remove_file{.what = wish_kind::resume, .door = door::file, .group = {}, .target = {}};
const names broken_halt{"holds_when_halted"};

/// A halt is asked for at 10 s and answered at 10.5 s.
story halted(const asked& by = halt) {
    story s;
    s.begins();
    s.wants(10, 10.5, by);
    return s;
}

names acting_at(story s, double seconds) {
    s.restarts(seconds, "web-1", "first", "second");
    return s.broken();
}

TEST(HoldsWhenHaltedTest, NothingBeginsASecondAfterTheAnswer) {
    EXPECT_EQ(acting_at(halted(), 10.2), names{});
    EXPECT_EQ(acting_at(halted(), 11.5), names{});
    EXPECT_EQ(acting_at(halted(), 11.500001), broken_halt);
    EXPECT_EQ(acting_at(halted(make_file), 12), broken_halt);
    EXPECT_EQ(acting_at(halted({.what = wish_kind::halt, .door = door::database, .group = {}, .target = {}}), 12),
              broken_halt);
}

TEST(HoldsWhenHaltedTest, WhatMayHaveBegunInTimeIsNotHeldAgainstIt) {
    story s = halted();
    s.between(11.4, 13);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    EXPECT_EQ(s.broken(), names{});

    story late = halted();
    late.between(11.6, 13);
    late.acts("web-1", "first", late.message_for("web-1", "first"));
    EXPECT_EQ(late.broken(), broken_halt);
}

TEST(HoldsWhenHaltedTest, AnUncertainAnswerCountsFromItsLatest) {
    story s;
    s.begins().at(10).tell(asked{.wish = 1, .what = wish_kind::halt, .group = {}, .target = {}});
    s.between(10, 14).tell(answered{.wish = 1, .error = {}});

    EXPECT_EQ(acting_at(s, 15), names{});
    EXPECT_EQ(acting_at(s, 15.1), broken_halt);
}

TEST(HoldsWhenHaltedTest, AResumeLiftsIt) {
    story s = halted();
    s.wants(20, 21, resume);

    EXPECT_EQ(acting_at(s, 19), broken_halt);
    EXPECT_EQ(acting_at(s, 20.5), names{});
    EXPECT_EQ(acting_at(s, 30), names{});
}

TEST(HoldsWhenHaltedTest, AResumeThatFailedLiftsNothingAlsoNotAfterARestart) {
    story s = halted();
    s.wants(20, 21, resume, answer::failed);

    EXPECT_EQ(acting_at(s, 20.5), names{}) << "before the answer nobody could tell";
    EXPECT_EQ(acting_at(s, 22), names{}) << "within a second";
    EXPECT_EQ(acting_at(s, 22.1), broken_halt);

    s.at(24).tell(life_ended{.how = life_end::killed});
    s.at(25).tell(life_began{.life = 2});
    s.tell(s.config);
    EXPECT_EQ(acting_at(s, 30), broken_halt);
}

TEST(HoldsWhenHaltedTest, AResumeThatCameTooLateLiftsNothingBeforeTheNextLife) {
    story s = halted();
    s.wants(20, 21, resume, answer::late);
    EXPECT_EQ(acting_at(s, 23), broken_halt);

    s.at(24).tell(life_ended{.how = life_end::killed});
    s.at(25).tell(life_began{.life = 2});
    s.tell(s.config);
    EXPECT_EQ(acting_at(s, 30), names{});

    s.wants(31, 32, halt);
    EXPECT_EQ(acting_at(s, 40), broken_halt);
}

TEST(HoldsWhenHaltedTest, AResumeThatWasNeverAnsweredMayHaveBeenCarriedOut) {
    story killed = halted();
    killed.wants(20, resume);
    killed.at(20.1).tell(life_ended{.how = life_end::killed});
    killed.at(25).tell(life_began{.life = 2});
    killed.tell(killed.config);
    EXPECT_EQ(acting_at(killed, 30), names{});

    story gone = halted();
    gone.wants(20, 21, resume, answer::gone);
    EXPECT_EQ(acting_at(gone, 30), names{});
}

TEST(HoldsWhenHaltedTest, AHaltIsNotUndoneByAResumeThatWasAskedForBefore) {
    story s = halted();
    s.at(20).tell(asked{.wish = 50, .what = wish_kind::resume, .group = {}, .target = {}});
    s.wants(21, 21.1, halt);
    s.at(25).tell(answered{.wish = 50, .error = {}});

    EXPECT_EQ(acting_at(s, 30), broken_halt);
}

TEST(HoldsWhenHaltedTest, OfAResumeAndAHaltThatOverlapEitherMayBeTheLast) {
    story s = halted();
    s.at(20).tell(asked{.wish = 50, .what = wish_kind::halt, .group = {}, .target = {}});
    s.wants(20.1, 20.2, resume);
    s.at(20.3).tell(answered{.wish = 50, .error = {}});

    EXPECT_EQ(acting_at(s, 30), names{});
}

TEST(HoldsWhenHaltedTest, EachDoorIsClosedByItself) {
    story s = halted();
    s.wants(11, 11.1, make_file);
    s.wants(20, 20.1, resume);
    EXPECT_EQ(acting_at(s, 30), broken_halt);

    s.wants(31, 31.1, remove_file);
    EXPECT_EQ(acting_at(s, 40), names{});
}

TEST(HoldsWhenHaltedTest, TheDatabaseIsTheCommandsDoor) {
    story s = halted();
    s.wants(20, 20.1, {.what = wish_kind::resume, .door = door::database, .group = {}, .target = {}});

    EXPECT_EQ(acting_at(s, 30), names{});
}

TEST(HoldsWhenHaltedTest, AConfigThatIsInForceHaltsUntilAnotherIs) {
    story s;
    s.config.halted = true;
    s.begins();
    EXPECT_EQ(acting_at(s, 5), broken_halt);

    s.wants(9, 9.5, resume);
    EXPECT_EQ(acting_at(s, 9.9), broken_halt) << "the command closes its own door alone";

    s.at(10).tell(asked{.wish = 60, .what = wish_kind::reload, .group = {}, .target = {}});
    EXPECT_EQ(acting_at(s, 10.5), names{}) << "what the file says is not known yet";

    s.at(12).tell(answered{.wish = 60, .answer = answer::failed, .error = {}});
    EXPECT_EQ(acting_at(s, 14), broken_halt) << "the reload was refused";

    s.config.halted = false;
    s.at(20).tell(s.config);
    EXPECT_EQ(acting_at(s, 21), names{});
}

TEST(HoldsWhenHaltedTest, WhatANewLifeReadsInTheConfigIsNotKnownBeforeItIsInForce) {
    story s;
    s.config.halted = true;
    s.begins();
    s.at(10).tell(life_ended{.how = life_end::power_cut});
    s.at(12).tell(life_began{.life = 2});
    EXPECT_EQ(acting_at(s, 13), names{}) << "the file may have changed";

    s.at(14).tell(s.config);
    EXPECT_EQ(acting_at(s, 16), broken_halt);
}

TEST(HoldsWhenHaltedTest, AReloadThatWaitsBehindAnotherMayLiftWhatThatOneBrought) {
    story s;
    s.begins();
    s.at(10).tell(asked{.wish = 60, .what = wish_kind::reload, .group = {}, .target = {}});
    s.at(11).tell(asked{.wish = 61, .what = wish_kind::reload, .group = {}, .target = {}});
    s.config.halted = true;
    s.at(12).tell(s.config);
    s.tell(answered{.wish = 60, .answer = answer::ok, .error = {}});
    EXPECT_EQ(acting_at(s, 14), names{});

    s.at(15).tell(answered{.wish = 61, .answer = answer::failed, .error = {}});
    EXPECT_EQ(acting_at(s, 17), broken_halt);
}

TEST(HoldsWhenHaltedTest, AHaltThatTheKillCutMayHoldOrNot) {
    story s;
    s.begins();
    s.wants(10, halt);
    s.at(10.1).tell(life_ended{.how = life_end::killed});
    s.at(12).tell(life_began{.life = 2});
    s.tell(s.config);
    s.restarts(20, "web-1", "first", "second");
    s.at(30).tell(told{.question = question::halted, .group = {}, .value = true});

    EXPECT_EQ(s.broken(), names{});
}

TEST(HoldsWhenHaltedTest, ManyHaltsAndResumesAreNotForgotten) {
    story s;
    s.begins();
    for (int i = 0; i < 200; ++i) {
        s.wants(10 + i, 10.1 + i, halt);
        s.wants(10.2 + i, 10.3 + i, resume);
    }
    EXPECT_EQ(acting_at(s, 400), names{});

    s.wants(401, 401.1, halt);
    for (int i = 0; i < 200; ++i) {
        s.wants(402 + i, 402.1 + i, resume, answer::failed);
    }
    EXPECT_EQ(acting_at(s, 700), broken_halt);
}

names saying(story s, double seconds, bool is_halted) {
    s.at(seconds).tell(told{.question = question::halted, .group = {}, .value = is_halted});
    return s.broken();
}

TEST(AnswersAreTrueTest, WhoeverAsksIsToldWhetherItIsHalted) {
    const names untrue{"answers_are_true"};
    story s = halted();
    EXPECT_EQ(saying(s, 9, false), names{});
    EXPECT_EQ(saying(s, 9, true), untrue);
    EXPECT_EQ(saying(s, 10.2, true), names{});
    EXPECT_EQ(saying(s, 10.2, false), names{});
    EXPECT_EQ(saying(s, 10.6, true), names{});
    EXPECT_EQ(saying(s, 10.6, false), untrue);

    s.wants(20, 21, resume);
    EXPECT_EQ(saying(s, 20.5, true), names{});
    EXPECT_EQ(saying(s, 20.5, false), names{});
    EXPECT_EQ(saying(s, 22, false), names{});
    EXPECT_EQ(saying(s, 22, true), untrue);
}

TEST(AnswersAreTrueTest, WhatWasSaidAtAnUncertainTimeMayHaveBeenTrueThen) {
    story s = halted();
    s.between(9, 11).tell(told{.question = question::halted, .group = {}, .value = false});
    s.between(9, 11).tell(told{.question = question::halted, .group = {}, .value = true});

    EXPECT_EQ(s.broken(), names{});
}

TEST(AnswersAreTrueTest, AReloadMayHaltUntilItHasFailedOrAConfigIsInForce) {
    const names untrue{"answers_are_true"};
    story s;
    s.begins().at(10).tell(asked{.wish = 60, .what = wish_kind::reload});
    EXPECT_EQ(saying(s, 11, true), names{});

    story failed = s;
    failed.at(12).tell(answered{.wish = 60, .answer = answer::failed});
    EXPECT_EQ(saying(failed, 14, true), untrue);

    s.at(12).tell(s.config);
    EXPECT_EQ(saying(s, 14, true), untrue);
}

TEST(AnswersAreTrueTest, TheConfigWithWhichALifeBeginsIsNotThatOfAReloadAskedForBefore) {
    story s;
    s.tell(life_began{.life = 1});
    s.at(10).tell(asked{.wish = 60, .what = wish_kind::reload});
    s.at(11).tell(s.config);
    EXPECT_EQ(saying(s, 12, true), names{}) << "the reload reads the file now";

    s.at(13).tell(s.config);
    EXPECT_EQ(saying(s, 14, true), names{"answers_are_true"});
}

TEST(AnswersAreTrueTest, AHaltThatTheKillCutIsUndoneByAResumeOfTheNextLife) {
    story s;
    s.begins();
    s.wants(10, halt);
    s.at(10.1).tell(life_ended{.how = life_end::killed});
    s.at(12).tell(life_began{.life = 2});
    s.tell(s.config);
    s.wants(20, 20.5, resume);

    EXPECT_EQ(saying(s, 30, false), names{});
    EXPECT_EQ(saying(s, 30, true), names{"answers_are_true"});
}

TEST(AnswersAreTrueTest, OfABreakerAndADryRunAsWell) {
    story s;
    s.begins().at(10).tell(breaker_is{.group = "web", .is_open = true});
    s.at(11).tell(told{.question = question::breaker_open, .group = "web", .value = true});
    s.tell(told{.question = question::breaker_open, .group = "other", .value = false});
    s.tell(told{.question = question::dry_run, .group = {}, .value = false});
    EXPECT_EQ(s.broken(), names{});

    story breaker = s;
    breaker.tell(told{.question = question::breaker_open, .group = "web", .value = false});
    EXPECT_EQ(breaker.broken(), names{"answers_are_true"});

    s.tell(told{.question = question::dry_run, .group = {}, .value = true});
    EXPECT_EQ(s.broken(), names{"answers_are_true"});
}

TEST(HaltsAtOnceTest, TheAnswerComesWithinASecond) {
    story s;
    s.begins();
    s.wants(10, 11, halt);
    EXPECT_EQ(s.broken(), names{});

    s.wants(20, 21.1, halt);
    EXPECT_EQ(s.broken(), names{"halts_at_once"});
}

TEST(HaltsAtOnceTest, APoolThatIsFullExcusesNothingAndAStoreThatHangsDoes) {
    for (const auto& [kind, expected] :
         {std::pair{trouble_kind::pool, names{"halts_at_once"}}, std::pair{trouble_kind::store, names{}}}) {
        story s;
        s.begins().at(9).tell(trouble{.id = 1, .kind = kind, .group = {}, .what = "hangs"});
        s.at(15).tell(trouble{.id = 1, .kind = kind, .stands = false, .group = {}, .what = {}});
        s.wants(10, 14, halt);

        EXPECT_EQ(s.broken(), expected);
        EXPECT_EQ(s.excused("halts_at_once"), expected.empty() ? 1 : 0);
    }
}

TEST(HaltsAtOnceTest, NoAnswerAtAllIsNoneInTimeUnlessTheDaemonDiedOrTheClientWent) {
    story s;
    s.begins();
    s.wants(10, halt);
    story died = s;
    s.at(80).stands("web-1", "first");
    EXPECT_EQ(s.broken(), names{"halts_at_once"});

    died.at(12).tell(life_ended{.how = life_end::killed});
    died.at(80).stands("web-1", "first");
    EXPECT_EQ(died.broken(), names{});

    story gone;
    gone.begins();
    gone.wants(10, 15, halt, answer::gone);
    EXPECT_EQ(gone.broken(), names{});
}

}  // namespace
}  // namespace mayhem::sim::test
