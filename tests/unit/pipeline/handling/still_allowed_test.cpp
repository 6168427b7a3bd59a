// Proves what a driver hears when it asks once more, right before it acts: whatever changed since the guards agreed.
#include "pipeline/handling/still_allowed.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "queues/memory/memory_queue.hpp"
#include "support/fake_store.hpp"
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
    acted_incarnations acted;
    test::fake_store record;
    guard_look look{halt, acted, record, true};
    place taken;
    go_ahead_given given;
    bool loses_the_lease = false;
    test::virtual_loop loop;
    queues::memory_queue queue{loop.loop, {.capacity = 4, .lease = 3s}};
    test::recording_observer seen{loop.clock};
    lease_keeper keeper{loop.loop, queue, seen, 2s, 3s};

    fixture() {
        group.settings.name = "web";
        message.expires_at = loop.clock.wall_now() + std::chrono::hours{1};
    }

    std::optional<core::guard> ask() { return on_loop(&still_allowed::withdrawn_by); }
    std::string why_it_must_end() { return on_loop(&still_allowed::must_end).value_or(""); }

    bool is_closing = false;

private:
    template <typename Answer>
    Answer on_loop(Answer (still_allowed::*question)() const) {
        Answer answer;
        loop.run([](fixture& of, auto asked, Answer& into) -> async::awaitable<void> {
            const async::frame here;
            co_await of.queue.publish(std::make_shared<const core::message>(of.message), 0);
            const ports::delivery d = co_await of.queue.receive();
            const lease_keeper::hold lease{of.keeper, d};
            if (of.loses_the_lease) {
                (void)co_await of.queue.nack(d, 1h);  // behind its back
                async::task_group keeping(async::this_loop(), "keeper", [](const async::task_failure&) {});
                keeping.spawn("run", of.keeper.run());
                co_await async::sleep_for(2001ms);
                keeping.cancel();
                co_await keeping.join();
            }
            into = (still_allowed(of.message, of.group, of.group.driver, of.look, of.record, of.is_closing, lease,
                                  of.taken, of.given).*
                    asked)();
            (void)co_await of.queue.ack(d);
        }(*this, question, answer));
        return answer;
    }
};

TEST(StillAllowedTest, SaysYesWhenNothingHasChanged) {
    fixture f;

    EXPECT_EQ(f.ask(), std::nullopt);
    EXPECT_EQ(f.why_it_must_end(), "");
}

TEST(StillAllowedTest, RemembersThatItSaidYes) {
    fixture f;
    f.loses_the_lease = true;
    EXPECT_EQ(f.ask(), core::guard::expired) << "somebody else has the message";
    EXPECT_FALSE(f.given.at);

    f.loses_the_lease = false;
    EXPECT_EQ(f.ask(), std::nullopt);
    EXPECT_EQ(f.given.at, f.loop.loop.turn_time());
}

TEST(StillAllowedTest, SaysNoOnceSomebodyHasHalted) {
    fixture f;
    (void)f.halt.halt({.door = halt_door::command, .who = "alice", .why = "the disk is full"});

    EXPECT_EQ(f.ask(), core::guard::halted);
    EXPECT_EQ(f.why_it_must_end(), "Mayhem was halted by alice: the disk is full");
}

TEST(StillAllowedTest, WhatLastsMustEndOnceNothingNewIsTaken) {
    fixture f;
    f.is_closing = true;

    EXPECT_EQ(f.ask(), std::nullopt) << "what was taken before may act";
    EXPECT_EQ(f.why_it_must_end(), "Mayhem takes no new work: it reloads its config, or is drained");
}

TEST(StillAllowedTest, SaysNoOnceTheMessageHasExpired) {
    fixture f;
    f.loop.clock.jump_wall(1h);

    EXPECT_EQ(f.ask(), core::guard::expired);
    EXPECT_EQ(f.why_it_must_end(), "") << "that is about beginning";
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
    EXPECT_EQ(f.why_it_must_end(), "group 'web': outside the hours");
}

TEST(StillAllowedTest, WhatWouldOutlastTheHoursIsNotBegunAndWhatStandsGoesOn) {
    fixture f;
    f.driver.lasts_for.length = 30s;
    core::schedule s;
    s.mean_time_between = 1h;
    s.allowed = core::test::rules("Etc/UTC", {"09:00-10:00"});
    f.group.plan.emplace(s, core::random_source{7}, "web");
    const core::wall_time now = f.loop.clock.wall_now();
    const core::wall_time closing = std::chrono::ceil<std::chrono::days>(now) + 10h;
    f.message.expires_at = closing + 1h;

    f.loop.clock.jump_wall(closing - now - 30s);
    EXPECT_EQ(f.ask(), std::nullopt);
    f.loop.clock.jump_wall(1s);
    EXPECT_EQ(f.ask(), core::guard::too_near_the_end);
    EXPECT_EQ(f.why_it_must_end(), "") << "that is about beginning";
}

TEST(StillAllowedTest, SaysNoOnceTheDayIsExcluded) {
    fixture f;
    const core::wall_time midnight = std::chrono::ceil<std::chrono::days>(f.loop.clock.wall_now());
    core::schedule s;
    s.mean_time_between = 1h;
    s.allowed = core::test::rules("Etc/UTC", {}, {}, {"2023-11-15"});  // the second day of virtual time
    f.group.plan.emplace(s, core::random_source{7}, "web");
    f.message.expires_at = midnight + 1h;

    f.loop.clock.jump_wall(midnight - f.loop.clock.wall_now() - 1s);
    EXPECT_EQ(f.why_it_must_end(), "");
    f.loop.clock.jump_wall(1s);
    EXPECT_EQ(f.ask(), core::guard::excluded_day);
    EXPECT_EQ(f.why_it_must_end(), "group 'web': the day is excluded");
}

/// Half past an hour of the day after, by the clock on the wall.
void go_to_half_past(test::virtual_loop& l) {
    const core::wall_time now = l.clock.wall_now();
    l.clock.jump_wall(std::chrono::ceil<std::chrono::days>(now) + 10h + 30min - now);
}

TEST(StillAllowedTest, SaysNoOnceTheHourOfItsPlaceIsOver) {
    fixture f;
    go_to_half_past(f.loop);
    f.message.expires_at = f.loop.clock.wall_now() + 48h;
    f.taken.taken_in = core::windows_at(f.loop.clock.wall_now(), core::zone::utc());

    f.loop.clock.jump_wall(-31min);
    EXPECT_EQ(f.ask(), core::guard::hourly_limit) << "set back into an hour of which nobody has counted the acts";
    EXPECT_TRUE(f.given.lacks_a_place);
    f.loop.clock.jump_wall(61min);
    EXPECT_EQ(f.ask(), core::guard::hourly_limit);
    f.loop.clock.jump_wall(-1min);
    EXPECT_EQ(f.ask(), std::nullopt);
    EXPECT_FALSE(f.given.lacks_a_place);
    f.loop.clock.jump_wall(1h);
    EXPECT_EQ(f.ask(), std::nullopt) << "it was begun when it counted";
}

TEST(StillAllowedTest, NobodyCountsTheHourOfAGroupWithoutSuchLimits) {
    fixture f;
    go_to_half_past(f.loop);
    f.message.expires_at = f.loop.clock.wall_now() + 48h;

    f.loop.clock.jump_wall(-31min);
    EXPECT_EQ(f.ask(), std::nullopt);
}

TEST(StillAllowedTest, SaysNoOnceTheBreakerIsOpen) {
    fixture f;
    core::guard_limits limits;
    limits.breaks_when_lost = true;
    core::outcome o;
    o.verdict = core::verdict::not_recovered;
    ASSERT_TRUE(f.group.state.judge(o, {.id = "a", .incarnation = "1", .name = "a"}, limits));

    EXPECT_EQ(f.ask(), core::guard::breaker_open);
    EXPECT_EQ(f.why_it_must_end(), "group 'web': the breaker is open: " + f.group.state.breaker()->reason);
}

}  // namespace
}  // namespace mayhem::pipeline
