// Proves that a simulated pause is what the port promises, that each fault of it is one that an engine has, and that
// the judge hears who answers for its end: on a small herd, well and with one fault at a time.
#include "sim/world/sim_pause.hpp"

#include <chrono>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "sim/world/sim_notes.hpp"
#include "support/may_act.hpp"
#include "unit/sim/world/small_scene.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using effect = ports::action::beginning::effect;
using test::small_scene;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A pause of a cow, and the notes of its host.
struct pasture {
    explicit pasture(small_scene& s) : world(s) {
        targets.add({.name = "cow", .groups = {"g"}});
        note = sim_pause::note_of(targets.describe("cow"), "g");
    }

    small_scene& world;
    undo_shelf shelf{world.parts};
    herd targets{world.parts, shelf};
    process life{world.parts, 1};
    sim_notes notes{life, shelf};
    sim_pause pause{life, targets};
    ports::undo_note note;

    ports::action::beginning begin(const ports::go_ahead& asked = mayhem::test::may_act) {
        ports::action::beginning b;
        world.loop.run(
            [](pasture& of, const ports::go_ahead& may, ports::action::beginning& into) -> async::awaitable<void> {
                const async::frame here;
                into = co_await of.pause.begin(of.note, {.length = 1min}, may);
            }(*this, asked, b));
        return b;
    }

    /// Nothing: it failed.
    std::optional<ports::action::ending> end() {
        std::optional<ports::action::ending> e;
        world.loop.run([](pasture& of, std::optional<ports::action::ending>& into) -> async::awaitable<void> {
            const async::frame here;
            try {
                into = co_await of.pause.end(of.note);
            } catch (const core::undo_failed&) {
            }
        }(*this, e));
        return e;
    }

    /// False: it was refused.
    bool write(async::awaitable<void> change) {
        bool is_done = false;
        world.loop.run([](async::awaitable<void> todo, bool& done) -> async::awaitable<void> {
            const async::frame here;
            try {
                co_await std::move(todo);
                done = true;
            } catch (const core::store_failed&) {
            }
        }(std::move(change), is_done));
        return is_done;
    }
};

TEST(SimPauseTest, StandsUntilItIsEndedAndTheTargetGoesOnAsAnotherIncarnation) {
    small_scene s;
    pasture p(s);

    EXPECT_EQ(p.begin().came, effect::stands);
    EXPECT_EQ(p.targets.of("cow").state, target_state::sick);
    ASSERT_THAT(s.events<fault_began>(), SizeIs(1));
    EXPECT_EQ(s.events<fault_began>()[0].target, "cow");
    EXPECT_EQ(s.events<fault_began>()[0].group, "g");
    ASSERT_THAT(s.events<hit>(), SizeIs(1));
    EXPECT_EQ(s.events<hit>()[0].incarnation, "1");

    EXPECT_EQ(p.end(), ports::action::ending::undone);
    EXPECT_EQ(p.targets.of("cow").state, target_state::healthy);
    EXPECT_EQ(p.targets.of("cow").number, 2U);
    EXPECT_THAT(s.events<fault_ended>(), SizeIs(1));
    EXPECT_EQ(p.end(), ports::action::ending::gone) << "the incarnation of the note";
}

TEST(SimPauseTest, WhatWasWithdrawnIsNotDone) {
    small_scene s;
    pasture p(s);

    EXPECT_EQ(p.begin(mayhem::test::may_not_act).came, effect::none);
    EXPECT_THAT(s.events<act>(), IsEmpty());
    EXPECT_EQ(p.end(), ports::action::ending::not_standing);
}

TEST(SimPauseTest, WhatDiesIsNotPausedAnyMore) {
    small_scene s;
    pasture p(s);
    EXPECT_EQ(p.begin().came, effect::stands);

    p.targets.hit("cow", 1, 99, "KILL");
    s.run_until([&] { return p.targets.of("cow").state == target_state::down; });

    EXPECT_THAT(s.events<fault_ended>(), SizeIs(1));
    EXPECT_EQ(p.end(), ports::action::ending::gone);
}

TEST(SimPauseTest, ANoteAnswersForItAsLongAsItIsThere) {
    small_scene s;
    pasture p(s);
    EXPECT_TRUE(p.write(p.notes.add(p.note)));
    EXPECT_EQ(p.begin().came, effect::stands);
    ASSERT_THAT(s.events<fault_owner_is>(), SizeIs(1));
    EXPECT_TRUE(s.events<fault_owner_is>()[0].is_there);
    EXPECT_EQ(p.end(), ports::action::ending::undone);
    EXPECT_TRUE(p.write(p.notes.remove(p.note)));

    EXPECT_THAT(p.shelf.all(), IsEmpty());
    ASSERT_THAT(s.events<fault_owner_is>(), SizeIs(2));
    EXPECT_FALSE(s.events<fault_owner_is>()[1].is_there);
}

TEST(SimPauseTest, AnEngineMayNotSayWhetherItIsDone) {
    small_scene s(fault::doubtful_act);
    pasture p(s);

    const ports::action::beginning b = p.begin();

    EXPECT_EQ(b.came, effect::unanswered);
    EXPECT_NE(b.trouble, "");
}

TEST(SimPauseTest, AnEngineThatIsAwayCannotEndIt) {
    small_scene s(fault::failed_act);
    pasture p(s);

    EXPECT_EQ(p.end(), std::nullopt);
}

TEST(SimPauseTest, TheDiskMayRefuseANote) {
    small_scene s(fault::failed_note);
    pasture p(s);

    EXPECT_FALSE(p.write(p.notes.add(p.note)));
    EXPECT_THAT(p.shelf.all(), IsEmpty());
}

TEST(SimPauseTest, TheDeadWriteNoNotes) {
    small_scene s;
    pasture p(s);
    p.life.die();

    EXPECT_FALSE(p.write(p.notes.add(p.note)));
    EXPECT_THAT(p.shelf.all(), IsEmpty());
    EXPECT_EQ(p.begin().came, effect::none);
    EXPECT_EQ(p.end(), std::nullopt);
}

TEST(SimPauseTest, TheNextLifeSeesTheNotes) {
    small_scene s;
    pasture p(s);
    EXPECT_TRUE(p.write(p.notes.add(p.note)));
    EXPECT_EQ(p.begin().came, effect::stands);
    p.life.die();

    process next{s.parts, 2};
    sim_notes seen{next, p.shelf};
    ports::undo_notes::found found;
    s.loop.run([](sim_notes& of, ports::undo_notes::found& into) -> async::awaitable<void> {
        const async::frame here;
        into = co_await of.all();
    }(seen, found));
    EXPECT_THAT(found.notes, ElementsAre(p.note));
}

}  // namespace
}  // namespace mayhem::sim
