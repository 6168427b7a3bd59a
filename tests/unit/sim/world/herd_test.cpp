// Proves what becomes of targets that are hit: a herd of one or two on virtual time is hit, early and late, and the
// events that its world tells are compared.
#include "sim/world/herd.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/judge/event_names.hpp"
#include "unit/sim/world/small_scene.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using test::small_scene;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<std::string> states_in(const small_scene& s) {
    std::vector<std::string> all;
    for (const target_is& t : s.events<target_is>()) {
        all.push_back(fmt::format("{} {} {}", t.target, t.incarnation, name_of(t.state)));
    }
    return all;
}

std::vector<std::string> hits_in(const small_scene& s) {
    std::vector<std::string> all;
    for (const hit& h : s.events<hit>()) {
        all.push_back(fmt::format("{} {} by act {}, {}", h.target, h.incarnation, h.act, h.signal));
    }
    return all;
}

TEST(HerdTest, AHitOnTheIncarnationThatLivesIsToldOnceAndEndsIt) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});

    targets.hit("cow", 1, 7, "TERM");
    s.loop.run();

    EXPECT_THAT(hits_in(s), ElementsAre("cow 1 by act 7, TERM"));
    EXPECT_THAT(states_in(s),
                ElementsAre("cow 1 healthy", "cow 1 dying", "cow 1 down", "cow 2 starting", "cow 2 healthy"));
}

std::vector<std::string> takings_in(const small_scene& s) {
    std::vector<std::string> all;
    for (const taken_by_somebody& t : s.events<taken_by_somebody>()) {
        all.push_back(t.target + (t.is_taken ? " taken" : " let go"));
    }
    return all;
}

TEST(HerdTest, WhomSomebodyStopsAfterAHitStaysDownUntilHeLetsGo) {
    for (const bool is_back_before : {true, false}) {
        small_scene s(fault::taken_target, [is_back_before](const dice::outcome& o) {
            return is_back_before ? o.severity > 0.9 : o.severity < 0.05;
        });
        undo_shelf pauses(s.parts);
        herd targets(s.parts, pauses);
        targets.add({.name = "cow", .groups = {"g"}});

        targets.hit("cow", 1, 7, "TERM");
        s.loop.run();

        EXPECT_THAT(takings_in(s), ElementsAre("cow taken", "cow let go")) << is_back_before;
        EXPECT_EQ(targets.of("cow").state, target_state::healthy) << "he has started it again";
        EXPECT_EQ(targets.of("cow").number, is_back_before ? 3U : 2U);
    }
}

TEST(HerdTest, WhoFallsWithATargetGoesDownWithItAndComesBack) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});
    targets.add({.name = "calf", .groups = {"h"}, .falls_with = {"cow"}});
    targets.add({.name = "fly", .groups = {}, .falls_with = {"calf"}});
    ASSERT_EQ(targets.who_falls_with("cow").size(), 2U);
    EXPECT_EQ(targets.who_falls_with("cow")[1].with, "calf");
    EXPECT_TRUE(targets.who_falls_with("fly").empty());

    targets.hit("cow", 1, 7, "TERM");
    s.run_until([&] { return targets.of("fly").state == target_state::down; });
    EXPECT_EQ(targets.who_is_bound_to("cow").size(), 2U) << "whether they stand or not";
    s.loop.run();

    for (const char* name : {"cow", "calf", "fly"}) {
        EXPECT_EQ(targets.of(name).number, 2U) << name;
        EXPECT_EQ(targets.of(name).state, target_state::healthy) << name;
    }
    EXPECT_THAT(hits_in(s), SizeIs(1)) << "nobody hit the others";
}

TEST(HerdTest, WhatIsDownComesBackAsANewIncarnationThatBeganThen) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});
    const core::target before = targets.describe("cow");
    targets.hit("cow", 1, 7, "TERM");
    s.run_until([&] { return targets.of("cow").state == target_state::starting; });
    const core::wall_time began = s.loop.clock.wall_now();
    s.loop.run();

    const core::target after = targets.describe("cow");

    EXPECT_EQ(before.incarnation, "1");
    EXPECT_EQ(after.incarnation, "2");
    EXPECT_EQ(after.id, "cow");
    EXPECT_GT(after.started_at, before.started_at);
    EXPECT_LE(after.started_at, began);
    EXPECT_GE(after.started_at, began - 1ms);
    EXPECT_EQ(targets.of("cow").state, target_state::healthy);
}

TEST(HerdTest, AHitOnAnotherIncarnationIsNone) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});

    targets.hit("cow", 2, 7, "TERM");
    targets.hit("cow", 0, 8, "TERM");
    s.loop.run();

    EXPECT_THAT(hits_in(s), IsEmpty());
    EXPECT_THAT(states_in(s), ElementsAre("cow 1 healthy"));
}

TEST(HerdTest, AHitOnOneThatIsDownIsNone) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});
    targets.hit("cow", 1, 7, "TERM");
    s.run_until([&] { return targets.of("cow").state == target_state::down; });

    targets.hit("cow", 1, 8, "TERM");
    s.loop.run();

    EXPECT_THAT(hits_in(s), ElementsAre("cow 1 by act 7, TERM"));
    EXPECT_EQ(targets.of("cow").number, 2U);
}

TEST(HerdTest, WhatIsDyingIsHitAgainAndDiesOnce) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});

    targets.hit("cow", 1, 7, "TERM");
    targets.hit("cow", 1, 7, "KILL");
    s.loop.run();

    EXPECT_THAT(hits_in(s), ElementsAre("cow 1 by act 7, TERM", "cow 1 by act 7, KILL"));
    EXPECT_THAT(states_in(s), SizeIs(5));
    EXPECT_EQ(targets.of("cow").number, 2U);
}

TEST(HerdTest, WhatStartsIsHitAndDoesNotBecomeHealthy) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});
    targets.hit("cow", 1, 7, "TERM");
    s.run_until([&] { return targets.of("cow").state == target_state::starting; });

    targets.hit("cow", 2, 8, "TERM");
    s.loop.run();

    EXPECT_THAT(states_in(s), ElementsAre("cow 1 healthy", "cow 1 dying", "cow 1 down", "cow 2 starting", "cow 2 dying",
                                          "cow 2 down", "cow 3 starting", "cow 3 healthy"));
}

TEST(HerdTest, ALateHitComesWhenItIsDue) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});

    targets.hit_later("cow", 1, 7, 10s);
    s.loop.run_for(9'999ms);
    const auto before = hits_in(s);
    s.loop.run();

    EXPECT_THAT(before, IsEmpty());
    EXPECT_THAT(hits_in(s), ElementsAre("cow 1 by act 7, late"));
}

TEST(HerdTest, ALateHitFindsNobodyIfAnotherOneLivesByThen) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});

    targets.hit_later("cow", 1, 7, 1min);
    targets.hit("cow", 1, 8, "TERM");
    s.loop.run();

    EXPECT_THAT(hits_in(s), ElementsAre("cow 1 by act 8, TERM"));
    EXPECT_EQ(targets.of("cow").number, 2U);
}

TEST(HerdTest, ASlowDeathIsALateOneAndALongAbsenceALongOne) {
    const auto severe = [](const dice::outcome& o) { return o.severity > 0.9; };
    small_scene dies_slowly(fault::slow_death, severe);
    small_scene stays_away(fault::long_absence, severe);
    undo_shelf slow_pauses(dies_slowly.parts);
    undo_shelf away_pauses(stays_away.parts);
    herd slow(dies_slowly.parts, slow_pauses);
    herd away(stays_away.parts, away_pauses);
    slow.add({.name = "cow", .groups = {"g"}});
    away.add({.name = "cow", .groups = {"g"}});

    slow.hit("cow", 1, 7, "TERM");
    const bool is_known = slow.dies_slowly("cow");
    dies_slowly.loop.run_for(1min);
    const target_state after_a_minute = slow.of("cow").state;
    dies_slowly.loop.run();
    away.hit("cow", 1, 7, "TERM");
    const bool is_said_of_another = away.dies_slowly("cow");
    stays_away.loop.run_for(10min);
    const target_state after_ten = away.of("cow").state;
    stays_away.loop.run();

    EXPECT_TRUE(is_known);
    EXPECT_FALSE(is_said_of_another);
    EXPECT_EQ(after_a_minute, target_state::dying);
    EXPECT_EQ(dies_slowly.rare.count(rare_state::late_death), 1U);
    EXPECT_EQ(slow.of("cow").number, 2U);
    EXPECT_EQ(after_ten, target_state::down);
    EXPECT_EQ(away.of("cow").number, 2U);
}

TEST(HerdTest, ANewLifeOfTheDaemonIsWeakUntilWhoWasToldToEndHasEnded) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});
    targets.add({.name = "ox", .groups = {"g"}});
    std::vector<std::string> struck;
    constexpr dice::outcome yes{.comes_about = true, .severity = 0, .choice = 0};
    for (int i = 0; i < 10; ++i) {
        (void)s.ambush.waits(fault::asked_restart, yes, [&](const std::string& t) {
            EXPECT_EQ(targets.of(t).state, target_state::dying);
            struck.push_back(t);
        });
    }

    const auto found_before = targets.meet_new_life();
    s.loop.run_for(1min);
    const auto before = struck;
    targets.hit("cow", 1, 7, "TERM");
    const auto found = targets.meet_new_life();
    s.loop.run();

    EXPECT_THAT(found_before, IsEmpty());
    EXPECT_THAT(before, IsEmpty());
    EXPECT_THAT(found, ElementsAre("cow"));
    EXPECT_THAT(struck, Not(IsEmpty()));
    EXPECT_THAT(struck, Each(std::string("cow")));
}

TEST(HerdTest, ARelapseIsADeathWithoutAHit) {
    small_scene s(fault::relapse);
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});

    targets.hit("cow", 1, 7, "TERM");
    s.loop.run();

    EXPECT_THAT(hits_in(s), SizeIs(1));
    EXPECT_THAT(states_in(s), ElementsAre("cow 1 healthy", "cow 1 dying", "cow 1 down", "cow 2 starting",
                                          "cow 2 healthy", "cow 2 down", "cow 3 starting", "cow 3 healthy"));
}

/// How often the two of them have died by themselves within a day.
std::uint64_t own_deaths_in(small_scene& s) {
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g"}});
    targets.add({.name = "ox", .groups = {"g"}});
    targets.tasks().spawn("deaths", targets.run());
    s.loop.run_for(24h);
    targets.tasks().cancel();
    s.loop.run();
    EXPECT_THAT(hits_in(s), IsEmpty());
    return targets.of("cow").number + targets.of("ox").number - 2;
}

TEST(HerdTest, TargetsEndByThemselvesOnlyWhereThatIsAFaultOfTheWorld) {
    small_scene without;
    small_scene with(1, test::nothing_but(fault::own_death));
    small_scene quiet(1, test::nothing_but(fault::own_death));
    quiet.dice.be_quiet();

    EXPECT_EQ(own_deaths_in(without), 0U);
    EXPECT_GT(own_deaths_in(with), 50U) << "one in twelve minutes, on average";
    EXPECT_EQ(own_deaths_in(quiet), 0U);
}

TEST(HerdTest, ATargetMayBelongToSeveralGroups) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    targets.add({.name = "cow", .groups = {"g", "h"}});
    targets.add({.name = "ox", .groups = {"h"}});

    EXPECT_THAT(targets.members_of("g"), ElementsAre("cow"));
    EXPECT_THAT(targets.members_of("h"), ElementsAre("cow", "ox"));
    EXPECT_THAT(targets.members_of("i"), IsEmpty());
    EXPECT_TRUE(targets.is_in_several_groups("cow"));
    EXPECT_FALSE(targets.is_in_several_groups("ox"));
}

}  // namespace
}  // namespace mayhem::sim
