// Proves what the record must say of what lasted: for how long it stood, that its holder was killed if it was, and how
// it was tolerated.
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;

const names untrue{"spans_are_told"};

/// web-1 stands still from 10 s until then, 40 s at most; the record has what it says.
story held(double until, fault_end how, core::duration says, core::span_end by) {
    story s;
    s.begins().at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = true});
    s.tell(fault_began{.fault = 1, .group = "web", .target = "web-1", .until = 50s, .grace = 5s});
    s.stands("web-1", "first", target_state::sick);
    s.at(until).tell(fault_ended{.fault = 1, .how = how});
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = false});
    s.stands("web-1", "first", target_state::down);
    s.stands("web-1", "second");
    s.at(60).tell(recorded_attempt{.message = "message-1",
                                   .verdict = core::verdict::recovered,
                                   .refused_by = {},
                                   .recovery = 0s,
                                   .held = says,
                                   .ended_by = by});
    return s;
}

TEST(SpansToldTest, WhatIsTrueIsNone) {
    story whole = held(50, fault_end::undone, 40s, core::span_end::time_over);
    EXPECT_EQ(whole.broken(), names{});
    EXPECT_EQ(whole.decided("spans_are_told"), 1);
    EXPECT_EQ(held(22, fault_end::undone, 12s, core::span_end::told_to_end).broken(), names{});
    EXPECT_EQ(held(22, fault_end::holder_killed, 12s, core::span_end::holder_gone).broken(), names{});
}

TEST(SpansToldTest, AnotherLengthIsUntrue) {
    EXPECT_EQ(held(22, fault_end::undone, 40s, core::span_end::time_over).broken(), untrue);
    EXPECT_EQ(held(50, fault_end::undone, 12s, core::span_end::told_to_end).broken(), untrue);
}

TEST(SpansToldTest, AHolderThatNobodyKilledIsUntrue) {
    EXPECT_EQ(held(22, fault_end::undone, 12s, core::span_end::holder_gone).broken(), untrue);
}

TEST(SpansToldTest, AHolderThatWasKilledIsToldSo) {
    EXPECT_EQ(held(22, fault_end::holder_killed, 12s, core::span_end::time_over).broken(), untrue);
}

/// The same to its end; the record has that verdict, the config what it demands; `was_sick`: while it stood.
story tolerated(core::verdict v, bool is_demanded, bool was_sick) {
    story s;
    s.web().must_tolerate = is_demanded;
    s.begins().at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = true});
    s.tell(fault_began{.fault = 1, .group = "web", .target = "web-1", .until = 50s, .grace = 5s});
    if (was_sick) {
        s.stands("web-1", "first", target_state::sick);
    }
    s.at(50).tell(fault_ended{.fault = 1});
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = false});
    s.stands("web-1", "first", target_state::down);
    s.stands("web-1", "second");
    s.at(60).tell(recorded_attempt{.message = "message-1",
                                   .verdict = v,
                                   .refused_by = {},
                                   .recovery = 0s,
                                   .held = 40s,
                                   .ended_by = core::span_end::time_over});
    return s;
}

TEST(SpansToldTest, WhatWasNotToleratedIsToldWhereItIsDemanded) {
    constexpr auto fine = core::verdict::recovered;
    constexpr auto red = core::verdict::not_tolerated;

    EXPECT_EQ(tolerated(red, true, true).broken(), names{});
    EXPECT_EQ(tolerated(fine, true, false).broken(), names{});
    EXPECT_EQ(tolerated(fine, false, true).broken(), names{});
    EXPECT_EQ(tolerated(fine, true, true).broken(), untrue);
    EXPECT_EQ(tolerated(red, true, false).broken(), untrue);
    EXPECT_EQ(tolerated(red, false, true).broken(), untrue);
}

/// It stands for 40 s, with an effect or without; the record has that verdict.
story seen(bool has_no_effect, core::verdict v, fault_end how = fault_end::undone) {
    story s;
    s.begins().at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = true});
    s.tell(fault_began{
        .fault = 1, .group = "web", .target = "web-1", .until = 50s, .grace = 5s, .has_no_effect = has_no_effect});
    s.at(50).tell(fault_ended{.fault = 1, .how = how});
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = false});
    s.stands("web-1", "first", target_state::down);
    s.stands("web-1", "second");
    s.at(60).tell(recorded_attempt{
        .message = "message-1",
        .verdict = v,
        .refused_by = {},
        .recovery = 0s,
        .held = 40s,
        .ended_by = how == fault_end::undone ? core::span_end::time_over : core::span_end::holder_gone});
    return s;
}

TEST(SpansToldTest, WhatHadNoEffectIsToldSoAndNothingElseIs) {
    using core::verdict;

    EXPECT_EQ(seen(true, verdict::no_effect).broken(), names{});
    EXPECT_EQ(seen(true, verdict::recovered).broken(), untrue);
    EXPECT_EQ(seen(false, verdict::no_effect).broken(), untrue);
    EXPECT_EQ(seen(true, verdict::recovered, fault_end::holder_killed).broken(), names{}) << "nobody can say";
}

/// It is to end at 50 s, and does so then; the record has at 100 s that it could not be ended.
story stuck(double ends, bool opens_breaker, bool breaks = true, core::verdict v = core::verdict::fault_stuck) {
    story s;
    s.web().limits.breaks_when_lost = breaks;
    s.begins().at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = true});
    s.tell(fault_began{.fault = 1, .group = "web", .target = "web-1", .until = 50s, .grace = 600s});
    if (ends > 50) {
        s.at(50).tell(trouble{.id = 9, .kind = trouble_kind::undo, .group = "web", .what = "it stands on"});
        s.at(ends).tell(trouble{.id = 9, .kind = trouble_kind::undo, .stands = false, .group = "web"});
    }
    s.at(ends).tell(fault_ended{.fault = 1});
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = false});
    s.stands("web-1", "first", target_state::down);
    s.stands("web-1", "second");
    s.at(100).tell(recorded_attempt{.message = "message-1",
                                    .verdict = v,
                                    .refused_by = {},
                                    .held = 40s,
                                    .ended_by = core::span_end::time_over,
                                    .opens_breaker = opens_breaker});
    return s;
}

TEST(SpansToldTest, WhatCouldNotBeEndedIsToldSoAndOpensTheBreaker) {
    EXPECT_EQ(stuck(70, true).broken(), names{});
    EXPECT_EQ(stuck(70, false, false).broken(), names{}) << "its group says so";
    EXPECT_EQ(stuck(70, false).broken(), untrue);
    EXPECT_EQ(stuck(70, true, true, core::verdict::not_recovered).broken(), untrue) << "that says nothing of it";
    EXPECT_EQ(stuck(40, true).broken(), untrue) << "it had ended";
}

/// It ends at 22 s; its stop condition is red from then on, or never.
story stopped(bool is_red, core::verdict v, core::span_end by) {
    story s;
    s.begins().at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = true});
    s.tell(fault_began{.fault = 1, .group = "web", .target = "web-1", .until = 50s, .grace = 5s});
    s.stands("web-1", "first", target_state::sick);
    if (is_red) {
        s.at(21).tell(stop_condition_is{.group = "web", .is_red = true});
    }
    s.at(22).tell(fault_ended{.fault = 1});
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = false});
    s.stands("web-1", "first", target_state::down);
    s.stands("web-1", "second");
    s.at(60).tell(recorded_attempt{
        .message = "message-1", .verdict = v, .refused_by = {}, .recovery = 0s, .held = 12s, .ended_by = by});
    return s;
}

TEST(SpansToldTest, WhatAStopConditionEndedIsToldSo) {
    using core::span_end;
    using core::verdict;

    EXPECT_EQ(stopped(true, verdict::aborted, span_end::stop_condition).broken(), names{});
    EXPECT_EQ(stopped(true, verdict::recovered, span_end::told_to_end).broken(), names{}) << "something else did";
    EXPECT_EQ(stopped(false, verdict::aborted, span_end::stop_condition).broken(), untrue);
    EXPECT_EQ(stopped(true, verdict::recovered, span_end::stop_condition).broken(), untrue);
    EXPECT_EQ(stopped(true, verdict::aborted, span_end::time_over).broken(), untrue);
}

/// Stands from 10 s until then; the stop condition of its group is red from 20 s until then.
story red(double stands_until, double red_until, bool has_one = true) {
    story s;
    s.web().has_stop_condition = has_one;
    s.begins().at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = true});
    s.tell(fault_began{.fault = 1, .group = "web", .target = "web-1", .until = 50s, .grace = 5s});
    s.stands("web-1", "first", target_state::sick);
    s.at(20).tell(stop_condition_is{.group = "web", .is_red = true});
    s.at(stands_until).tell(fault_ended{.fault = 1});
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = false});
    s.stands("web-1", "first", target_state::down);
    s.stands("web-1", "second");
    s.at(red_until).tell(stop_condition_is{.group = "web", .is_red = false});
    return s;
}

TEST(StopsWhenRedTest, WhatStandsEndsSoonAfterTheStopConditionIsRed) {
    const names late{"stops_when_red"};

    EXPECT_EQ(red(21.5, 40).broken(), names{});
    EXPECT_EQ(red(21.5, 40).decided("stops_when_red"), 1);
    EXPECT_EQ(red(24, 40).broken(), late);
    EXPECT_EQ(red(45, 40).broken(), late);
    EXPECT_EQ(red(45, 22).broken(), names{}) << "it was over before anybody must have seen it";
    EXPECT_EQ(red(45, 40, false).broken(), names{}) << "nobody asks it";
}

}  // namespace
}  // namespace mayhem::sim::test
