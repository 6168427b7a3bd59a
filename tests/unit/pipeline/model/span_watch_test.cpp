// Proves on virtual time what is waited for while something stands, and what is seen meanwhile.
#include "pipeline/model/span_watch.hpp"

#include <functional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"
#include "unit/pipeline/fake_action.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::Le;

class told_go_ahead final : public ports::go_ahead {
public:
    std::optional<std::string> ends;  ///< why it must

    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override { return std::nullopt; }
    [[nodiscard]] std::optional<std::string> must_end() const override { return ends; }
};

/// Answers after a while: what the test says.
class slow_probe final : public ports::probe {
public:
    std::chrono::nanoseconds takes = 200ms;
    int passes = 2;  ///< so many answers do

    [[nodiscard]] std::string describe() const override { return "slow"; }
    async::awaitable<ports::probe_result> ask(const core::target& /*t*/) override {
        const async::frame here;
        co_await async::sleep_for(takes);
        co_return ports::probe_result{.passes = passes-- > 0, .detail = "it hangs"};
    }
};

class SpanWatchTest : public testing::Test {
protected:
    /// What the watch comes to; `f` is called so long after its beginning.
    const async::settled<span_watch::end>& watch(
        std::chrono::nanoseconds length, std::chrono::nanoseconds when = 0s, const std::function<void()>& f = [] {}) {
        watch_.emplace(action_, note_, target_, may_act_, looks_);
        loop_.spawn("watch", test::note(watch_->wait_out(length), end_));
        loop_.run_for(when);
        f();
        loop_.run();
        return end_;
    }

    test::frozen_thing thing_;
    test::fake_action action_{thing_};
    told_go_ahead may_act_;
    slow_probe probe_;
    span_onlooker looks_;
    const ports::undo_note note_{.action = "freeze", .subject = "a", .life = "1", .where = "here", .name = "thing a"};
    const core::target target_{.id = "a", .incarnation = "1", .name = "a"};
    async::settled<span_watch::end> end_;
    std::optional<span_watch> watch_;
    test::virtual_loop loop_;
};

TEST_F(SpanWatchTest, WaitsUntilItsTimeIsOver) {
    const auto& end = watch(90s);

    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->how, core::span_end::time_over);
    EXPECT_EQ(end->why_early, std::nullopt);
    EXPECT_EQ(loop_.elapsed(), 90s);
}

TEST_F(SpanWatchTest, ReturnsWithinAQuarterOfASecondWhenItMustEnd) {
    const auto& end = watch(1h, 12s, [this] { may_act_.ends = "alice has halted it"; });

    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->how, core::span_end::told_to_end);
    EXPECT_EQ(end->why_early, "alice has halted it");
    EXPECT_THAT(loop_.elapsed(), Le(12s + 250ms));
}

TEST_F(SpanWatchTest, ReturnsWhenItHasEndedByItselfAndEndsNothing) {
    const auto& end = watch(1h, 12s, [this] {
        action_.ends_early = {.how = core::span_end::holder_gone, .why = "its holder was ended from outside"};
    });

    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->how, core::span_end::holder_gone);
    EXPECT_EQ(end->why_early, "its holder was ended from outside");
    EXPECT_TRUE(thing_.calls.empty());
}

TEST_F(SpanWatchTest, ReturnsWithinAQuarterOfASecondWhenTheStopConditionDoesNotPass) {
    looks_.stop_if = &probe_;
    probe_.passes = 3;

    const auto& end = watch(1h);

    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->how, core::span_end::stop_condition);
    EXPECT_EQ(end->why_early, "stop_if does not pass: it hangs");
    EXPECT_THAT(loop_.elapsed(), Le(3 * 1200ms + 200ms + 250ms)) << "asked every second, and the answer takes 200 ms";
    EXPECT_EQ(watch_->during().count(), 0U) << "it is no look at the target";
}

TEST_F(SpanWatchTest, AStopConditionThatHangsHoldsNothingUp) {
    looks_.stop_if = &probe_;
    probe_.takes = 24h;

    const auto& end = watch(90s);

    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->how, core::span_end::time_over);
    EXPECT_EQ(loop_.elapsed(), 90s);
}

TEST_F(SpanWatchTest, LooksAtTheTargetMeanwhile) {
    looks_ = {.probe = &probe_, .every = 800ms};

    const auto& end = watch(10s);

    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(watch_->during().green, 2U);
    EXPECT_EQ(watch_->during().red, 8U) << "an answer each second, and none after it";
    EXPECT_EQ(watch_->during().first_red, 2s) << "when it was asked";
}

TEST_F(SpanWatchTest, AProbeThatHangsHoldsNothingUp) {
    probe_.takes = 24h;
    looks_ = {.probe = &probe_, .every = 1s};

    const auto& end = watch(1h, 12s, [this] { may_act_.ends = "alice has halted it"; });

    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->how, core::span_end::told_to_end);
    EXPECT_THAT(loop_.elapsed(), Le(12s + 250ms));
    EXPECT_EQ(watch_->during(), core::looks_during{});
}

TEST_F(SpanWatchTest, WhatWasSeenIsKnownThoughItIsCancelled) {
    looks_ = {.probe = &probe_, .every = 800ms};

    const auto& end = watch(1h, 3500ms, [this] { loop_.group.cancel(); });

    EXPECT_TRUE(test::was_cancelled(end));
    EXPECT_EQ(watch_->during().count(), 4U);
}

}  // namespace
}  // namespace mayhem::pipeline
