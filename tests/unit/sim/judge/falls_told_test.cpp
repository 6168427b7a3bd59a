// Proves what the record must say of those who fell with a target though no driver could know: that they did, and of
// nobody else.
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;

const names untrue{"falls_are_told"};

/// web-1 is hit at 10 s and back at 20 s; web-2, which nobody knows to be bound to it, falls with it at 11 s if it
/// does. The record says so.
story bound(bool does_fall, std::vector<std::string> says) {
    story s;
    s.web().limits.min_healthy = 1;  // so that its guards list it
    s.begins().at(10);
    const std::string message = s.message_for("web-1", "first");
    s.tell(act{
        .id = 77, .group = "web", .target = "web-1", .incarnation = "first", .message = message, .untold = {"web-2"}});
    s.tell(hit{.act = 77, .target = "web-1", .incarnation = "first", .signal = "TERM"});
    s.stands("web-1", "first", target_state::down);
    if (does_fall) {
        s.at(11).stands("web-2", "first", target_state::down);
        s.at(12).stands("web-2", "second");
    }
    s.at(20).stands("web-1", "second");
    s.at(300).tell(phase_begins{.phase = phase_kind::calm, .within = 60s});
    s.at(499).tell(recorded_message{
        .message = message, .group = "web", .planned_at = s.wall_begin + 10s, .state = message_state::acked});
    s.tell(recorded_attempt{.message = message,
                            .verdict = core::verdict::recovered,
                            .refused_by = {},
                            .recovery = 10s,
                            .unforetold = std::move(says)});
    s.tell(record_read{});
    s.at(500).tell(phase_begins{.phase = phase_kind::over});
    return s;
}

TEST(FallsToldTest, WhoFellIsOnRecord) {
    const story s = bound(true, {"web-2 first"});
    EXPECT_EQ(s.broken(), names{});
    EXPECT_GT(s.decided("falls_are_told"), 0U);
    EXPECT_EQ(bound(true, {}).broken(), untrue);
}

TEST(FallsToldTest, WhoDidNotFallIsNotOnRecord) {
    EXPECT_EQ(bound(false, {}).broken(), names{});
    EXPECT_EQ(bound(false, {"web-2 first"}).broken(), untrue);
}

}  // namespace
}  // namespace mayhem::sim::test
