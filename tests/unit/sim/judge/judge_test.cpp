// Proves what the judge itself sees to: a log that contradicts itself, promises that nobody asked, findings without
// end; and how uncertain times are compared.
#include "sim/judge/judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/judge/text.hpp"
#include "sim/judge/timeline.hpp"
#include "sim/judge/verdict_text.hpp"
#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

when point(std::uint64_t seq, steady_time t) { return {.seq = seq, .steady = {t, t}, .wall = {}}; }
when between(std::uint64_t seq, steady_time a, steady_time b) { return {.seq = seq, .steady = {a, b}, .wall = {}}; }

TEST(WhenTest, PointsAtTheSameTimeHaveTheOrderOfTheLog) {
    EXPECT_TRUE(is_certainly_before(point(1, 5s), point(2, 5s)));
    EXPECT_FALSE(is_certainly_before(point(2, 5s), point(1, 5s)));
    EXPECT_FALSE(is_certainly_before(point(1, 5s), point(1, 5s)));
}

TEST(WhenTest, IntervalsThatTouchMayHaveEitherOrder) {
    EXPECT_FALSE(is_certainly_before(between(1, 1s, 5s), between(2, 5s, 6s)));
    EXPECT_FALSE(is_certainly_before(between(2, 5s, 6s), between(1, 1s, 5s)));
    EXPECT_TRUE(is_certainly_before(between(2, 1s, 4s), between(1, 5s, 6s)));
    EXPECT_TRUE(is_possibly_before(between(2, 5s, 6s), between(1, 1s, 5s)));
    EXPECT_FALSE(is_possibly_before(between(2, 6s, 7s), between(1, 1s, 5s)));
}

TEST(WhenTest, SoMuchBeforeMeansMoreThanThat) {
    EXPECT_FALSE(is_certainly_before(point(1, 5s), point(2, 6s), 1s));
    EXPECT_TRUE(is_certainly_before(point(1, 5s), point(2, 6s + 1us), 1s));
}

TEST(TimelineTest, WhatWasInForceAndWhatMayHaveBeen) {
    timeline<int> t;
    const auto may_be = [&t](const when& at, int value) { return t.may_be(at, [value](int v) { return v == value; }); };
    EXPECT_FALSE(t.is_known(point(1, 1s)));
    EXPECT_TRUE(may_be(point(1, 1s), 7)) << "nobody told";

    t.set(point(2, 2s), 1);
    t.set(between(3, 4s, 6s), 2);
    EXPECT_FALSE(may_be(point(4, 3s), 2));
    EXPECT_TRUE(may_be(point(4, 3s), 1));
    EXPECT_TRUE(may_be(point(4, 5s), 1));
    EXPECT_TRUE(may_be(point(4, 5s), 2));
    EXPECT_FALSE(may_be(point(4, 7s), 1));
    EXPECT_TRUE(t.must_be(point(4, 7s), [](int v) { return v == 2; }));
    EXPECT_TRUE(may_be(point(1, 1s), 9)) << "before the first, anything";
}

TEST(TimelineTest, WhatWasForgottenMayHaveBeenAnything) {
    timeline<int> t;
    for (int i = 1; i <= 200; ++i) {
        t.set(point(static_cast<std::uint64_t>(i), i * 1s), i);
    }

    EXPECT_TRUE(t.must_be(point(500, 199s + 1us), [](int v) { return v == 199; }));
    EXPECT_TRUE(t.may_be(point(501, 10s), [](int v) { return v == 190; }));
}

TEST(JudgeTest, ALogThatContradictsItselfIsTheFaultOfWhoeverTellsIt) {
    story hit_without_act;
    hit_without_act.begins().at(1).tell(hit{.act = 9, .target = "web-1", .incarnation = "first", .signal = "TERM"});
    EXPECT_THAT(hit_without_act.judged().faults_of_log(), SizeIs(1));

    story answer_without_wish;
    answer_without_wish.begins().at(1).tell(answered{.wish = 9, .error = {}});
    EXPECT_THAT(answer_without_wish.judged().faults_of_log(), SizeIs(1));

    story twice;
    twice.begins().at(1);
    const std::string message = twice.message_for("web-1", "first");
    twice.tell(act{.id = 1, .group = "web", .target = "web-1", .incarnation = "first", .message = message});
    twice.tell(act{.id = 1, .group = "web", .target = "web-1", .incarnation = "first", .message = message});
    EXPECT_THAT(twice.judged().faults_of_log(), SizeIs(1));
}

TEST(JudgeTest, AnEventThatComesTooLateIsAFaultOfTheLog) {
    judge j;
    j.observe({.at = point(2, 5s), .host = "a", .what = record_read{}});
    j.observe({.at = point(3, 5s), .host = "a", .what = record_read{}});
    EXPECT_TRUE(j.found().is_clean());

    j.observe({.at = point(1, 5s), .host = "a", .what = record_read{}});
    j.observe({.at = point(4, 4s), .host = "a", .what = record_read{}});
    EXPECT_THAT(j.found().faults_of_log(), SizeIs(2));
}

TEST(JudgeTest, EachPromiseIsThereAlsoIfNobodyAskedIt) {
    const judge j;

    EXPECT_THAT(j.found().tallies(), SizeIs(35));
    EXPECT_EQ(j.found().tallies().at("acts_once").decided, 0U);
}

TEST(JudgeTest, CountsAllAndKeepsAThousand) {
    story s;
    s.begins();
    for (int i = 0; i < 1500; ++i) {
        s.at(i + 1).tell(deadlock{"again"});
    }

    const findings found = s.judged();
    EXPECT_EQ(found.tallies().at("never_deadlocks").broken, 1500U);
    EXPECT_THAT(found.violations(), SizeIs(findings::kept_max));
}

TEST(JudgeTest, SaysItForAPerson) {
    story s;
    s.begins().at(10).tell(deadlock{"everything waits"});

    const std::string text = to_text(s.judged());

    EXPECT_THAT(
        text,
        HasSubstr(
            "BROKEN never_deadlocks: the loop of a waits for ever at 10.000000 s: everything waits (events 6)\n"));
    EXPECT_THAT(text, HasSubstr("\nacts_once "));
    EXPECT_EQ(describe(story::monday_at_ten + 1500us), "2026-03-02 10:00:00.001500 UTC");
    EXPECT_EQ(describe(between(1, 1s, 2s)), "at 1.000000 to 2.000000 s");
}

}  // namespace
}  // namespace mayhem::sim::test
