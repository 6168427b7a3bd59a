// Proves that messages are compared with the plan, and the plan with the record: the moments are those of the planner
// itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/core/plan/planner.hpp"
#include "mayhem/core/rules/act_draw.hpp"
#include "unit/core/plan_support.hpp"
#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono;
using core::wall_time;

const names off_plan{"follows_plan"};
const names off_record{"moments_are_on_record"};

/// A group with a moment every ten minutes or so.
class plan_promises_test : public ::testing::Test {
protected:
    plan_promises_test() {
        s.config.seed = 42;
        s.web().schedule.mean_time_between = 10min;
        s.web().schedule.tolerance = 1min;
        s.begins();
    }

    [[nodiscard]] std::vector<wall_time> moments(double from, double to) const {
        core::planner plan(s.config.groups.front().schedule, core::random_source(s.config.seed), "web");
        std::vector<wall_time> all;
        const wall_time end = s.wall_begin + story::of(to);
        for (auto m = plan.next(s.wall_begin + story::of(from)); m && *m < end; m = plan.next(*m)) {
            all.push_back(*m);
        }
        return all;
    }

    [[nodiscard]] double seconds_of(wall_time t) const { return duration<double>(t - s.wall_begin).count(); }

    static journalled message(const std::string& id, wall_time planned_at, origin o = origin::plan) {
        return {.message = id,
                .group = "web",
                .target = "web-1",
                .incarnation = "first",
                .planned_at = planned_at,
                .expires_at = planned_at + 5min,
                .origin = o};
    }

    /// A calm phase from 3600 s to 4 h, with all moments but the first of the phase on record as messages.
    void is_calm_and_recorded(story& to, const std::vector<wall_time>& with_message,
                              const std::vector<recorded_skip>& skips) const {
        to.at(3600).tell(phase_begins{.phase = phase_kind::calm, .within = 10min});
        for (const wall_time m : moments(3600, 14'000)) {
            to.at(seconds_of(m) + 1).tell(message("m" + std::to_string(m.time_since_epoch().count()), m));
            to.tell(
                queue_did{.message = "m" + std::to_string(m.time_since_epoch().count()), .step = queue_step::acked});
        }
        to.at(14'400);
        for (const wall_time m : with_message) {
            to.tell(recorded_message{.message = "m" + std::to_string(m.time_since_epoch().count()),
                                     .group = "web",
                                     .planned_at = m,
                                     .state = message_state::acked});
        }
        for (const recorded_skip& r : skips) {
            to.tell(r);
        }
        to.tell(record_read{});
        to.tell(phase_begins{.phase = phase_kind::over});
    }

    story s;
};

TEST_F(plan_promises_test, AMessageIsOfAMomentOfThePlan) {
    const wall_time m = moments(0, 3600).front();
    s.at(seconds_of(m) + 0.1).tell(message("one", m));
    EXPECT_EQ(s.broken(), names{});

    s.at(seconds_of(m) + 0.2).tell(message("two", m + core::duration{1}));
    EXPECT_EQ(s.broken(), off_plan);
}

TEST_F(plan_promises_test, AMomentGetsWhatThePlanHasForIt) {
    s.web().acts = {"1 restart", "1 cut (for 5s)"};
    s.at(1).tell(s.config);
    const core::planner plan(s.web().schedule, core::random_source(s.config.seed), "web");
    const std::vector<unsigned> weights{1, 1};
    int cuts = 0;
    for (const wall_time m : moments(10, 3600)) {
        const bool is_cut = core::draw_act(weights, plan.stream_of(m)) == 1;
        cuts += is_cut ? 1 : 0;
        journalled told = message("at " + std::to_string(m.time_since_epoch().count()), m);
        told.action = is_cut ? "cut (for 5s)" : "restart";
        s.at(seconds_of(m) + 0.1).tell(told);
    }
    EXPECT_EQ(s.broken(), names{});
    EXPECT_GT(cuts, 0);

    const wall_time m = moments(3600, 7200).front();
    journalled other = message("other", m);
    other.action = core::draw_act(weights, plan.stream_of(m)) == 1 ? "restart" : "cut (for 5s)";
    s.at(seconds_of(m) + 0.1).tell(other);
    EXPECT_EQ(s.broken(), off_plan);
}

TEST_F(plan_promises_test, WhatIsDoneIsWhatTheMessageSays) {
    const wall_time m = moments(0, 3600).front();
    journalled told = message("one", m);
    told.action = "cut (for 5s)";
    s.at(seconds_of(m) + 0.1).tell(told);
    const auto done = [this](std::string what) {
        story after = s;
        after.at(3000).tell(act{.id = 77,
                                .group = "web",
                                .target = "web-1",
                                .incarnation = "first",
                                .message = "one",
                                .action = std::move(what)});
        return after.broken();
    };

    EXPECT_FALSE(done("cut").contains("follows_plan"));
    EXPECT_TRUE(done("restart").contains("follows_plan"));
    EXPECT_TRUE(done("cu").contains("follows_plan"));
}

TEST_F(plan_promises_test, AMomentHasOneMessage) {
    const wall_time m = moments(0, 3600).front();
    s.at(seconds_of(m) + 0.1).tell(message("one", m));
    s.at(seconds_of(m) + 0.2).tell(message("two", m));

    EXPECT_EQ(s.broken(), off_plan);
}

TEST_F(plan_promises_test, APlanIsThatOfTheConfigInForce) {
    const wall_time m = moments(1000, 3600).front();
    s.config.seed = 43;
    story before = s;
    before.at(seconds_of(m) + 1).tell(before.config);
    before.at(seconds_of(m) + 0.1).tell(message("one", m));
    EXPECT_EQ(before.broken(), names{});

    s.at(seconds_of(m) - 1).tell(s.config);
    s.at(seconds_of(m) + 0.1).tell(message("one", m));
    EXPECT_EQ(s.broken(), off_plan);
}

TEST_F(plan_promises_test, AMomentThatWasMissedIsNotMadeUpFor) {
    const wall_time m = moments(0, 3600).front();
    story in_time = s;
    in_time.at(seconds_of(m) + 179).tell(message("one", m));
    EXPECT_EQ(in_time.broken(), names{});

    story excused = s;
    excused.at(seconds_of(m) + 1).tell(trouble{.id = 1, .kind = trouble_kind::store, .group = {}, .what = "disk full"});
    excused.at(seconds_of(m) + 240).tell(message("one", m));
    EXPECT_EQ(excused.broken(), names{});

    s.at(seconds_of(m) + 181).tell(message("one", m));
    EXPECT_EQ(s.broken(), off_plan);
}

TEST_F(plan_promises_test, WhatAnOperatorAskedForIsNoneOfThePlan) {
    s.at(10).tell(message("one", s.now(), origin::asked));
    EXPECT_EQ(s.broken(), off_plan) << "nobody had asked";

    story asked_for;
    asked_for.begins();
    asked_for.wants(9, 11, {.what = wish_kind::restart, .group = {}, .target = "web-1"});
    asked_for.at(10).tell(message("one", asked_for.now(), origin::asked));
    EXPECT_EQ(asked_for.broken(), names{});
}

TEST_F(plan_promises_test, AGroupWithAPlanMakesNoOtherMessages) {
    s.at(10).tell(message("one", s.now(), origin::unplanned));

    EXPECT_EQ(s.broken(), off_plan);
}

TEST_F(plan_promises_test, NobodyActsForAGroupThatIsNotThere) {
    s.at(10);
    s.begins_act("web-1", "first", "one", "gone");

    EXPECT_EQ(s.broken(), (names{"follows_plan", "right_target"}));
}

TEST_F(plan_promises_test, AllMomentsOnRecordIsClean) {
    const std::vector<wall_time> all = moments(0, 14'400);
    ASSERT_GT(all.size(), 10U);
    is_calm_and_recorded(s, all, {});

    EXPECT_EQ(s.broken(), names{});
    EXPECT_EQ(s.decided("moments_are_on_record"), 1);
    EXPECT_EQ(s.decided("goes_on"), 1);
}

TEST_F(plan_promises_test, AMomentThatWasMissedIsOnRecordAsSkipped) {
    std::vector<wall_time> all = moments(0, 14'400);
    const wall_time missed = moments(600, 3600).front();
    std::erase(all, missed);
    story gap = s;
    is_calm_and_recorded(gap, all, {});
    EXPECT_EQ(gap.broken(), off_record);

    is_calm_and_recorded(s, all, {{.group = "web", .planned_at = missed}});
    EXPECT_EQ(s.broken(), names{});
}

TEST_F(plan_promises_test, NoMomentIsOnRecordTwice) {
    const std::vector<wall_time> all = moments(0, 14'400);
    is_calm_and_recorded(s, all, {{.group = "web", .planned_at = moments(600, 3600).front()}});

    EXPECT_EQ(s.broken(), off_record);
}

TEST_F(plan_promises_test, NothingIsOnRecordAsSkippedThatIsNoMoment) {
    const wall_time none = moments(600, 3600).front() + core::duration{1};
    is_calm_and_recorded(s, moments(0, 14'400), {{.group = "web", .planned_at = none}});

    EXPECT_EQ(s.broken(), off_record);
}

TEST_F(plan_promises_test, ARowForSeveralMomentsStandsForThoseBeforeIt) {
    std::vector<wall_time> all = moments(0, 14'400);
    const std::vector<wall_time> missed = moments(600, 3600);
    ASSERT_GT(missed.size(), 2U);
    for (const wall_time m : missed) {
        std::erase(all, m);
    }
    const auto count = static_cast<std::int64_t>(missed.size());
    story short_of = s;
    is_calm_and_recorded(short_of, all, {{.group = "web", .planned_at = missed.back(), .moments = count - 1}});
    EXPECT_EQ(short_of.broken(), off_record);

    is_calm_and_recorded(s, all, {{.group = "web", .planned_at = missed.back(), .moments = count}});
    EXPECT_EQ(s.broken(), names{});
}

TEST_F(plan_promises_test, MomentsWhileTheDaemonWasDownCountAsWell) {
    std::vector<wall_time> all = moments(0, 14'400);
    const wall_time missed = moments(1000, 3000).front();
    std::erase(all, missed);
    s.at(900).tell(life_ended{.how = life_end::killed});
    s.at(3000).tell(life_began{.life = 2});
    s.tell(s.config);
    is_calm_and_recorded(s, all, {});

    EXPECT_EQ(s.broken(), off_record);
}

TEST_F(plan_promises_test, WhatATroubledStoreKeptFromTheRecordIsExcusedAlsoIfTheClockIsSetAfterwards) {
    const wall_time missed = moments(600, 2000).front();
    const std::vector<wall_time> left_out = moments(2500, 3100);
    const double then = seconds_of(missed);
    s.at(then - 1).tell(trouble{.id = 1, .kind = trouble_kind::store, .group = {}, .what = "disk full"});
    s.at(then + 1).tell(trouble{.id = 1, .kind = trouble_kind::store, .stands = false, .group = {}, .what = {}});
    const wall_time before = s.at(2500).now();
    s.wall_begin += 10min;
    s.tell(clock_set{.from = before});
    std::vector<wall_time> all = moments(-600, 14'400);
    std::erase(all, missed);
    std::vector<recorded_skip> skips;
    for (const wall_time m : left_out) {
        std::erase(all, m);
        skips.push_back({.group = "web", .planned_at = m});
    }
    is_calm_and_recorded(s, all, skips);

    EXPECT_EQ(s.broken(), names{});
}

TEST_F(plan_promises_test, AGroupOwesEachMomentAfterItsFirstMessage) {
    s.config.groups.front().schedule.mean_time_between = 5s;
    s.at(0.1).tell(s.config);
    const std::vector<wall_time> all = moments(1, 109);
    ASSERT_GT(all.size(), 10U);
    story silent = s;
    const auto tell_record = [](story& to, auto first, auto last) {
        to.at(101).tell(phase_begins{.phase = phase_kind::calm, .within = 1s});
        to.at(110);
        for (; first != last; ++first) {
            to.tell(recorded_skip{.group = "web", .planned_at = *first});
        }
        to.tell(record_read{});
        to.tell(phase_begins{.phase = phase_kind::over});
    };

    tell_record(silent, all.end() - 3, all.end());
    EXPECT_EQ(silent.decided("moments_are_on_record"), 0) << "who knows whether its plan was there already";

    const std::string first = "m" + std::to_string(all[3].time_since_epoch().count());
    s.at(seconds_of(all[3]) + 0.1).tell(message(first, all[3]));
    s.tell(queue_did{.message = first, .step = queue_step::acked});
    story gap = s;
    tell_record(gap, all.begin() + 5, all.end());
    EXPECT_TRUE(gap.broken().contains("moments_are_on_record"));
    tell_record(s, all.begin() + 4, all.end());
    EXPECT_FALSE(s.broken().contains("moments_are_on_record"));
    EXPECT_EQ(s.decided("moments_are_on_record"), 1);
}

TEST_F(plan_promises_test, ButNobodyPromisedThoseOfAPlanThatChangedMeanwhile) {
    std::vector<wall_time> all = moments(0, 14'400);
    for (const wall_time m : moments(899, 3100)) {
        std::erase(all, m);
    }
    s.at(900).tell(life_ended{.how = life_end::killed});
    config_in_force other = s.config;
    other.groups.front().schedule.mean_time_between = 1h;
    s.at(2999).tell(life_began{.life = 2});
    s.tell(other);
    s.at(3000).tell(s.config);  // and back, at once
    is_calm_and_recorded(s, all, {});

    EXPECT_EQ(s.broken(), names{});
}

TEST_F(plan_promises_test, AGroupThatMakesNothingInACalmPhaseDoesNotGoOn) {
    s.at(3600).tell(phase_begins{.phase = phase_kind::calm, .within = 10min});
    story excused = s;
    story drained = s;
    s.at(14'400).tell(phase_begins{.phase = phase_kind::over});
    EXPECT_EQ(s.broken(), names{"goes_on"});

    excused.at(5000).tell(trouble{.id = 1, .kind = trouble_kind::engine, .group = "web", .what = "away"});
    excused.at(14'400).tell(phase_begins{.phase = phase_kind::over});
    EXPECT_EQ(excused.broken(), names{});
    EXPECT_EQ(excused.excused("goes_on"), 1);

    drained.wants(3700, {.what = wish_kind::drain, .group = {}, .target = {}});
    drained.at(14'400).tell(phase_begins{.phase = phase_kind::over});
    EXPECT_EQ(drained.broken(), names{});
}

}  // namespace
}  // namespace mayhem::sim::test
