// Proves on virtual time how a message is handled whose act lasts: what ends it early, that nobody waits for it, and
// that its recovery counts from its end, and what becomes of a target that has to tolerate it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "pipeline/handling/message_handler.hpp"
#include "unit/core/plan_support.hpp"
#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

TEST(LastingActTest, AHaltEndsAnActThatLastsAndTheRecordSaysSoThoughItRecovers) {
    test::flow f;
    f.give("a");
    f.driver.lasts_for.length = 1h;
    f.at(20s, [&](service&) { (void)f.halt.halt({.door = halt_door::command, .who = "alice", .why = "the disk"}); });

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled fault_begun saved fault_ended recovered acked");
    EXPECT_LE(f.seen.of(step_kind::fault_ended).front().at, 21s);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::recovered);
    EXPECT_EQ(f.store.outcomes().front().recovery, 0ms) << "from its end";
    EXPECT_THAT(f.store.outcomes().front().error,
                testing::HasSubstr("its freeze was ended after 20 s of 1 h: Mayhem was halted by alice: the disk"));
    EXPECT_THAT(f.driver.thing.calls, testing::ElementsAre("freeze", "thaw"));
}

TEST(LastingActTest, WhoWaitsForTheEndOfWhatIsHandledDoesNotWaitForAnActThatLasts) {
    test::flow f;
    f.give("a");
    f.driver.lasts_for.length = 1h;
    f.at(20s, [](service& s) { s.stop_accepting(); });

    f.run();

    EXPECT_LE(f.seen.of(step_kind::acked).front().at, 21s);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::recovered);
    EXPECT_THAT(f.store.outcomes().front().error,
                testing::HasSubstr("Mayhem takes no new work: it reloads its config, or is drained"));
    EXPECT_FALSE(f.driver.thing.is_frozen);
}

TEST(LastingActTest, IsRecoveredFromItsEndAndIsOneRestartOnRecord) {
    test::flow f;
    f.give("a");
    f.driver.lasts_for.length = 30s;
    f.group.settings.recovery_timeout = 5s;  // less than it stands

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled fault_begun saved fault_ended recovered acked");
    EXPECT_EQ(f.seen.of(step_kind::fault_ended).front().at, 30s);
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::recovered);
    EXPECT_EQ(f.store.outcomes().front().recovery, 0ms);
    EXPECT_TRUE(f.notes.notes.empty());
}

/// Passes unless something stands on the thing, and some time after each question.
class thing_probe final : public ports::probe {
public:
    explicit thing_probe(const test::frozen_thing& t) : thing_(t) {}

    std::chrono::nanoseconds takes = 0ns;
    bool is_moved = true;  ///< by what stands

    [[nodiscard]] std::string describe() const override { return "thing"; }
    async::awaitable<ports::probe_result> ask(const core::target& /*t*/) override {
        const async::frame here;
        co_await async::sleep_for(takes);
        const bool passes = !(is_moved && thing_.is_frozen);
        co_return ports::probe_result{.passes = passes, .detail = passes ? "fine" : "no answer"};
    }

private:
    const test::frozen_thing& thing_;
};

/// Something stands for some 10 s on a target that has to tolerate it.
class ToleranceTest : public testing::Test {
protected:
    ToleranceTest() {
        f.give("a");
        f.driver.lasts_for.length = 9500ms;
        f.group.probe = &probe;
        f.group.settings.recovery_poll = 1s;
        f.group.settings.during = core::during_policy::must_pass;
        f.group.settings.limits.max_failures = 3;
        f.group.settings.limits.breaks_when_lost = true;
    }

    const core::outcome& outcome() { return f.store.outcomes().at(0); }

    test::flow f;
    thing_probe probe{f.driver.thing};
};

TEST_F(ToleranceTest, WhatItsProbeDidNotPassInIsNotToleratedAndOpensTheBreaker) {
    f.run();

    EXPECT_EQ(f.seen.story(), "pulled fault_begun saved fault_ended not_tolerated breaker_opened acked");
    EXPECT_EQ(outcome().verdict, core::verdict::not_tolerated);
    EXPECT_EQ(outcome().recovery, 0ms);
    EXPECT_THAT(outcome().error, testing::StartsWith("while it stood, the probe did not pass 10 of 10 times, from "
                                                     "the beginning: no answer"));
    EXPECT_THAT(f.seen.of(step_kind::not_tolerated).front().detail, testing::HasSubstr("10 of 10 times"));
    EXPECT_EQ(outcome().opens_breaker, "a did not tolerate what was done to it");
}

TEST_F(ToleranceTest, WhatItsProbePassedInHasRecovered) {
    probe.is_moved = false;

    f.run();

    EXPECT_EQ(outcome().verdict, core::verdict::recovered);
    EXPECT_EQ(outcome().error, "");
    EXPECT_EQ(outcome().span->during.green, 10U);
}

TEST_F(ToleranceTest, WhatMayFailHasRecovered) {
    f.group.settings.during = core::during_policy::may_fail;

    f.run();

    EXPECT_EQ(outcome().verdict, core::verdict::recovered);
    EXPECT_EQ(outcome().span->during.red, 10U);
}

TEST_F(ToleranceTest, WhereNobodySawTheRecordSaysSo) {
    probe.takes = 30s;

    f.run();

    EXPECT_EQ(outcome().verdict, core::verdict::recovered);
    EXPECT_THAT(outcome().error, testing::HasSubstr("nobody saw whether it was tolerated: the probe gave no answer"));
}

TEST_F(ToleranceTest, WhatHadNoEffectIsToldSoAndOpensNothing) {
    probe.is_moved = false;
    f.group.settings.limits.max_failures = 1;
    static_cast<test::fake_action&>(*f.actions[0]).effect_by_now = {.text = "no packet", .is_none = true};

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled fault_begun saved fault_ended no_effect acked");
    EXPECT_EQ(outcome().verdict, core::verdict::no_effect);
    EXPECT_EQ(outcome().recovery, 0ms);
    EXPECT_EQ(outcome().error, "no effect of it was seen: no packet");
    EXPECT_EQ(f.seen.of(step_kind::no_effect).front().detail, "no effect of it was seen: no packet");
}

TEST_F(ToleranceTest, WhatCannotBeEndedIsToldAtOnceAndOpensTheBreaker) {
    static_cast<test::fake_action&>(*f.actions[0]).end_failures = 4;

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled fault_begun saved fault_stuck breaker_opened acked");
    EXPECT_LE(f.seen.of(step_kind::fault_stuck).front().at, 10s + 500ms);
    EXPECT_THAT(f.seen.of(step_kind::fault_stuck).front().detail, testing::HasSubstr("or by hand: thaw a.example.net"));
    EXPECT_EQ(outcome().verdict, core::verdict::fault_stuck);
    EXPECT_THAT(outcome().error, testing::HasSubstr("host a may still be frozen: the engine is away"));
    EXPECT_EQ(outcome().opens_breaker, "what was done to a could not be undone in its time");
}

/// Passes until that moment of the loop's.
class shop final : public ports::probe {
public:
    async::clock::duration well_for{};
    int asked = 0;

    [[nodiscard]] std::string describe() const override { return "shop"; }
    async::awaitable<ports::probe_result> ask(const core::target& /*t*/) override {
        const async::frame here;
        ++asked;
        const bool passes = async::this_loop().now().time_since_epoch() < well_for;
        co_return ports::probe_result{.passes = passes, .detail = passes ? "sells" : "answered with 503"};
    }
};

TEST_F(ToleranceTest, AStopConditionBreaksItOffWithinTwoSecondsAndOpensTheBreaker) {
    shop all;
    all.well_for = f.loop.clock.now().time_since_epoch() + 4s;
    f.group.stop_if = &all;
    f.driver.lasts_for.length = 1h;

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled fault_begun saved fault_ended aborted breaker_opened acked");
    EXPECT_LE(f.seen.of(step_kind::fault_ended).front().at, 6s);
    EXPECT_EQ(outcome().verdict, core::verdict::aborted) << "whatever the probe said";
    EXPECT_EQ(outcome().span->ended_by, core::span_end::stop_condition);
    EXPECT_THAT(outcome().error, testing::HasSubstr(" of 1 h: stop_if does not pass: answered with 503"));
    EXPECT_THAT(f.seen.of(step_kind::aborted).front().detail, testing::HasSubstr("answered with 503"));
    EXPECT_EQ(outcome().opens_breaker, "stop_if broke off what was done to a");
    EXPECT_FALSE(f.driver.thing.is_frozen);
}

TEST_F(ToleranceTest, WhatAStopConditionObjectsToIsNotBegun) {
    shop all;
    f.group.stop_if = &all;
    f.group.probe = nullptr;

    f.run();

    EXPECT_EQ(outcome().refused_by, core::guard::unsteady);
    EXPECT_EQ(all.asked, 1);
    EXPECT_TRUE(f.driver.thing.calls.empty());
}

TEST(LastingActTest, WhatWouldOutlastTheHoursIsRefused) {
    test::flow f;
    f.give("a");
    f.driver.lasts_for.length = 10min;
    core::schedule s;
    s.mean_time_between = 1h;
    const auto now = std::chrono::floor<std::chrono::minutes>(f.loop.clock.wall_now());
    const auto in_day = now - std::chrono::floor<std::chrono::days>(now);
    const auto text = [](std::chrono::minutes m) {
        return (m.count() < 600 ? "0" : "") + std::to_string(m.count() / 60) + (m.count() % 60 < 10 ? ":0" : ":") +
               std::to_string(m.count() % 60);
    };
    s.allowed = core::test::rules("Etc/UTC", {text(in_day) + "-" + text(in_day + 5min)});
    f.group.plan.emplace(s, core::random_source{7}, "cattle");

    f.run(1min);

    EXPECT_EQ(f.store.outcomes().at(0).refused_by, core::guard::too_near_the_end);
    EXPECT_TRUE(f.driver.thing.calls.empty());
}

TEST(LastingActTest, AShutdownEndsItAndTheRecordSaysSo) {
    test::flow f;
    f.give("a");
    f.driver.lasts_for.length = 1h;

    f.run(20s);

    EXPECT_THAT(f.driver.thing.calls, testing::ElementsAre("freeze", "thaw"));
    EXPECT_TRUE(f.notes.notes.empty());
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_THAT(f.store.outcomes().front().error, testing::HasSubstr("its freeze was ended after 20 s of 1 h: "));
    EXPECT_EQ(f.nacked, 0U);
}

}  // namespace
}  // namespace mayhem::pipeline
