// Proves what the hours and limits promise: on the edges of the hours, of days and of clocks that change, with clocks
// that are set, and with what is uncertain.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/plan_support.hpp"
#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono;
using core::test::rules;

const names out_of_hours{"keeps_hours"};
const names over_caps{"keeps_caps"};

/// A story that begins at so many minutes past midnight UTC of a day.
story on(sys_days day, minutes time, const core::calendar_rules& allowed) {
    story s;
    s.wall_begin = core::wall_time{day + time};
    s.web().schedule.allowed = allowed;
    return s.begins();
}

names acting_at(story s, double seconds) {
    s.restarts(seconds, "web-3", "first", "second");
    return s.broken();
}

TEST(KeepsHoursTest, FromTheFirstMomentToBeforeTheLast) {
    const story s = on(2026y / 3 / 2, 10h + 59min, rules("Etc/UTC", {"11:00-11:01"}));

    EXPECT_EQ(acting_at(s, 59.999999), out_of_hours);
    EXPECT_EQ(acting_at(s, 60), names{});
    EXPECT_EQ(acting_at(s, 119.999999), names{});
    EXPECT_EQ(acting_at(s, 120), out_of_hours);
}

TEST(KeepsHoursTest, WhatMayHaveBeenWithinThemWas) {
    story s = on(2026y / 3 / 2, 10h + 59min, rules("Etc/UTC", {"11:00-11:01"}));
    s.between(59, 60);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.between(50, 500);  // they lie between
    s.acts("web-2", "first", s.message_for("web-2", "first"));
    s.between(119, 130);
    s.acts("web-3", "first", s.message_for("web-3", "first"));
    EXPECT_EQ(s.broken(), names{});

    s.between(120, 130);
    s.acts("web-4", "first", s.message_for("web-4", "first"));
    EXPECT_EQ(s.broken(), out_of_hours);
}

TEST(KeepsHoursTest, NotOnAnExcludedDay) {
    EXPECT_EQ(acting_at(on(2026y / 12 / 24, 12h, rules("Etc/UTC", {}, {}, {"12-24"})), 10), out_of_hours);
    EXPECT_EQ(acting_at(on(2026y / 12 / 25, 12h, rules("Etc/UTC", {}, {}, {"12-24"})), 10), names{});
    EXPECT_EQ(acting_at(on(2026y / 3 / 1, 12h, rules("Etc/UTC", {}, {"mon-fri"})), 10), out_of_hours);
}

TEST(KeepsHoursTest, AnHourThatIsSkippedHasNoMomentAndOneThatRepeatsHasThemTwice) {
    const auto spring = rules("Europe/Berlin", {"02:00-03:00"});
    EXPECT_EQ(acting_at(on(2026y / 3 / 29, 1h, spring), 1), out_of_hours) << "the clock shows 03:00";
    EXPECT_EQ(acting_at(on(2026y / 3 / 29, 59min, spring), 59), out_of_hours) << "the clock shows 01:59";

    EXPECT_EQ(acting_at(on(2026y / 10 / 25, 30min, spring), 1), names{}) << "02:30, summer time";
    EXPECT_EQ(acting_at(on(2026y / 10 / 25, 1h + 30min, spring), 1), names{}) << "02:30 again";
    EXPECT_EQ(acting_at(on(2026y / 10 / 25, 2h, spring), 1), out_of_hours) << "03:00";
}

TEST(KeepsHoursTest, AClockThatWasJustSetMayShowEither) {
    story s = on(2026y / 3 / 2, 11h, rules("Etc/UTC", {"11:00-12:00"}));
    s.at(10);
    const core::wall_time before = s.now();
    s.wall_begin += 2h;  // 13:00:10
    s.at(10).tell(clock_set{.from = before});

    EXPECT_EQ(acting_at(s, 11), names{});
    EXPECT_EQ(acting_at(s, 11.1), out_of_hours);
}

TEST(KeepsHoursTest, AClockThatIsSetBackOverTheHoursBringsThemBack) {
    story s = on(2026y / 3 / 2, 12h + 30min, rules("Etc/UTC", {"11:00-12:00"}));
    EXPECT_EQ(acting_at(s, 5), out_of_hours);

    s.at(10);
    const core::wall_time before = s.now();
    s.wall_begin -= 1h;
    s.at(10).tell(clock_set{.from = before});
    EXPECT_EQ(acting_at(s, 20), names{});
}

TEST(KeepsHoursTest, NoMessageIsActedOnWhenItHasExpired) {
    story s;
    s.begins().at(10);
    const std::string message = s.message_for("web-1", "first");
    story late = s;

    s.at(70).acts("web-1", "first", message);
    EXPECT_EQ(s.broken(), names{});

    story uncertain = late;
    uncertain.between(69, 80).acts("web-1", "first", message);
    EXPECT_EQ(uncertain.broken(), names{});

    late.at(70.000001).acts("web-1", "first", message);
    EXPECT_EQ(late.broken(), out_of_hours);
}

TEST(KeepsHoursTest, AReloadThatMayHaveComeFirstAllows) {
    story s = on(2026y / 3 / 2, 10h, rules("Etc/UTC", {"11:00-12:00"}));
    s.web().schedule.allowed = rules("Etc/UTC");
    s.between(10, 12).tell(s.config);

    EXPECT_EQ(acting_at(s, 9), out_of_hours);
    EXPECT_EQ(acting_at(s, 11), names{});
    EXPECT_EQ(acting_at(s, 13), names{});
}

/// At most two a day, by the clock of Berlin.
story capped(sys_days day, minutes time, std::size_t per_day, std::size_t per_hour) {
    story s;
    s.wall_begin = core::wall_time{day + time};
    s.web().schedule.allowed = rules("Europe/Berlin");
    s.web().limits.max_per_day = per_day;
    s.web().limits.max_per_hour = per_hour;
    return s.begins();
}

TEST(KeepsCapsTest, AsManyADayAsAllowedByTheLocalClock) {
    story s = capped(2026y / 3 / 2, 22h, 2, 0);  // 23:00 in Berlin
    s.restarts(10, "web-1", "first", "second");
    s.restarts(20, "web-2", "first", "second");
    EXPECT_EQ(s.broken(), names{});

    EXPECT_EQ(acting_at(s, 3599), over_caps);
    EXPECT_EQ(acting_at(s, 3602), names{}) << "after midnight in Berlin, 23:00 in UTC";
}

TEST(KeepsCapsTest, WhatMayHaveBegunBeforeMidnightCountsForNeitherDay) {
    story s = capped(2026y / 3 / 2, 22h, 1, 0);
    s.between(3599, 3602);
    s.acts("web-1", "first", s.message_for("web-1", "first"));

    story before = s;
    before.restarts(3590, "web-2", "first", "second");
    EXPECT_EQ(before.broken(), names{});

    before.restarts(4000, "web-3", "first", "second");
    EXPECT_EQ(before.broken(), names{}) << "the uncertain one may belong to the day before, or to this one";
}

TEST(KeepsCapsTest, OneThatMayHaveBegunBeforeMidnightLeavesTheNextDayToAnother) {
    story s = capped(2026y / 3 / 2, 22h, 1, 0);
    s.between(3599, 3610);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.restarts(3605, "web-2", "first", "second");

    EXPECT_EQ(s.broken(), names{});
}

TEST(KeepsCapsTest, AnHourThatTheClockShowsTwiceIsOne) {
    story s = capped(2026y / 10 / 25, 30min, 0, 1);  // 02:30 in Berlin, summer time
    s.restarts(10, "web-1", "first", "second");
    EXPECT_EQ(acting_at(s, 1000), over_caps);

    story again = s;
    again.restarts(3600, "web-2", "first", "second");  // 02:30 again
    EXPECT_EQ(again.broken(), over_caps);

    s.restarts(5500, "web-2", "first", "second");  // 03:01
    EXPECT_EQ(s.broken(), names{});
}

TEST(KeepsCapsTest, ADayWhoseClockChangesIsOneDay) {
    story s = capped(2026y / 10 / 24, 22h, 1, 0);  // midnight in Berlin; the day has 25 hours
    s.restarts(10, "web-1", "first", "second");

    story end = s;
    end.restarts(25 * 3600 - 10, "web-2", "first", "second");
    EXPECT_EQ(end.broken(), over_caps);

    s.restarts(25 * 3600 + 10, "web-2", "first", "second");
    EXPECT_EQ(s.broken(), names{});
}

TEST(KeepsCapsTest, AnActThatHitNothingTakesNoPlace) {
    story s = capped(2026y / 3 / 2, 12h, 1, 0);
    s.at(10);
    s.begins_act("web-1", "first", s.message_for("web-1", "first"));
    s.restarts(20, "web-2", "first", "second");

    EXPECT_EQ(s.broken(), names{});
}

TEST(KeepsCapsTest, AClockThatIsSetBackADayBringsTheDayBackWithItsActs) {
    story s = capped(2026y / 3 / 2, 12h, 1, 0);
    s.restarts(10, "web-1", "first", "second");
    s.at(100);
    const core::wall_time before = s.now();
    s.wall_begin += days{1};
    s.at(100).tell(clock_set{.from = before});
    s.restarts(200, "web-2", "first", "second");
    EXPECT_EQ(s.broken(), names{});

    s.at(300);
    const core::wall_time again = s.now();
    s.wall_begin -= days{1};
    s.at(300).tell(clock_set{.from = again});
    s.restarts(400, "web-3", "first", "second");
    EXPECT_EQ(s.broken(), over_caps);
}

story few(std::size_t max) {
    story s;
    s.web().limits.max_unavailable = max;
    s.web().recovery_timeout = 60s;
    return s.begins();
}

TEST(FewAtOnceTest, TheNextWaitsUntilTheLastStandsAgain) {
    const names broken_limit{"few_at_once"};
    story s = few(1);
    s.at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.stands("web-1", "first", target_state::down);
    story stays_down = s;
    s.at(20).stands("web-1", "second", target_state::starting);
    s.at(25).stands("web-1", "second");

    story early = s;
    early.restarts(24, "web-2", "first", "second");
    EXPECT_EQ(early.broken(), broken_limit);

    story uncertain = s;
    uncertain.between(24, 26);
    uncertain.acts("web-2", "first", uncertain.message_for("web-2", "first"));
    EXPECT_EQ(uncertain.broken(), names{});

    s.restarts(26, "web-2", "first", "second");
    EXPECT_EQ(s.broken(), names{});

    story given_up = stays_down;
    given_up.restarts(71, "web-2", "first", "second");
    EXPECT_EQ(given_up.broken(), names{}) << "it was given up, and what is down then is not under way";

    stays_down.restarts(69, "web-2", "first", "second");
    EXPECT_EQ(stays_down.broken(), broken_limit);
}

TEST(FewAtOnceTest, WhatFallsWithATargetCountsToo) {
    story s = few(1);
    s.at(10);
    const std::string message = s.message_for("web-1", "first");
    s.tell(act{
        .id = 9, .group = "web", .target = "web-1", .incarnation = "first", .message = message, .reach = {"web-2"}});

    EXPECT_EQ(s.broken(), names{"few_at_once"});
}

TEST(FewAtOnceTest, WhoCameUpMeanwhileCouldNotBeCounted) {
    story s = few(1);
    s.at(9).stands("web-2", "first", target_state::down);
    s.at(10);
    const std::string message = s.message_for("web-1", "first");
    s.tell(queue_did{.message = message, .step = queue_step::received});
    s.at(11).stands("web-2", "second");
    s.at(12).tell(act{
        .id = 9, .group = "web", .target = "web-1", .incarnation = "first", .message = message, .reach = {"web-2"}});

    EXPECT_EQ(s.broken(), names{});
}

TEST(FewAtOnceTest, WorkersThatShareANameCountEach) {
    story s = few(1);
    s.stands("worker", "one");
    s.stands("worker", "two");
    s.at(10);
    s.acts("worker", "one", s.message_for("worker", "one"));
    s.at(11);
    s.acts("worker", "two", s.message_for("worker", "two"));

    EXPECT_EQ(s.broken(), names{"few_at_once"});
}

TEST(EnoughHealthyTest, AnActLeavesSoManyAsTheLastListShows) {
    story s;
    s.web().limits.min_healthy = 2;
    s.begins().at(5).tell(listed{.group = "web", .message = {}});
    story sick = s;
    s.restarts(10, "web-1", "first", "second");
    EXPECT_EQ(s.broken(), names{});

    sick.at(6).stands("web-3", "first", target_state::sick);
    story unlisted = sick;
    unlisted.restarts(10, "web-1", "first", "second");
    EXPECT_EQ(unlisted.broken(), names{}) << "nobody could know yet";

    story lied_to = sick;
    lied_to.at(7).tell(listed{.group = "web", .is_true = false, .message = {}});
    lied_to.restarts(10, "web-1", "first", "second");
    EXPECT_EQ(lied_to.broken(), names{});

    sick.at(7).tell(listed{.group = "web", .message = {}});
    sick.restarts(10, "web-1", "first", "second");
    EXPECT_EQ(sick.broken(), names{"enough_healthy"});
}

TEST(EnoughHealthyTest, WhatWeHaveTakenDownSinceIsTakenAway) {
    story s;
    s.web().limits.min_healthy = 2;
    s.begins().at(5).tell(listed{.group = "web", .message = {}});
    s.at(10).acts("web-1", "first", s.message_for("web-1", "first"));
    s.at(11).acts("web-2", "first", s.message_for("web-2", "first"));

    EXPECT_EQ(s.broken(), names{"enough_healthy"});
}

TEST(EnoughHealthyTest, AMessageIsJudgedByTheListOfItsOwnGuards) {
    story s;
    s.web().limits.min_healthy = 2;
    s.begins().at(4);
    const std::string message = s.message_for("web-1", "first");
    s.at(5).tell(listed{.group = "web", .message = message});
    s.at(6).stands("web-3", "first", target_state::sick);
    s.at(7).tell(listed{.group = "web", .message = {}});
    s.at(8).acts("web-1", "first", message);

    EXPECT_EQ(s.broken(), names{});
}

TEST(EnoughHealthyTest, WithoutListsTheWorldIsAskedAndTheBestIsBelieved) {
    story s;
    s.web().limits.min_healthy = 2;
    s.begins().between(9, 11).stands("web-3", "first", target_state::sick);
    story after = s;
    s.restarts(10, "web-1", "first", "second");
    EXPECT_EQ(s.broken(), names{});

    after.restarts(12, "web-1", "first", "second");
    EXPECT_EQ(after.broken(), names{"enough_healthy"});
}

TEST(EnoughHealthyTest, WhatFallsWithATargetIsTakenAwayAsWell) {
    story s;
    s.web().limits.min_healthy = 2;
    s.begins().at(5).tell(listed{.group = "web", .message = {}});
    s.at(10);
    const std::string message = s.message_for("web-1", "first");
    s.tell(act{
        .id = 9, .group = "web", .target = "web-1", .incarnation = "first", .message = message, .reach = {"web-2"}});

    EXPECT_EQ(s.broken(), names{"enough_healthy"});
}

TEST(EnoughHealthyTest, ASizeThatNoListHasShownIsKnownToNobody) {
    story s;
    s.web().limits.min_healthy = std::nullopt;
    s.begins().at(3).stands("web-2", "first", target_state::sick);
    s.stands("web-3", "first", target_state::sick);
    s.at(5).tell(listed{.group = "web", .message = {}});
    s.restarts(10, "web-1", "first", "second");

    EXPECT_EQ(s.broken(), names{});
}

TEST(EnoughHealthyTest, ASizeThatAListHasShownIsKnownToTheNextLifeOnceAMessageWasEntered) {
    for (const bool is_entered : {false, true}) {
        story s;
        s.web().limits.min_healthy = std::nullopt;
        s.begins().at(3).tell(listed{.group = "web", .message = {}});
        if (is_entered) {
            (void)s.at(4).message_for("web-3", "first");
        }
        s.at(5).stands("web-2", "first", target_state::sick);
        s.stands("web-3", "first", target_state::sick);
        s.at(6).tell(life_ended{.life = 1, .how = life_end::killed});
        s.at(7).tell(life_began{.life = 2});
        s.tell(s.config);
        s.at(8).tell(listed{.group = "web", .message = {}});
        s.restarts(10, "web-1", "first", "second");

        EXPECT_EQ(s.broken(), is_entered ? names{"enough_healthy"} : names{});
    }
}

TEST(EnoughHealthyTest, OneIsLeftWhereNothingIsSaidAndThereAreSeveral) {
    story s;
    s.web().limits.min_healthy = std::nullopt;
    s.web().members = 3;
    s.begins().at(6).stands("web-2", "first", target_state::sick);
    s.stands("web-3", "first", target_state::sick);
    s.restarts(10, "web-1", "first", "second");

    EXPECT_EQ(s.broken(), names{"enough_healthy"});
}

}  // namespace
}  // namespace mayhem::sim::test
