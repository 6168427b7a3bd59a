// Proves on virtual time that whatever is begun is ended: after its time, when it must, when it is cancelled, after
// whoever ends it was away, by the next life; and that nothing is begun of which the notes do not know.
#include "pipeline/model/span_keeper.hpp"

#include <array>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "support/failed_restart.hpp"
#include "support/fake_undo_notes.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"
#include "unit/pipeline/fake_action.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using effect = ports::action::beginning::effect;
using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Says what the test says.
class told_go_ahead final : public ports::go_ahead {
public:
    std::optional<core::guard> refused_by;
    std::string ends;  ///< why it must

    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override { return refused_by; }
    [[nodiscard]] std::optional<std::string> must_end() const override {
        return ends.empty() ? std::nullopt : std::optional(ends);
    }
};

class SpanKeeperTest : public testing::Test {
protected:
    using plan = std::function<void(async::task_group&)>;

    /// `f` is called so long after the beginning, with the group in which the act is.
    void at(std::chrono::nanoseconds when, plan f) { plans_.emplace_back(when, std::move(f)); }

    /// What an act comes to, beside a keeper that runs; and then waits so long.
    async::settled<ports::act_result> act(std::chrono::nanoseconds then = 0s) {
        async::settled<ports::act_result> result;
        loop_.run(drive(*this, then, result));
        plans_.clear();
        return result;
    }

    /// A next life, for so long.
    void live(std::chrono::nanoseconds length) { loop_.run(live_on(*this, length)); }

    test::virtual_loop loop_;
    test::frozen_thing thing_;
    test::fake_lasting lasting_{thing_};
    test::fake_undo_notes notes_;
    test::fake_action* action_ = nullptr;  ///< the keeper's own
    std::array<std::unique_ptr<ports::action>, 1> actions_{[this] {
        auto made = std::make_unique<test::fake_action>(thing_);
        action_ = made.get();
        return made;
    }()};
    std::vector<std::string> told_;
    span_onlooker looks_;
    told_go_ahead may_act_;
    span_keeper keeper_{notes_, actions_, [this](std::string_view text) { told_.emplace_back(text); }};
    const core::target target_{.id = "a", .incarnation = "1", .name = "a"};

private:
    static async::awaitable<void> do_at(std::chrono::nanoseconds when, plan f, async::task_group& acting) {
        const async::frame here;
        co_await async::sleep_for(when);
        f(acting);
    }
    static async::awaitable<void> drive(SpanKeeperTest& t, std::chrono::nanoseconds then,
                                        async::settled<ports::act_result>& into) {
        const async::frame here;
        const auto fail = [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); };
        async::task_group keeping(async::this_loop(), "keeper", fail);
        async::task_group acting(async::this_loop(), "acting", fail);
        async::task_group planned(async::this_loop(), "planned", fail);
        keeping.spawn("run", t.keeper_.run());
        for (const auto& [when, f] : t.plans_) {
            planned.spawn("plan", do_at(when, f, acting));
        }
        acting.spawn("act", test::note(t.keeper_.carry_out(t.lasting_, t.target_, t.may_act_, t.looks_), into));
        co_await acting.join();
        co_await async::sleep_for(then);
        planned.cancel();
        co_await planned.join();
        keeping.cancel();
        co_await keeping.join();
    }
    static async::awaitable<void> live_on(SpanKeeperTest& t, std::chrono::nanoseconds length) {
        const async::frame here;
        async::task_group keeping(async::this_loop(), "keeper",
                                  [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
        keeping.spawn("run", t.keeper_.run());
        co_await async::sleep_for(length);
        keeping.cancel();
        co_await keeping.join();
    }

    std::vector<std::pair<std::chrono::nanoseconds, plan>> plans_;
};

TEST_F(SpanKeeperTest, StandsForItsTimeWithANoteAndLeavesNone) {
    std::size_t noted = 0;
    at(30min, [&](async::task_group&) { noted = notes_.notes.size(); });
    const auto began = loop_.clock.now();

    const auto result = act();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_EQ(result->refused_by, std::nullopt);
    EXPECT_EQ(result->remark, nullptr);
    EXPECT_EQ(loop_.clock.now() - began, 1h);
    EXPECT_EQ(noted, 1U);
    EXPECT_THAT(thing_.calls, ElementsAre("freeze", "thaw"));
    EXPECT_THAT(lasting_.stood, ElementsAre("1"));
    EXPECT_THAT(notes_.notes, IsEmpty());
    EXPECT_THAT(told_, IsEmpty());
}

TEST_F(SpanKeeperTest, EndsWithinAQuarterOfASecondWhenItMust) {
    at(12s, [&](async::task_group&) { may_act_.ends = "alice has halted it"; });
    const auto began = loop_.clock.now();

    const auto result = act();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_LE(loop_.clock.now() - began, 12s + 250ms);
    ASSERT_TRUE(result->remark);
    EXPECT_THAT(*result->remark, HasSubstr("its freeze was ended after 12"));
    EXPECT_THAT(*result->remark, HasSubstr(" of 1 h: alice has halted it"));
    EXPECT_THAT(told_, ElementsAre(HasSubstr("The freeze of thing a is ended after 12")));
    EXPECT_FALSE(thing_.is_frozen);
}

TEST_F(SpanKeeperTest, ACancellationEndsItAndItIsOnRecordThatItStood) {
    at(20s, [](async::task_group& acting) { acting.cancel(); });

    const auto result = act();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_THAT(*result->remark, HasSubstr("after 20 s of 1 h: Mayhem is told to end"));
    EXPECT_FALSE(thing_.is_frozen);
    EXPECT_THAT(notes_.notes, IsEmpty());
}

TEST_F(SpanKeeperTest, WhatTheDriverRefusesIsNotOnRecord) {
    lasting_.refuses = core::guard::already_restarted;
    notes_.add_failures = 1;

    EXPECT_EQ(act()->refused_by, core::guard::already_restarted);
    EXPECT_EQ(notes_.add_failures, 1) << "nobody has tried to";
}

TEST_F(SpanKeeperTest, WithoutANoteNothingBegins) {
    notes_.add_failures = 1;

    EXPECT_EQ(error_of(act()), "thing a is not frozen: the disk is full; make room there, and let Mayhem write to it");
    EXPECT_THAT(thing_.calls, IsEmpty());
    EXPECT_TRUE(act().has_value()) << "the next attempt may";
}

TEST_F(SpanKeeperTest, AGuardThatSaysNoAtTheLastMomentLeavesNothing) {
    may_act_.refused_by = core::guard::halted;

    EXPECT_EQ(act()->refused_by, core::guard::halted);
    EXPECT_THAT(thing_.calls, IsEmpty());
    EXPECT_THAT(notes_.notes, IsEmpty());
    EXPECT_THAT(lasting_.stood, IsEmpty());
}

TEST_F(SpanKeeperTest, ANoteThatCannotBeRemovedIsTriedAgainAndNobodyElsesIsThawed) {
    may_act_.refused_by = core::guard::halted;
    notes_.remove_failures = 2;
    at(1ms, [&](async::task_group&) { thing_.is_frozen = true; });  // by somebody else

    EXPECT_EQ(act(10s)->refused_by, core::guard::halted);
    EXPECT_THAT(notes_.notes, IsEmpty());
    EXPECT_TRUE(thing_.is_frozen);
    EXPECT_THAT(told_, ElementsAre("Thing a was not frozen, and the record that it is cannot be removed yet: the disk "
                                   "is full, retrying every 2 s"));
}

TEST_F(SpanKeeperTest, WhoFailedAndDoesNotShowItStandingHasNotDoneIt) {
    action_->begins = {.came = effect::failed, .trouble = "the freezer is broken"};
    action_->freezes = false;

    EXPECT_EQ(error_of(act()), "the freezer is broken");
    EXPECT_THAT(lasting_.stood, IsEmpty());
    EXPECT_EQ(notes_.notes.size(), 1U) << "it may still come";
    live(63s);
    EXPECT_THAT(notes_.notes, IsEmpty());
}

TEST_F(SpanKeeperTest, WhatIsNotAnsweredCountsAndIsEndedWhenItComesLate) {
    action_->begins = {.came = effect::unanswered, .trouble = "no answer"};
    action_->freezes = false;
    at(40s, [&](async::task_group&) { thing_.is_frozen = true; });

    const auto result = act(45s);

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_TRUE(result->is_in_doubt);
    EXPECT_EQ(result->trouble, "no answer");
    EXPECT_THAT(lasting_.stood, ElementsAre("1"));
    EXPECT_THAT(thing_.calls, ElementsAre("thaw"));
    EXPECT_THAT(told_, ElementsAre("Thing a, which was left frozen, is thawed"));
}

TEST_F(SpanKeeperTest, WhoCannotEndItIsAskedAgainUntilItIsDone) {
    action_->end_failures = 5;

    const auto result = act(10s);

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_EQ(result->span->stuck,
              "thing a may still be frozen: the engine is away; Mayhem tries again every 2 s, and at its next start; "
              "\"mayhem undo\" ends it as well, or by hand: thaw a");
    EXPECT_EQ(result->trouble, "");
    EXPECT_FALSE(thing_.is_frozen);
    EXPECT_THAT(notes_.notes, IsEmpty());
    EXPECT_THAT(told_, ElementsAre("Thing a was left frozen and cannot be thawed yet: the engine is away, retrying "
                                   "every 2 s",
                                   "Thing a, which was left frozen, is thawed"));
}

TEST_F(SpanKeeperTest, WhatCannotBeEndedIsShownWithWhatEndsIt) {
    action_->end_failures = 5;
    std::vector<span_keeper::standing_span> standing;
    at(1h + 2s, [&](async::task_group&) { standing = keeper_.standing(); });

    (void)act(10s);

    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing.front().until, std::nullopt);
    EXPECT_THAT(standing.front().stuck, HasSubstr("or by hand: thaw a"));
    EXPECT_THAT(keeper_.standing(), IsEmpty());
}

TEST_F(SpanKeeperTest, ARecordThatCannotBeRemovedIsNothingThatStands) {
    notes_.remove_failures = 5;

    const auto result = act(60s);

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_EQ(result->span->stuck, "");
    EXPECT_THAT(notes_.notes, IsEmpty());
}

TEST_F(SpanKeeperTest, WhatIsJustBeingEndedIsNotBegunAnew) {
    notes_.notes = {{.action = "freeze", .subject = "a", .life = "1", .where = "here", .name = "thing a"}};
    action_->end_takes = 10ms;

    const auto result = act(2min);

    EXPECT_EQ(error_of(result), "thing a is left alone: what was done to it before is not over yet");
    EXPECT_THAT(thing_.calls, IsEmpty());
    EXPECT_THAT(notes_.notes, IsEmpty());
    EXPECT_TRUE(act().has_value()) << "the next attempt may";
}

TEST_F(SpanKeeperTest, WhereSomethingStandsNothingElseBegins) {
    async::settled<ports::act_result> second;
    std::size_t noted = 0;
    at(10s, [&](async::task_group& acting) {
        acting.spawn("second", test::note(keeper_.carry_out(lasting_, target_, may_act_), second));
    });
    at(20s, [&](async::task_group&) { noted = notes_.notes.size(); });

    const auto first = act();

    ASSERT_TRUE(second.has_value()) << error_of(second);
    EXPECT_EQ(second->refused_by, core::guard::span_under_way);
    EXPECT_THAT(second->trouble, HasSubstr("thing a is frozen just now"));
    ASSERT_TRUE(first.has_value()) << error_of(first);
    EXPECT_EQ(noted, 1U) << "the note is the first one's";
    EXPECT_THAT(thing_.calls, ElementsAre("freeze", "thaw"));
}

TEST_F(SpanKeeperTest, NothingElseBeginsWhileOneCannotBeEnded) {
    notes_.notes = {{.action = "freeze", .subject = "b", .life = "1", .where = "here", .name = "thing b"}};
    action_->end_failures = 1'000;
    async::settled<ports::act_result> second;
    at(10s, [&](async::task_group& acting) {
        acting.spawn("second", test::note(keeper_.carry_out(lasting_, target_, may_act_), second));
    });
    lasting_.refuses = core::guard::busy;
    at(5s, [&](async::task_group&) { lasting_.refuses.reset(); });

    (void)act(20s);

    ASSERT_TRUE(second.has_value()) << error_of(second);
    EXPECT_EQ(second->refused_by, core::guard::span_under_way);
    EXPECT_THAT(second->trouble, HasSubstr("the freeze of b cannot be ended"));
    EXPECT_THAT(thing_.calls, IsEmpty());
}

TEST_F(SpanKeeperTest, WhatEndsByItselfIsToldAndIsNoTroubleOfOurs) {
    at(12s, [&](async::task_group&) {
        action_->ends_early = {.how = core::span_end::target_ended, .why = "its process has ended"};
    });

    const auto result = act();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    ASSERT_NE(result->span, nullptr);
    EXPECT_EQ(result->span->ended_by, core::span_end::target_ended);
    EXPECT_GE(result->span->held, 12s);
    EXPECT_LE(result->span->held, 12s + 250ms);
    EXPECT_EQ(result->span->asked, 1h);
    EXPECT_THAT(*result->remark, HasSubstr("its process has ended"));
}

TEST_F(SpanKeeperTest, ItsOwnClockMaySayThatItsTimeIsOver) {
    at(12s, [&](async::task_group&) { action_->ends_early = {.how = core::span_end::time_over, .why = {}}; });

    const auto result = act();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_EQ(result->span->ended_by, core::span_end::time_over);
    EXPECT_LE(result->span->held, 12s + 250ms);
    EXPECT_EQ(result->remark, nullptr);
    EXPECT_THAT(told_, IsEmpty());
}

TEST_F(SpanKeeperTest, SaysWhatStandsWhileItStands) {
    action_->begins = {.came = effect::stands, .seen = "5 tasks"};
    std::vector<span_keeper::standing_span> standing;
    at(10s, [&](async::task_group&) { standing = keeper_.standing(); });

    const auto result = act();

    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing.front().note.name, "thing a");
    EXPECT_EQ(standing.front().done, "frozen");
    EXPECT_EQ(standing.front().effect, "5 tasks");
    EXPECT_EQ(standing.front().how_to_see, "look at a");
    ASSERT_TRUE(standing.front().since && standing.front().until);
    EXPECT_EQ(*standing.front().until - *standing.front().since, 1h);
    EXPECT_THAT(keeper_.standing(), IsEmpty());
    EXPECT_EQ(result->span->effect.text, "5 tasks");
    EXPECT_EQ(result->span->ended_by, core::span_end::time_over);
    EXPECT_EQ(action_->asked_for, 1h);
}

TEST_F(SpanKeeperTest, ItsEffectIsWhatIsSeenByNow) {
    action_->begins = {.came = effect::stands, .seen = "no packet"};
    action_->effect_by_now = {.text = "312 packets"};
    std::vector<span_keeper::standing_span> standing;
    at(10s, [&](async::task_group&) {
        standing = keeper_.standing();
        action_->effect_by_now = {.text = "no packet", .is_none = true};
    });

    const auto result = act();

    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing.front().effect, "312 packets");
    EXPECT_EQ(result->span->effect, (core::seen_effect{.text = "no packet", .is_none = true}));
}

}  // namespace
}  // namespace mayhem::pipeline
