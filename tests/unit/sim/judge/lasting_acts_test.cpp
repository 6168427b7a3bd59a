// Proves what the record must say of an act that lasts: its recovery counts from its end, and what became of it is
// known no sooner.
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;

const names untrue{"record_is_true"};

/// web-1 is paused at 10 s, and again healthy at 200 s: long after its time to recover would be over.
story paused(double until = 200) {
    story s;
    s.begins().at(10);
    s.acts("web-1", "first", s.message_for("web-1", "first"));
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = true});
    s.tell(fault_began{.fault = 1, .group = "web", .target = "web-1", .until = 200s, .grace = 5s});
    s.stands("web-1", "first", target_state::sick);
    s.at(until).tell(fault_ended{.fault = 1});
    s.tell(fault_owner_is{.fault = 1, .owner = fault_owner::note, .is_there = false});
    s.stands("web-1", "first", target_state::down);
    s.stands("web-1", "second");
    return s;
}

/// A calm phase from 300 s to 500 s, at the end of which the record says so.
story& recorded(story& s, core::verdict v, std::optional<core::duration> recovery = {}) {
    s.at(300).tell(phase_begins{.phase = phase_kind::calm, .within = 60s});
    s.at(499).tell(recorded_message{
        .message = "message-1", .group = "web", .planned_at = s.wall_begin + 10s, .state = message_state::acked});
    s.tell(recorded_attempt{.message = "message-1", .verdict = v, .refused_by = {}, .recovery = recovery});
    s.tell(record_read{});
    s.at(500).tell(phase_begins{.phase = phase_kind::over});
    return s;
}

TEST(LastingActsTest, RecoverFromTheirEnd) {
    story s = paused();
    EXPECT_EQ(recorded(s, core::verdict::recovered, 0s).broken(), names{});
    EXPECT_EQ(s.decided("record_is_true"), 1);

    story too_long = paused();
    EXPECT_EQ(recorded(too_long, core::verdict::recovered, 195s).broken(), untrue);
}

TEST(LastingActsTest, WhatStoodWhenItWasOverHasRecovered) {
    story s = paused();
    EXPECT_EQ(recorded(s, core::verdict::not_recovered, 60s).broken(), untrue);
}

TEST(LastingActsTest, WhoDiedBeforeItsEndMayNotKnow) {
    story s = paused();
    s.at(150).tell(life_ended{.how = life_end::killed});
    s.at(151).tell(life_began{.life = 2});
    EXPECT_EQ(recorded(s, core::verdict::cancelled).broken(), names{});

    story late = paused();
    late.at(280).tell(life_ended{.how = life_end::killed});
    late.at(281).tell(life_began{.life = 2});
    EXPECT_EQ(recorded(late, core::verdict::cancelled).broken(), untrue);
}

}  // namespace
}  // namespace mayhem::sim::test
