// Proves what a driver hears when it asks once more, right before it acts: whatever changed since the guards agreed.
#include "pipeline/still_allowed.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "queues/memory_queue.hpp"
#include "support/virtual_loop.hpp"
#include "unit/core/plan_support.hpp"
#include "unit/pipeline/fake_driver.hpp"
#include "unit/pipeline/recording_observer.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;

struct fixture {
    test::fake_driver driver;
    pipeline::group group{{}, driver, core::random_source{1}};
    core::message message;
    halt_switch halt;
    bool is_given = false;
    bool loses_the_lease = false;
    test::virtual_loop loop;
    queues::memory_queue queue{loop.loop, {.capacity = 1, .lease = 3s}};
    test::recording_observer seen{loop.clock};
    lease_keeper keeper{loop.loop, queue, seen, 2s, 3s};

    fixture() { message.expires_at = loop.clock.wall_now() + std::chrono::hours{1}; }

    std::optional<core::guard> ask() {
        std::optional<core::guard> answer;
        loop.run([](fixture& of, std::optional<core::guard>& into) -> async::awaitable<void> {
            const async::frame here;
            co_await of.queue.publish(std::make_shared<const core::message>(of.message), 0);
            const ports::delivery d = co_await of.queue.receive();
            ports::delivery held = d;
            held.lease += of.loses_the_lease ? 1 : 0;  // one that the queue does not know
            const lease_keeper::hold lease{of.keeper, held};
            into = still_allowed(of.message, of.group, &of.halt, lease, of.is_given).withdrawn_by();
            (void)co_await of.queue.ack(d);
        }(*this, answer));
        return answer;
    }
};

TEST(StillAllowedTest, SaysYesWhenNothingHasChanged) {
    fixture f;

    EXPECT_EQ(f.ask(), std::nullopt);
}

TEST(StillAllowedTest, RemembersThatItSaidYes) {
    fixture f;
    f.loses_the_lease = true;
    EXPECT_EQ(f.ask(), core::guard::expired) << "somebody else has the message";
    EXPECT_FALSE(f.is_given);

    f.loses_the_lease = false;
    EXPECT_EQ(f.ask(), std::nullopt);
    EXPECT_TRUE(f.is_given);
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
