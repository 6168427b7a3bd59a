// Proves that a halt by command holds from the moment at which it was asked for until a resume that was asked for
// later, and that the record comes to say what holds, whatever fails, waits, or is asked meanwhile. The record is a
// fake whose calls wait and fail at will, the time is virtual.
#include "halts/halt_command.hpp"

#include <deque>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "support/virtual_loop.hpp"
#include "telemetry/logging.hpp"
#include "unit/halts/fake_halt_memory.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using ports::halt_record;

/// How what somebody asked for ended.
struct answer {
    bool is_given = false;
    std::string trouble;
    bool is_halted = false;  ///< at that moment
};

class HaltCommandTest : public ::testing::Test {
protected:
    HaltCommandTest() {
        doors_.on_change([this](std::string_view what, const pipeline::halt_reason& r) {
            told_.push_back(std::string(what) + " by " + r.who + (r.why.empty() ? "" : ": " + r.why));
        });
        time_.spawn("keep", command_.keep(memory_));
    }
    ~HaltCommandTest() override {
        memory_.may_read.set();
        memory_.may_write.set();
        time_.group.cancel();
        time_.run();
    }

    bool is_halted() const { return doors_.get().is_halted(); }
    void pass(std::chrono::nanoseconds length = 1ms) { time_.run_for(length); }

    static async::awaitable<void> await_end(async::awaitable<void> asked, answer& a, const halt_doors& doors) {
        const async::frame here;
        try {
            co_await std::move(asked);
        } catch (const core::store_failed& e) {
            a.trouble = e.what();
        }
        a.is_given = true;
        a.is_halted = doors.get().is_halted();
    }
    /// Asks now, in the middle of whatever else is under way.
    const answer& halt(std::string who, std::string why = {}) {
        answer& a = answers_.emplace_back();
        time_.spawn("halt", await_end(command_.halt({.who = std::move(who)}, std::move(why)), a, doors_));
        pass();
        return a;
    }
    const answer& resume(std::string who) {
        answer& a = answers_.emplace_back();
        time_.spawn("resume", await_end(command_.resume(std::move(who)), a, doors_));
        pass();
        return a;
    }
    void look_up() {
        time_.spawn("look_up", command_.look_up(memory_));
        pass();
    }
    static halt_record by(const std::string& who) { return {.who = who, .why = "", .since = core::wall_time{1s}}; }

    test::fake_halt_memory memory_;
    std::deque<answer> answers_;
    std::vector<std::string> told_;
    int settled_ = 0;
    telemetry::logging logging_{{.lowest = telemetry::level::critical}};
    test::virtual_loop time_;
    halt_doors doors_{time_.loop, logging_.get()};
    halt_command command_{time_.loop, logging_.get(), doors_, [this] { ++settled_; }};
};

TEST_F(HaltCommandTest, AHaltHoldsAtOnceAndIsAnsweredWhenItIsOnRecord) {
    memory_.may_write.clear();

    const answer& halted = halt("alice", "release");
    EXPECT_TRUE(is_halted());
    EXPECT_FALSE(halted.is_given);
    memory_.may_write.set();
    pass();

    EXPECT_TRUE(halted.is_given && halted.trouble.empty());
    EXPECT_EQ(memory_.kept->who, "alice");
    EXPECT_EQ(told_, std::vector<std::string>{"halted by alice: release"});
}

TEST_F(HaltCommandTest, AResumeTakesBackOnceThatIsOnRecord) {
    (void)halt("alice");
    memory_.may_write.clear();

    const answer& resumed = resume("bob");
    EXPECT_TRUE(is_halted());
    memory_.may_write.set();
    pass();

    EXPECT_TRUE(resumed.is_given && !resumed.is_halted);
    EXPECT_EQ(memory_.kept, std::nullopt);
    EXPECT_EQ(told_.back(), "resumed by bob");
}

TEST_F(HaltCommandTest, AHaltThatComesWhileAResumeIsWrittenHolds) {
    (void)halt("alice");
    memory_.may_write.clear();
    const answer& resumed = resume("bob");

    const answer& halted = halt("carol");
    memory_.may_write.set();
    pass();

    EXPECT_TRUE(is_halted());
    EXPECT_TRUE(halted.is_given && halted.trouble.empty() && halted.is_halted);
    EXPECT_TRUE(resumed.is_given && resumed.is_halted);
    EXPECT_TRUE(memory_.found_by_next_life());
}

TEST_F(HaltCommandTest, AHaltThatComesWhileAResumeIsWrittenHoldsThoughNoneWasOnRecord) {
    memory_.failures = 1;
    (void)halt("alice");  // is not on record
    memory_.may_write.clear();
    const answer& resumed = resume("bob");

    const answer& halted = halt("carol");
    memory_.may_write.set();
    pass();

    EXPECT_TRUE(is_halted() && halted.is_halted && resumed.is_halted);
    EXPECT_TRUE(memory_.found_by_next_life());
}

TEST_F(HaltCommandTest, AHaltOfWhatWasNotHaltedHoldsThoughAResumeIsBeingWritten) {
    memory_.may_write.clear();
    const answer& resumed = resume("bob");

    const answer& halted = halt("carol");
    memory_.may_write.set();
    pass();

    EXPECT_TRUE(is_halted() && halted.is_halted && resumed.is_halted);
    EXPECT_EQ(memory_.found_by_next_life()->who, "carol");
}

TEST_F(HaltCommandTest, OfTwoResumesTheOneAfterTheHaltCounts) {
    (void)halt("alice");
    memory_.may_write.clear();
    const answer& first = resume("bob");
    const answer& halted = halt("carol");

    const answer& second = resume("dave");
    memory_.may_write.set();
    pass();

    EXPECT_TRUE(first.is_given && halted.is_given && second.is_given);
    EXPECT_TRUE(first.is_halted && halted.is_halted);
    EXPECT_FALSE(second.is_halted || is_halted());
    EXPECT_EQ(told_.back(), "resumed by dave");
    EXPECT_EQ(memory_.found_by_next_life(), std::nullopt);
}

TEST_F(HaltCommandTest, TwoResumesAtTheSameTimeAreOne) {
    (void)halt("alice");
    memory_.may_write.clear();
    const answer& first = resume("bob");
    const answer& second = resume("dave");
    memory_.may_write.set();
    pass();

    EXPECT_TRUE(first.is_given && second.is_given && !first.is_halted && !second.is_halted);
    EXPECT_EQ(told_.size(), 2U);
}

TEST_F(HaltCommandTest, AHaltThatCouldNotBeWrittenIsWrittenEveryTwoSecondsUntilItIs) {
    memory_.failures = 3;

    const answer& halted = halt("alice");
    EXPECT_TRUE(halted.is_given && is_halted());
    EXPECT_EQ(halted.trouble, "the disk is full");
    pass(3s);
    EXPECT_EQ(memory_.writes, 2);
    pass(4s);

    ASSERT_TRUE(memory_.kept);
    EXPECT_EQ(memory_.kept->who, "alice");
    pass(1h);
    EXPECT_EQ(memory_.writes, 4);
}

TEST_F(HaltCommandTest, AResumeThatCouldNotBeWrittenLeavesTheHaltForThisLifeAndTheNext) {
    (void)halt("alice");
    memory_.failures = 1;

    const answer& resumed = resume("bob");

    EXPECT_EQ(resumed.trouble, "the disk is full");
    EXPECT_TRUE(is_halted());
    EXPECT_TRUE(memory_.found_by_next_life());
    EXPECT_EQ(memory_.writes, 2);
}

TEST_F(HaltCommandTest, TheHaltIsWrittenAgainUntilItIsSureThatNoResumeWillBeFound) {
    (void)halt("alice");
    memory_.failures = 3;
    (void)resume("bob");
    EXPECT_EQ(memory_.found_by_next_life()->who, "alice");  // its write failed, too, and may be found

    pass(5s);

    EXPECT_EQ(memory_.kept->who, "alice");
    EXPECT_EQ(memory_.writes, 4);
    EXPECT_FALSE(resume("bob").is_halted);
    EXPECT_EQ(memory_.found_by_next_life(), std::nullopt);
}

TEST_F(HaltCommandTest, AResumeIsNotHeldUpByAHaltThatCannotBeWrittenYet) {
    memory_.failures = 1;
    (void)halt("alice");

    EXPECT_FALSE(resume("bob").is_halted);

    pass(1min);
    EXPECT_EQ(memory_.kept, std::nullopt);
    EXPECT_EQ(memory_.writes, 1);
}

TEST_F(HaltCommandTest, AResumeThatNobodyWaitsForAnyMoreTakesNothingBack) {
    (void)halt("alice");
    memory_.may_write.clear();
    const answer& resumed = resume("bob");

    pass(halt_command::answer_max);
    EXPECT_TRUE(resumed.is_given && is_halted());
    EXPECT_NE(resumed.trouble, "");
    memory_.may_write.set();
    pass();

    EXPECT_TRUE(is_halted());
    EXPECT_EQ(memory_.found_by_next_life()->who, "alice");
}

TEST_F(HaltCommandTest, AHaltThatTheDatabaseDoesNotAnswerHoldsAndIsWrittenInTheEnd) {
    memory_.may_write.clear();
    const answer& halted = halt("alice");
    pass(halt_command::answer_max);
    EXPECT_TRUE(halted.is_given && is_halted());
    EXPECT_NE(halted.trouble, "");

    memory_.may_write.set();
    pass();

    ASSERT_TRUE(memory_.kept);
    EXPECT_EQ(memory_.kept->who, "alice");
}

TEST_F(HaltCommandTest, ObeysAnotherProcess) {
    memory_.kept = by("somebody");
    look_up();
    EXPECT_EQ(told_.back(), "halted by somebody");

    memory_.kept.reset();
    look_up();

    EXPECT_EQ(told_.back(), "resumed by another process");
    EXPECT_FALSE(is_halted());
}

TEST_F(HaltCommandTest, WhatWasReadBeforeAHaltDoesNotTakeItBack) {
    memory_.may_read.clear();
    look_up();  // reads that nobody has halted
    (void)halt("alice");

    memory_.may_read.set();
    pass();

    EXPECT_TRUE(is_halted());
    EXPECT_EQ(settled_, 1);  // to be read again
}

TEST_F(HaltCommandTest, WhatWasReadBeforeAResumeDoesNotHalt) {
    (void)halt("alice");
    memory_.may_read.clear();
    look_up();
    (void)resume("bob");

    memory_.may_read.set();
    pass();

    EXPECT_FALSE(is_halted());
}

TEST_F(HaltCommandTest, AHaltAfterAResumeByAnotherProcessHoldsThoughThatIsReadOnlyThen) {
    (void)halt("alice");
    memory_.kept.reset();  // another process resumes, and nobody has looked yet

    const answer& halted = halt("carol");
    look_up();

    EXPECT_TRUE(halted.is_halted && is_halted());
    EXPECT_TRUE(memory_.found_by_next_life());
}

TEST_F(HaltCommandTest, AResumeDoesNotTakeBackWhatAnotherProcessHasHaltedSince) {
    (void)halt("alice");
    memory_.may_write.clear();
    const answer& resumed = resume("bob");
    memory_.kept = by("somebody");  // commits first
    memory_.may_write.set();
    pass();

    EXPECT_TRUE(resumed.is_given && resumed.is_halted);
    EXPECT_EQ(memory_.kept, by("somebody"));
    EXPECT_EQ(told_.back(), "halted by somebody");
    EXPECT_FALSE(resume("bob").is_halted);  // of what he knows
}

TEST_F(HaltCommandTest, TheNameIsAddedWhenItIsKnownAndHoldsNothingUp) {
    async::event is_known;
    answer a;
    const halt_command::asker asker{.who = "uid 7", .name = [&is_known]() -> async::awaitable<std::string> {
                                        return [](async::event& known) -> async::awaitable<std::string> {
                                            const async::frame here;
                                            co_await known.wait();
                                            co_return std::string("alice (uid 7)");
                                        }(is_known);
                                    }};
    time_.spawn("halt", await_end(command_.halt(asker, ""), a, doors_));
    pass();
    EXPECT_TRUE(is_halted());
    EXPECT_EQ(doors_.get().reasons().front().who, "uid 7");
    const answer& resumed = resume("bob");

    is_known.set();
    pass();

    EXPECT_TRUE(a.is_given && resumed.is_given);
    EXPECT_EQ(told_, (std::vector<std::string>{"halted by alice (uid 7)", "resumed by bob"}));
}

TEST_F(HaltCommandTest, AHaltThatNobodyHasTriedToWriteIsWrittenAtTheEnd) {
    answer a;
    const halt_command::asker asker{.who = "uid 7", .name = []() -> async::awaitable<std::string> {
                                        const async::frame here;
                                        co_await async::sleep_for(1h);
                                        co_return std::string();
                                    }};
    time_.spawn("halt", await_end(command_.halt(asker, ""), a, doors_));
    pass();

    time_.group.cancel();
    time_.run();

    EXPECT_EQ(memory_.kept->who, "uid 7");
    EXPECT_EQ(told_, std::vector<std::string>{"halted by uid 7"});
    time_.spawn("keep", command_.keep(memory_));
}

TEST_F(HaltCommandTest, AReasonThatIsGivenLaterIsKept) {
    (void)halt("alice");
    (void)halt("bob", "release");

    EXPECT_EQ(memory_.kept->who, "alice");
    EXPECT_EQ(memory_.kept->why, "release");
    EXPECT_FALSE(resume("carol").is_halted);
}

}  // namespace
}  // namespace mayhem::app
