// Proves that the simulated driver keeps the port's contract and that each fault of it is one that real drivers have:
// it acts on a small herd, well and with one fault at a time, and the events of the world are compared with its
// answers.
#include "sim/world/sim_driver.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "support/may_act.hpp"
#include "unit/sim/world/small_scene.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using mayhem::test::may_act;
using mayhem::test::may_not_act;
using test::small_scene;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Notes when it was asked, and how many events there were by then.
class noted_question final : public ports::go_ahead {
public:
    explicit noted_question(const world_log& log) : log_(log) {}

    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override {
        ++asked;
        at = log_.now();
        events_before = log_.size();
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> must_end() const override { return std::nullopt; }

    mutable int asked = 0;
    mutable steady_time at{};
    mutable std::uint64_t events_before = 0;

private:
    const world_log& log_;
};

/// What came of a restart; neither: it was cancelled, or has not ended.
struct ending {
    std::optional<ports::act_result> result;
    bool has_failed = false;
};

async::awaitable<void> restart(sim_driver* d, core::target t, const ports::go_ahead* asked, ending* e) {
    const async::frame here;
    try {
        e->result = co_await d->restart(t, *asked);
    } catch (const core::restart_failed&) {
        e->has_failed = true;
    }
}

async::awaitable<void> list(sim_driver* d, std::vector<std::string>* found, bool* has_failed) {
    const async::frame here;
    try {
        const std::vector<core::target> targets = co_await d->list();
        for (const core::target& t : targets) {
            found->push_back(t.id + " " + t.incarnation);
        }
    } catch (const core::targets_unlisted&) {
        *has_failed = true;
    }
}

async::awaitable<void> look_for_successor(sim_driver* d, core::target t, std::optional<core::target>* found) {
    const async::frame here;
    *found = co_await d->successor(t);
}

async::awaitable<void> ask(sim_probe* p, core::target t, bool* passes) {
    const async::frame here;
    const ports::probe_result r = co_await p->ask(t);
    *passes = r.passes;
}

/// A driver of one group with a cow and an ox; a third one belongs to nobody whom it knows.
struct farm {
    explicit farm(small_scene& s) : world(s) {
        targets.add({.name = "cow", .groups = {"g"}});
        targets.add({.name = "ox", .groups = {"g"}});
        targets.add({.name = "wolf", .groups = {"h"}});
        cow = targets.describe("cow");
    }

    small_scene& world;
    undo_shelf pauses{world.parts};
    herd targets{world.parts, pauses};
    process life{world.parts, 1};
    sim_driver driver{life, targets, "g"};

    core::target cow;

    ending restart_cow(const ports::go_ahead& asked = may_act) {
        ending e;
        world.loop.run(restart(&driver, cow, &asked, &e));
        return e;
    }

    std::vector<std::string> listed_now() {
        std::vector<std::string> found;
        bool has_failed = false;
        world.loop.spawn(list(&driver, &found, &has_failed));
        world.loop.run_for(1min);
        return has_failed ? std::vector<std::string>{"failed"} : found;
    }

    void hit_cow_until(target_state s) {
        targets.hit("cow", 1, 99, "TERM");
        world.run_until([&] { return targets.of("cow").state == s; });
    }
};

TEST(SimDriverTest, ActsOnTheIncarnationThatIsMeant) {
    small_scene s;
    farm f(s);

    const ending e = f.restart_cow();

    ASSERT_TRUE(e.result);
    EXPECT_EQ(e.result->refused_by, std::nullopt);
    EXPECT_FALSE(e.result->is_in_doubt);
    ASSERT_THAT(s.events<act>(), SizeIs(1));
    ASSERT_THAT(s.events<hit>(), SizeIs(1));
    EXPECT_EQ(s.events<act>()[0].incarnation, "1");
    EXPECT_EQ(s.events<act>()[0].group, "g");
    EXPECT_EQ(s.events<hit>()[0].act, s.events<act>()[0].id);
    EXPECT_EQ(f.targets.of("cow").number, 2U);
    EXPECT_EQ(f.targets.of("ox").number, 1U);
}

TEST(SimDriverTest, RefusesAnotherIncarnation) {
    small_scene s;
    farm f(s);
    f.cow.incarnation = "2";

    const ending e = f.restart_cow();

    ASSERT_TRUE(e.result);
    EXPECT_EQ(e.result->refused_by, core::guard::already_restarted);
    EXPECT_THAT(s.events<act>(), IsEmpty());
    EXPECT_THAT(s.events<hit>(), IsEmpty());
}

TEST(SimDriverTest, RefusesOneThatIsDown) {
    small_scene s(fault::long_absence);
    farm f(s);
    f.hit_cow_until(target_state::down);

    const ending e = f.restart_cow();

    ASSERT_TRUE(e.result);
    EXPECT_EQ(e.result->refused_by, core::guard::already_restarted);
    EXPECT_THAT(s.events<act>(), IsEmpty());
}

TEST(SimDriverTest, AsksTheGoAheadLast) {
    small_scene s(fault::slow_act);
    farm f(s);
    const noted_question question(s.log);

    const ending e = f.restart_cow(question);

    ASSERT_TRUE(e.result);
    EXPECT_EQ(question.asked, 1);
    for (const event& happened : s.log.last()) {
        if (std::holds_alternative<act>(happened.what)) {
            EXPECT_EQ(happened.at.seq, question.events_before + 1) << "nothing happens between the two";
            EXPECT_EQ(happened.at.steady.earliest, question.at);
        }
    }
}

TEST(SimDriverTest, WhatWasWithdrawnIsNotDone) {
    small_scene s;
    farm f(s);

    const ending e = f.restart_cow(may_not_act);

    ASSERT_TRUE(e.result);
    EXPECT_EQ(e.result->refused_by, core::guard::halted);
    EXPECT_THAT(s.events<act>(), IsEmpty());
    EXPECT_EQ(f.targets.of("cow").state, target_state::healthy);
}

TEST(SimDriverTest, DoesNotAskAboutAnotherIncarnation) {
    small_scene s;
    farm f(s);
    const noted_question question(s.log);
    f.cow.incarnation = "2";

    (void)f.restart_cow(question);

    EXPECT_EQ(question.asked, 0);
}

TEST(SimDriverTest, ADeadProcessActsOnNothing) {
    small_scene s;
    farm f(s);
    ending begun_before;
    ending begun_after;
    const noted_question question(s.log);

    s.loop.spawn(restart(&f.driver, f.cow, &question, &begun_before));
    s.loop.run_for(1us);
    f.life.die();
    s.loop.run(restart(&f.driver, f.cow, &question, &begun_after));

    EXPECT_TRUE(begun_before.has_failed);
    EXPECT_TRUE(begun_after.has_failed);
    EXPECT_EQ(question.asked, 0);
    EXPECT_THAT(s.events<act>(), IsEmpty());
    EXPECT_THAT(s.events<hit>(), IsEmpty());
    EXPECT_EQ(f.targets.of("cow").state, target_state::healthy);
}

TEST(SimDriverTest, ADeadProcessListsNobodyAndSeesNobody) {
    small_scene s;
    farm f(s);
    (void)f.restart_cow();
    f.life.die();
    std::optional<core::target> found;

    const std::vector<std::string> names = f.listed_now();
    s.loop.run(look_for_successor(&f.driver, f.cow, &found));

    EXPECT_THAT(names, ElementsAre("failed"));
    EXPECT_THAT(s.events<listed>(), IsEmpty());
    EXPECT_EQ(found, std::nullopt);
}

TEST(SimDriverTest, ACancelledRestartHasTouchedNothing) {
    small_scene s;
    farm f(s);
    ending e;

    s.loop.spawn(restart(&f.driver, f.cow, &may_act, &e));
    s.loop.run_for(1us);
    s.loop.group.cancel();
    s.loop.run();

    EXPECT_FALSE(e.result);
    EXPECT_THAT(s.events<act>(), IsEmpty());
}

TEST(SimDriverTest, AFailedActHasDoneNothing) {
    small_scene s(fault::failed_act);
    farm f(s);

    const ending e = f.restart_cow();

    EXPECT_TRUE(e.has_failed);
    EXPECT_THAT(s.events<act>(), IsEmpty());
}

TEST(SimDriverTest, ALostActIsSaidToBeDone) {
    small_scene s(fault::lost_act);
    farm f(s);

    const ending e = f.restart_cow();

    ASSERT_TRUE(e.result);
    EXPECT_FALSE(e.result->is_in_doubt);
    EXPECT_THAT(s.events<act>(), SizeIs(1));
    EXPECT_THAT(s.events<hit>(), IsEmpty());
    EXPECT_THAT(s.events<trouble>(), SizeIs(2)) << "it began, and ended";
}

TEST(SimDriverTest, ARepeatedActIsOneActWithTwoHits) {
    small_scene s(fault::repeated_act);
    farm f(s);

    (void)f.restart_cow();

    ASSERT_THAT(s.events<act>(), SizeIs(1));
    ASSERT_THAT(s.events<hit>(), SizeIs(2));
    EXPECT_EQ(s.events<hit>()[1].act, s.events<act>()[0].id);
    EXPECT_EQ(f.targets.of("cow").number, 2U);
}

/// The hits of a doubtful act: what there were when the driver answered, and in the end.
std::pair<std::size_t, std::size_t> hits_of_doubtful_act(double at_least, double below) {
    small_scene s(fault::doubtful_act,
                  [=](const dice::outcome& o) { return o.choice >= at_least && o.choice < below; });
    farm f(s);
    ending e;
    s.loop.spawn(restart(&f.driver, f.cow, &may_act, &e));
    s.run_until([&] { return e.result.has_value(); });
    EXPECT_TRUE(e.result->is_in_doubt);
    const std::size_t at_first = s.events<hit>().size();
    s.loop.run();
    EXPECT_THAT(s.events<act>(), SizeIs(1));
    return {at_first, s.events<hit>().size()};
}

TEST(SimDriverTest, ADoubtfulActWasDoneOrWillBeOrWasNot) {
    EXPECT_EQ(hits_of_doubtful_act(0, 0.15), std::pair(1UL, 1UL));
    EXPECT_EQ(hits_of_doubtful_act(0.15, 0.3), std::pair(0UL, 0UL));
    EXPECT_EQ(hits_of_doubtful_act(0.3, 1), std::pair(0UL, 1UL));
}

TEST(SimDriverTest, ListsItsGroupAsItStands) {
    small_scene s;
    farm f(s);

    EXPECT_THAT(f.listed_now(), ElementsAre("cow 1", "ox 1"));
    ASSERT_THAT(s.events<listed>(), SizeIs(1));
    EXPECT_TRUE(s.events<listed>()[0].is_true);
    EXPECT_EQ(s.events<listed>()[0].group, "g");
}

TEST(SimDriverTest, ListsWhatIsDyingAsIfItLivedAndNotWhatIsDown) {
    small_scene dying(fault::slow_death);
    small_scene down(fault::long_absence);
    farm with_dying(dying);
    farm with_down(down);
    with_dying.hit_cow_until(target_state::dying);
    with_down.hit_cow_until(target_state::down);
    std::vector<std::string> names;
    bool has_failed = false;

    dying.loop.spawn(list(&with_dying.driver, &names, &has_failed));
    dying.run_until([&] { return !names.empty(); });
    const bool is_true = dying.events<listed>().at(0).is_true;

    EXPECT_THAT(names, ElementsAre("cow 1", "ox 1"));
    EXPECT_FALSE(is_true);
    names.clear();
    down.loop.spawn(list(&with_down.driver, &names, &has_failed));
    down.run_until([&] { return !names.empty(); });
    EXPECT_THAT(names, ElementsAre("ox 1"));
    EXPECT_TRUE(down.events<listed>().at(0).is_true);
    dying.loop.run();
    down.loop.run();
}

TEST(SimDriverTest, AStaleListIsTheOneBefore) {
    small_scene s(fault::stale_list, &test::any_outcome, 2);
    farm f(s);

    const std::vector<std::string> before = f.listed_now();
    (void)f.restart_cow();
    const std::vector<std::string> stale = f.listed_now();
    const std::vector<std::string> then = f.listed_now();

    EXPECT_THAT(before, ElementsAre("cow 1", "ox 1"));
    EXPECT_EQ(stale, before);
    EXPECT_THAT(then, ElementsAre("cow 2", "ox 1"));
    ASSERT_THAT(s.events<listed>(), SizeIs(3));
    EXPECT_TRUE(s.events<listed>()[0].is_true);
    EXPECT_FALSE(s.events<listed>()[1].is_true);
    EXPECT_TRUE(s.events<listed>()[2].is_true);
}

TEST(SimDriverTest, AListThatCannotBeHadIsAFailure) {
    small_scene s(fault::failed_list);
    farm f(s);

    EXPECT_THAT(f.listed_now(), ElementsAre("failed"));
    EXPECT_THAT(f.listed_now(), ElementsAre("cow 1", "ox 1"));
}

TEST(SimDriverTest, SeesASuccessorOnceItIsHealthyUnlessALookIsBlind) {
    small_scene s;
    small_scene blind(fault::blind_look);
    farm f(s);
    farm unseen(blind);
    std::optional<core::target> before;
    std::optional<core::target> after;
    std::optional<core::target> seen_then;

    s.loop.run(look_for_successor(&f.driver, f.cow, &before));
    (void)f.restart_cow();
    s.loop.run(look_for_successor(&f.driver, f.cow, &after));
    (void)unseen.restart_cow();
    blind.loop.run(look_for_successor(&unseen.driver, unseen.cow, &seen_then));
    EXPECT_EQ(blind.loop.take_failures().size(), 1U) << "it could not see";
    EXPECT_EQ(seen_then, std::nullopt);
    blind.loop.run(look_for_successor(&unseen.driver, unseen.cow, &seen_then));

    EXPECT_EQ(before, std::nullopt);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->incarnation, "2");
    EXPECT_TRUE(seen_then);
}

TEST(SimDriverTest, AProbePassesWhenItsTargetIsHealthyUnlessItIsWrong) {
    small_scene s(fault::wrong_probe);
    farm f(s);
    sim_probe probe(f.life, f.targets, "g");
    bool wrong = true;
    bool right = false;
    bool of_the_dead = true;

    s.loop.run(ask(&probe, f.cow, &wrong));
    s.loop.run(ask(&probe, f.cow, &right));
    f.hit_cow_until(target_state::down);
    s.loop.spawn(ask(&probe, f.cow, &of_the_dead));
    s.run_until([&] { return !of_the_dead; });
    s.loop.run();

    EXPECT_FALSE(wrong);
    EXPECT_TRUE(right);
    EXPECT_THAT(s.events<trouble>(), SizeIs(2));
}

}  // namespace
}  // namespace mayhem::sim
