// Proves that each fault that lasts has somebody who undoes it, and does not stand for longer than it may.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;

const names not_owned{"faults_are_owned"};

fault_owner_is owned(fault_owner o, bool is_there) { return {.fault = 1, .owner = o, .is_there = is_there}; }

/// A fault stands from 10 s on, with a note and a holder, until 40 s; 5 s later it is late.
story with_fault(bool ends_on_halt = false) {
    story s;
    s.begins().at(9).tell(owned(fault_owner::note, true));
    s.at(9.5).tell(owned(fault_owner::holder, true));
    s.at(10).tell(fault_began{
        .fault = 1, .group = "web", .target = "web-1", .until = 40s, .grace = 5s, .ends_on_halt = ends_on_halt});
    return s;
}

story& ends_at(story& s, double seconds) {
    s.at(seconds).tell(fault_ended{.fault = 1});
    s.tell(owned(fault_owner::holder, false));
    s.tell(owned(fault_owner::note, false));
    return s;
}

TEST(FaultsAreOwnedTest, FromBeginningToEndIsClean) {
    story s = with_fault();
    EXPECT_EQ(ends_at(s, 45).broken(), names{});
    EXPECT_EQ(s.decided("faults_are_owned"), 3);
}

TEST(FaultsAreOwnedTest, AFaultThatBeginsBeforeAnybodyAnswersForIt) {
    story s;
    s.begins().at(10).tell(fault_began{.fault = 1, .group = "web", .target = "web-1", .until = 40s, .grace = 5s});
    s.at(11).tell(owned(fault_owner::note, true));

    EXPECT_EQ(s.broken(), not_owned);
}

TEST(FaultsAreOwnedTest, TheOrderOfWhatIsUncertainIsBelieved) {
    story s;
    s.begins().between(9, 12).tell(
        fault_began{.fault = 1, .group = "web", .target = "web-1", .until = 40s, .grace = 5s});
    s.between(10, 11).tell(owned(fault_owner::note, true));

    EXPECT_EQ(s.broken(), names{});
}

TEST(FaultsAreOwnedTest, ItMayLoseOneOfTwoAndNotBoth) {
    story s = with_fault();
    s.at(20).tell(owned(fault_owner::holder, false));
    EXPECT_EQ(s.broken(), names{});

    s.at(21).tell(owned(fault_owner::note, false));
    EXPECT_EQ(s.broken(), not_owned);
}

TEST(FaultsAreOwnedTest, ItStandsNoLongerThanItMay) {
    story s = with_fault();
    EXPECT_EQ(ends_at(s, 45.1).broken(), not_owned);

    story never = with_fault();
    never.at(60).stands("web-2", "first");
    EXPECT_EQ(never.broken(), not_owned);
}

TEST(FaultsAreOwnedTest, AHaltEndsWhatAHaltEnds) {
    const asked halt{.what = wish_kind::halt, .group = {}, .target = {}};
    story s = with_fault(true);
    s.wants(20, 20.5, halt);
    story late = s;
    EXPECT_EQ(ends_at(s, 21.5).broken(), names{});
    EXPECT_EQ(ends_at(late, 21.6).broken(), not_owned);

    story goes_on = with_fault(false);
    goes_on.wants(20, 20.5, halt);
    EXPECT_EQ(ends_at(goes_on, 40).broken(), names{});
}

TEST(FaultsAreOwnedTest, AHaltThatMayHaveBeenLiftedEndsNothing) {
    const asked halt{.what = wish_kind::halt, .group = {}, .target = {}};
    const asked resume{.what = wish_kind::resume, .group = {}, .target = {}};
    story lifted = with_fault(true);
    lifted.wants(20, 20.5, halt);
    lifted.wants(21, 21.5, resume);
    EXPECT_EQ(ends_at(lifted, 40).broken(), names{}) << "half a second was left";

    story both = with_fault(true);
    both.at(20).tell(asked{.wish = 1, .what = wish_kind::halt, .group = {}, .target = {}});
    both.tell(asked{.wish = 2, .what = wish_kind::resume, .group = {}, .target = {}});
    both.at(20.5).tell(answered{.wish = 1, .answer = answer::ok, .error = {}});
    both.tell(answered{.wish = 2, .answer = answer::ok, .error = {}});
    EXPECT_EQ(ends_at(both, 40).broken(), names{}) << "it was lifted before it was answered";
}

TEST(FaultsAreOwnedTest, AWorldInTroubleMayKeepItForAWhileAndNotForEver) {
    const asked halt{.what = wish_kind::halt, .group = {}, .target = {}};
    story s = with_fault(true);
    s.at(15).tell(trouble{.id = 1, .kind = trouble_kind::engine, .group = "web", .what = "the engine is away"});
    s.wants(20, 20.5, halt);
    story late = s;
    EXPECT_EQ(ends_at(s, 44).broken(), names{});
    EXPECT_EQ(ends_at(late, 45.1).broken(), not_owned);
}

TEST(FaultsAreOwnedTest, WhileNobodyLivesItWaitsForTheNextLife) {
    story s = with_fault();
    s.at(20).tell(life_ended{.how = life_end::killed});
    s.tell(owned(fault_owner::holder, false));
    s.at(100).tell(life_began{.life = 2});
    story late = s;
    s.at(104).tell(fault_ended{.fault = 1});
    s.tell(owned(fault_owner::note, false));
    s.at(120).stands("web-2", "first");
    EXPECT_EQ(s.broken(), names{});

    late.at(106).tell(fault_ended{.fault = 1});
    EXPECT_EQ(late.broken(), not_owned);
}

TEST(FaultsAreOwnedTest, AHolderThatOutlivesTheDaemonKeepsItsTime) {
    story s = with_fault();
    s.at(20).tell(life_ended{.how = life_end::killed});
    s.at(50).stands("web-2", "first");

    EXPECT_EQ(s.broken(), not_owned);
}

TEST(FaultsAreUndoneTest, WhenTheCalmPhaseIsOver) {
    story s = with_fault();
    s.at(20).tell(life_ended{.how = life_end::killed});  // and with it the holder; its note is lost, so nobody will
    s.tell(owned(fault_owner::holder, false));
    s.at(30).tell(phase_begins{.phase = phase_kind::calm, .within = 60s});
    story undone = s;
    s.at(200).tell(phase_begins{.phase = phase_kind::over});
    EXPECT_EQ(s.broken(), names{"faults_are_undone"});

    undone.at(80).tell(fault_ended{.fault = 1});
    undone.at(200).tell(phase_begins{.phase = phase_kind::over});
    EXPECT_EQ(undone.broken(), names{});
}

TEST(FaultsAreUndoneTest, UnlessTheWorldWasNotAbleOrItsTimeIsNotUp) {
    story s = with_fault();
    s.at(20).tell(life_ended{.how = life_end::killed});
    s.tell(owned(fault_owner::holder, false));
    s.at(30).tell(phase_begins{.phase = phase_kind::calm, .within = 60s});
    story early = s;
    s.at(35).tell(trouble{.id = 1, .kind = trouble_kind::engine, .group = {}, .what = "the engine is away"});
    s.at(200).tell(phase_begins{.phase = phase_kind::over});
    EXPECT_EQ(s.broken(), names{});
    EXPECT_EQ(s.excused("faults_are_undone"), 1);

    early.at(89).tell(phase_begins{.phase = phase_kind::over});
    EXPECT_EQ(early.broken(), names{});
}

}  // namespace
}  // namespace mayhem::sim::test
