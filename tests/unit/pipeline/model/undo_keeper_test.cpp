// Proves on virtual time that a note is on record before anything begins and until it was seen not to stand, and that
// what is left is ended, by this life or by the next one, and nothing else.
#include "pipeline/model/undo_keeper.hpp"

#include <array>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/settled.hpp"
#include "support/fake_undo_notes.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"
#include "unit/pipeline/fake_action.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class UndoKeeperTest : public testing::Test {
protected:
    /// A life of the keeper begins, and goes on for so long.
    void live(std::chrono::nanoseconds length) {
        loop_.spawn("run", keeper_.run());
        loop_.run_for(length);
    }
    async::settled<void> hold() {
        async::settled<void> held;
        loop_.spawn("hold", test::note(keeper_.hold(note_), held));
        loop_.run_for(1ms);
        return held;
    }
    async::settled<undo_keeper::ending> release() {
        async::settled<undo_keeper::ending> ended;
        loop_.spawn("release", test::note(keeper_.release(note_, 5s), ended));
        loop_.run_for(2s);
        return ended;
    }
    ~UndoKeeperTest() override {
        loop_.group.cancel();
        loop_.run();
    }

    test::frozen_thing thing_;
    test::fake_undo_notes notes_;
    test::fake_action* action_ = nullptr;  ///< the keeper's own
    std::array<std::unique_ptr<ports::action>, 1> actions_{[this] {
        auto made = std::make_unique<test::fake_action>(thing_);
        action_ = made.get();
        return made;
    }()};
    std::vector<std::string> told_;
    std::vector<std::string> told_stuck_;
    undo_keeper keeper_{notes_, actions_, [this](std::string_view text) { told_.emplace_back(text); },
                        [this](const ports::undo_note&, std::string_view why) { told_stuck_.emplace_back(why); }};
    const ports::undo_note note_{.action = "freeze", .subject = "a", .life = "1", .where = "here", .name = "thing a"};
    test::virtual_loop loop_;
};

TEST_F(UndoKeeperTest, WhatIsHeldIsOnRecordUntilItIsReleased) {
    ASSERT_TRUE(hold().has_value());
    EXPECT_THAT(notes_.notes, ElementsAre(note_));
    thing_.is_frozen = true;

    const auto ended = release();

    ASSERT_TRUE(ended.has_value()) << test::message_of(ended.error());
    EXPECT_EQ(*ended, undo_keeper::ending::undone);
    EXPECT_FALSE(thing_.is_frozen);
    EXPECT_THAT(notes_.notes, IsEmpty());
    EXPECT_THAT(told_, IsEmpty());
}

TEST_F(UndoKeeperTest, WhatIsHeldIsNotHeldTwice) {
    ASSERT_TRUE(hold().has_value());

    EXPECT_EQ(test::message_of(hold().error()), "thing a is left alone: what was done to it before is not over yet");
}

TEST_F(UndoKeeperTest, WhatCannotBeEndedIsLeftOverAndATroubleUntilItIs) {
    live(1s);
    ASSERT_TRUE(hold().has_value());
    thing_.is_frozen = true;
    action_->end_failures = 4;

    const auto ended = release();

    EXPECT_EQ(test::message_of(ended.error()),
              "thing a may still be frozen: the engine is away; Mayhem tries again every 2 s, and at its next start; "
              "\"mayhem undo\" ends it as well, or by hand: thaw a");
    EXPECT_EQ(keeper_.why_stuck(note_), test::message_of(ended.error()));
    EXPECT_THAT(told_stuck_, IsEmpty()) << "whoever has asked tells";
    EXPECT_THAT(keeper_.left_over(), ElementsAre(note_));
    EXPECT_EQ(keeper_.first_trouble(), undo_keeper::subject_of(note_));
    EXPECT_TRUE(keeper_.is_troubled(note_));
    loop_.run_for(10s);
    EXPECT_FALSE(thing_.is_frozen);
    EXPECT_THAT(keeper_.left_over(), IsEmpty());
    EXPECT_EQ(keeper_.first_trouble(), std::nullopt);
    EXPECT_EQ(keeper_.why_stuck(note_), "");
}

TEST_F(UndoKeeperTest, WhatAFormerLifeLeftAndCannotBeEndedIsToldOnce) {
    thing_.is_frozen = true;
    notes_.notes = {note_};
    action_->end_failures = 4;

    live(20s);

    EXPECT_THAT(told_stuck_, ElementsAre(HasSubstr("thing a may still be frozen: the engine is away")));
    EXPECT_FALSE(thing_.is_frozen);
    EXPECT_EQ(keeper_.why_stuck(note_), "");
}

TEST_F(UndoKeeperTest, WhatIsOnlyNotedIsNotLeftOver) {
    ASSERT_TRUE(hold().has_value());
    notes_.remove_failures = 1'000;
    async::settled<void> forgotten;

    loop_.spawn("forget", test::note(keeper_.forget(note_), forgotten));
    live(10s);

    EXPECT_TRUE(forgotten.has_value());
    EXPECT_THAT(keeper_.left_over(), IsEmpty());
    EXPECT_THAT(told_, ElementsAre(HasSubstr("Thing a was not frozen, and the record that it is cannot be removed")));
}

TEST_F(UndoKeeperTest, TheNextLifeEndsWhatAFormerOneLeft) {
    thing_.is_frozen = true;
    notes_.notes = {note_};

    live(1s);

    EXPECT_FALSE(thing_.is_frozen);
    EXPECT_THAT(notes_.notes, IsEmpty());
    EXPECT_THAT(told_, ElementsAre("Thing a, which was left frozen, is thawed"));
}

TEST_F(UndoKeeperTest, TheNextLifeLeavesAloneWhatSomebodyElseDidToAnotherLife) {
    thing_.is_frozen = true;
    notes_.notes = {{.action = "freeze", .subject = "a", .life = "0", .where = "here", .name = "thing a"}};

    live(2min);

    EXPECT_TRUE(thing_.is_frozen);
    EXPECT_THAT(notes_.notes, IsEmpty());
}

TEST_F(UndoKeeperTest, ANoteOfAnActionThatNobodyKnowsStaysAndIsTold) {
    notes_.notes = {{.action = "drown", .subject = "a", .life = "1", .where = "here", .name = "thing a"}};

    live(1min);

    EXPECT_EQ(notes_.notes.size(), 1U);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_THAT(told_.front(), HasSubstr("Cannot end the drown of thing a"));
}

}  // namespace
}  // namespace mayhem::pipeline
