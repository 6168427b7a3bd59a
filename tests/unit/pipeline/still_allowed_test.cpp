// Proves what a driver hears when it asks once more, right before it acts: whatever changed since the guards agreed.
#include "pipeline/still_allowed.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "support/virtual_loop.hpp"
#include "unit/core/plan_support.hpp"
#include "unit/pipeline/fake_driver.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;

struct fixture {
    test::fake_driver driver;
    pipeline::group group{{}, driver, core::random_source{1}};
    core::message message;
    halt_switch halt;
    test::virtual_loop loop;

    fixture() { message.expires_at = loop.clock.wall_now() + std::chrono::hours{1}; }

    std::optional<core::guard> ask() {
        std::optional<core::guard> answer;
        loop.run([](fixture& of, std::optional<core::guard>& into) -> async::awaitable<void> {
            const async::frame here;
            into = still_allowed(of.message, of.group, &of.halt).withdrawn_by();
            co_return;
        }(*this, answer));
        return answer;
    }
};

TEST(StillAllowedTest, SaysYesWhenNothingHasChanged) {
    fixture f;

    EXPECT_EQ(f.ask(), std::nullopt);
}

TEST(StillAllowedTest, SaysNoOnceSomebodyHasHalted) {
    fixture f;
    (void)f.halt.halt({.door = halt_door::command, .who = "alice", .why = {}});

    EXPECT_EQ(f.ask(), core::guard::halted);
}

TEST(StillAllowedTest, SaysNoOnceTheMessageHasExpired) {
    fixture f;
    f.loop.clock.jump_wall(1h);

    EXPECT_EQ(f.ask(), core::guard::expired);
}

TEST(StillAllowedTest, SaysNoOnceTheHoursAreOver) {
    fixture f;
    core::schedule s;
    s.mean_time_between = 1h;
    s.allowed = core::test::rules("Etc/UTC", {"09:00-10:00"});
    f.group.plan.emplace(s, core::random_source{7}, "web");
    const core::wall_time now = f.loop.clock.wall_now();
    const core::wall_time closing = std::chrono::ceil<std::chrono::days>(now) + 10h;
    f.message.expires_at = closing + 1h;

    f.loop.clock.jump_wall(closing - now - 1s);
    EXPECT_EQ(f.ask(), std::nullopt);
    f.loop.clock.jump_wall(1s);
    EXPECT_EQ(f.ask(), core::guard::outside_hours);
}

TEST(StillAllowedTest, SaysNoOnceTheBreakerIsOpen) {
    fixture f;
    core::guard_limits limits;
    limits.breaks_when_lost = true;
    core::outcome o;
    o.verdict = core::verdict::not_recovered;
    ASSERT_TRUE(f.group.state.judge(o, {.id = "a", .incarnation = "1", .name = "a"}, limits));

    EXPECT_EQ(f.ask(), core::guard::breaker_open);
}

}  // namespace
}  // namespace mayhem::pipeline
