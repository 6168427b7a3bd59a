// Proves what `lets_rest` promises: on both sides of either limit, with clocks that are set, after a pause, and for
// targets that share a name.
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono;

const names unrested{"lets_rest"};

story with(core::duration min_age, core::duration min_rest) {
    story s;
    s.web().limits.min_age = min_age;
    s.web().limits.min_rest = min_rest;
    return s.begins();
}

TEST(LetsRestTest, WhatIsYoungerThanMinAgeIsLeftAlone) {
    story s = with(10min, {});
    s.restarts(700, "web-1", "first", "second");
    s.at(710).stands("web-1", "second", target_state::down);
    s.at(720).stands("web-1", "third");

    story late = s;
    late.at(1320).acts("web-1", "third", late.message_for("web-1", "third"));
    EXPECT_EQ(late.broken(), names{});

    story uncertain = s;
    uncertain.between(1300, 1330).acts("web-1", "third", uncertain.message_for("web-1", "third"));
    EXPECT_EQ(uncertain.broken(), names{});

    s.at(1319).acts("web-1", "third", s.message_for("web-1", "third"));
    EXPECT_EQ(s.broken(), unrested);
}

TEST(LetsRestTest, HowOldIsWhatWasThereBeforeTheDaemonIsNotKnown) {
    story s = with(10min, {});
    s.restarts(10, "web-1", "first", "second");

    EXPECT_EQ(s.broken(), names{});
}

TEST(LetsRestTest, TheNextActOnATargetWaitsForMinRest) {
    story s = with({}, 1h);
    s.restarts(10, "web-1", "first", "second");
    s.restarts(20, "web-2", "first", "second");
    EXPECT_EQ(s.broken(), names{}) << "another target";

    story late = s;
    late.restarts(10 + 57 * 60, "web-1", "second", "third");
    EXPECT_EQ(late.broken(), names{}) << "the place was taken before the act";

    s.restarts(10 + 56 * 60, "web-1", "second", "third");
    EXPECT_EQ(s.broken(), unrested);
}

TEST(LetsRestTest, AClockThatWasSetForwardMakesOld) {
    story s = with(10min, {});
    s.restarts(700, "web-1", "first", "second");
    s.at(702);
    const core::wall_time before = s.now();
    s.wall_begin += 1h;
    s.at(702).tell(clock_set{.from = before});
    s.at(710).acts("web-1", "second", s.message_for("web-1", "second"));

    EXPECT_EQ(s.broken(), names{}) << "so it looks to the daemon";
}

TEST(LetsRestTest, WhatWasPausedIsAsOldAsBefore) {
    story s = with(10min, {});
    s.restarts(700, "web-1", "first", "second");
    const auto pause = [&s](double from, const std::string& life, const std::string& next) {
        s.at(from);
        s.acts("web-1", life, s.message_for("web-1", life));
        s.tell(fault_owner_is{.fault = s.last_act(), .owner = fault_owner::note, .is_there = true});
        s.tell(fault_began{.fault = s.last_act(),
                           .group = "web",
                           .target = "web-1",
                           .until = core::duration{seconds{static_cast<int>(from) + 5}}});
        s.stands("web-1", life, target_state::sick);
        s.at(from + 5).tell(fault_ended{.fault = s.last_act()});
        s.stands("web-1", life, target_state::down);
        s.stands("web-1", next);
    };
    pause(1400, "second", "second again");
    pause(1500, "second again", "second once more");

    EXPECT_EQ(s.broken(), names{});
}

TEST(LetsRestTest, TheRecordDoesNotTellWorkersOfOneNameApart) {
    story s = with({}, 1h);
    s.at(1).stands("worker", "one");
    s.stands("worker", "two");
    s.at(10).acts("worker", "one", s.message_for("worker", "one"));
    s.at(20).acts("worker", "two", s.message_for("worker", "two"));

    EXPECT_EQ(s.broken(), names{});
}

}  // namespace
}  // namespace mayhem::sim::test
