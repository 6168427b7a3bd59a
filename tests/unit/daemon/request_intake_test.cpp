// Proves what becomes of a request from outside, through a whole daemon's life on virtual time: one act for each id,
// acked only when that is over (F11), extended meanwhile (F13), given back at the end (F28), and a reason for whatever
// is given up.
#include "daemon/request_intake.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "requests/request.hpp"
#include "support/request_broker.hpp"
#include "unit/daemon/small_world.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::SizeIs;
using testing::StartsWith;

constexpr int forced_end = 143;

/// A group that nothing happens to by itself, and a queue through which something may be asked for in it.
const std::string quiet =
    "[log]\nlevel = 'critical'\n[queue.ci]\ndriver = 'jetstream'\nservers = ['nats://127.0.0.1:4222']\ngroups = "
    "['herd']\nhost = 'web-1'\nmax_in_flight = 4\n[group.herd]\ndriver = 'simulated'\nhosts = 3\n"
    "failure_probability = 0.0\nmean_time_between = '365d'\n";
const std::string ready_to_act = "dry_run = false\n" + quiet;

std::string ask(const std::string& id, std::optional<std::string> target = {}, const std::string& host = "web-1") {
    return requests::to_json({.id = id, .host = host, .group = "herd", .by = "ci", .target = std::move(target)});
}

struct world_with_requests {
    explicit world_with_requests(const std::string& config = ready_to_act) : world(config, memory) { begin(); }

    test::small_memory memory;
    test::small_world world;
    test::request_broker broker{world.loop.loop};
    std::unique_ptr<life> alive;

    void begin() {
        app::world parts = world.parts();
        parts.open_requests = [this](const request_queue_config& c) {
            return opened_requests{.from = broker.subscribe(), .host = c.policy.host};
        };
        alive = std::make_unique<life>(std::move(parts), world.options());
        alive->start();
    }
    void run(async::clock::duration d) { world.loop.run_for(d); }
    void end() {
        alive->stop("SIGTERM", forced_end);
        world.loop.run();
        EXPECT_TRUE(world.is_over);
    }

    [[nodiscard]] std::size_t calls(const std::string& begin_with) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            memory.store.calls(), [&](const std::string& call) { return call.starts_with(begin_with); }));
    }
    [[nodiscard]] std::optional<ports::recorded_message> message(const std::string& request) const {
        const auto found = memory.store.on_record.find(requests::message_id(request));
        return found == memory.store.on_record.end() ? std::nullopt : std::optional(found->second);
    }
};

TEST(RequestIntakeTest, F11_ARequestIsAckedOnceItsTargetWasRestartedAndThatIsOnRecord) {
    world_with_requests w;
    w.broker.put(ask("a"));
    w.memory.store.hold("record");

    w.run(10s);
    EXPECT_THAT(w.broker.said_but_extend(), ElementsAre("receive 1 #1"));
    w.memory.store.release("record");
    w.run(10s);
    w.end();

    EXPECT_THAT(w.broker.said_but_extend(), ElementsAre("receive 1 #1", "ack 1"));
    ASSERT_THAT(w.memory.store.outcomes(), SizeIs(1));
    EXPECT_EQ(w.memory.store.outcomes().front().verdict, core::verdict::recovered);
    EXPECT_EQ(w.message("a")->settled, core::disposition::acked);
}

TEST(RequestIntakeTest, F13_ALeaseIsExtendedForAsLongAsItsRequestIsHeld) {
    world_with_requests w;
    w.broker.put(ask("a"));
    w.memory.store.hold("record");

    w.run(65s);
    const auto extended = std::ranges::count(w.broker.said, "extend 1");
    w.memory.store.release("record");
    w.run(10s);
    const auto at_the_end = std::ranges::count(w.broker.said, "extend 1");
    w.run(60s);
    w.end();

    EXPECT_EQ(extended, 6);  // each third of the 30 s
    EXPECT_EQ(std::ranges::count(w.broker.said, "extend 1"), at_the_end);
    EXPECT_EQ(std::ranges::count(w.broker.said, "receive 1 #2"), 0);
}

TEST(RequestIntakeTest, TheSameIdIsDoneOnceHoweverOftenItIsAskedFor) {
    world_with_requests w;
    for (int i = 0; i < 3; ++i) {
        w.broker.put(ask("a"));
    }
    w.run(30s);
    w.broker.put(ask("a", "cattle-0000"));
    w.run(30s);
    w.end();

    EXPECT_EQ(w.calls("enter"), 1U);
    EXPECT_THAT(w.memory.store.outcomes(), SizeIs(1));
    EXPECT_EQ(w.broker.kept(), 0U);
}

TEST(RequestIntakeTest, ARequestWhoseAckIsLostComesAgainAndIsNotDoneAgain) {
    world_with_requests w;
    w.broker.put(ask("a"));
    w.broker.is_time_over = true;  // the lease is lost as soon as it is to be extended
    w.memory.store.hold("record");
    w.run(90s);
    w.broker.is_time_over = false;
    w.memory.store.release("record");
    w.run(60s);
    w.end();

    EXPECT_EQ(w.calls("enter"), 1U);
    EXPECT_THAT(w.memory.store.outcomes(), SizeIs(1));
    EXPECT_THAT(w.broker.said, Contains("receive 1 #2"));
    EXPECT_EQ(w.broker.kept(), 0U);
}

TEST(RequestIntakeTest, WhatIsForAnotherHostGoesBackWithAPauseAndIsNowhereOnRecord) {
    world_with_requests w;
    w.broker.put(ask("a", {}, "web-2"));

    w.run(1s);
    w.end();

    EXPECT_EQ(w.calls("enter"), 0U);
    ASSERT_GE(w.broker.said.size(), 4U);
    EXPECT_EQ(w.broker.said[0], "receive 1 #1");
    EXPECT_EQ(w.broker.said[1], "nack 1 100 ms");
    EXPECT_EQ(w.broker.said[2], "receive 1 #2");
    EXPECT_EQ(w.broker.said[3], "nack 1 200 ms");
}

TEST(RequestIntakeTest, WhatIsNoRequestIsKeptAsideWithTheReason) {
    world_with_requests w;
    w.broker.put("restart something");
    w.broker.put(R"({"id":"x","host":"web-1","group":"payments","by":"ci"})");
    w.broker.put(ask("y", "cattle-zzzz"));

    w.run(20s);
    w.end();

    EXPECT_THAT(w.broker.said, Contains("dead 1 it is no request: it is not JSON"));
    EXPECT_THAT(w.broker.said, Contains("dead 2 nothing may be asked for in group \"payments\" through this queue: "
                                        "groups = herd"));
    EXPECT_THAT(w.broker.said, Contains(StartsWith("dead 3 no group selects a target 'cattle-zzzz' now")));
    EXPECT_EQ(w.calls("enter"), 0U);
    EXPECT_EQ(w.broker.kept(), 0U);
}

TEST(RequestIntakeTest, AnActionThatTheGroupDoesNotHaveIsNotDone) {
    world_with_requests w;
    w.broker.put(R"({"id":"x","host":"web-1","group":"herd","by":"ci","action":"freeze"})");

    w.run(10s);
    w.end();

    EXPECT_THAT(w.broker.said, Contains(StartsWith("dead 1 group 'herd' has no action 'freeze': it has restart")));
}

TEST(RequestIntakeTest, ADryRunStaysOne) {
    world_with_requests w(quiet);
    w.broker.put(ask("a"));

    w.run(10s);
    w.end();

    ASSERT_THAT(w.memory.store.outcomes(), SizeIs(1));
    EXPECT_EQ(w.memory.store.outcomes().front().refused_by, core::guard::dry_run);
    EXPECT_THAT(w.broker.said_but_extend(), ElementsAre("receive 1 #1", "ack 1"));
}

TEST(RequestIntakeTest, WhatComesAfterItsTimeIsRefusedAndOnRecord) {
    world_with_requests w;
    w.run(10s);
    w.broker.put(requests::to_json(
        {.id = "late", .host = "web-1", .group = "herd", .by = "ci", .until = w.world.loop.clock.wall_now() - 1s}));
    w.run(10s);
    w.end();

    ASSERT_THAT(w.memory.store.outcomes(), SizeIs(1));
    EXPECT_EQ(w.memory.store.outcomes().front().refused_by, core::guard::expired);
    EXPECT_EQ(w.broker.kept(), 0U);
}

TEST(RequestIntakeTest, F28_AtTheEndNothingMoreIsReceivedAndWhatIsHeldGoesBack) {
    world_with_requests w;
    w.memory.store.hold("enter");
    w.broker.put(ask("a"));
    w.run(5010ms);
    w.broker.put(ask("b"));
    w.memory.store.fail("enter");

    w.alive->stop("SIGTERM", forced_end);
    w.memory.store.release("enter");
    w.world.loop.run();

    EXPECT_TRUE(w.world.is_over);
    EXPECT_THAT(w.broker.said_but_extend(), ElementsAre("receive 1 #1", "nack 1 0 ns"));
    EXPECT_EQ(w.broker.kept(), 2U);
}

TEST(RequestIntakeTest, WhatAFormerLifeHasDoneIsNotDoneAgain) {
    world_with_requests w;
    w.broker.put(ask("a"));
    w.broker.are_answers_lost = true;
    w.run(5s);
    w.end();
    const std::size_t acts = w.memory.store.outcomes().size();

    w.broker.are_answers_lost = false;
    w.broker.put(ask("a"));
    w.world.is_over = false;
    w.begin();
    w.run(60s);
    w.end();

    EXPECT_EQ(acts, 1U);
    EXPECT_THAT(w.memory.store.outcomes(), SizeIs(1));
    EXPECT_EQ(w.broker.kept(), 0U);
}

TEST(RequestIntakeTest, WhatAFormerLifeHasLeftUnfinishedIsWaitedFor) {
    world_with_requests w;
    w.end();
    core::message m;
    m.id = requests::message_id("a");
    m.group = "herd";
    m.target = {.id = "cattle-0000", .incarnation = "1", .name = "cattle-0000"};
    m.planned_at = w.world.loop.clock.wall_now();
    m.expires_at = m.planned_at + 1h;
    w.memory.store.on_record.emplace(m.id, ports::recorded_message{.message = m});
    w.memory.store.left_unfinished({{.message = m, .attempts = 1, .retry_at = {}, .may_have_acted = false}});
    w.broker.put(ask("a"));

    w.world.is_over = false;
    w.begin();
    w.run(60s);
    w.end();

    EXPECT_EQ(w.calls("enter"), 0U);
    EXPECT_THAT(w.broker.said_but_extend(), ElementsAre("receive 1 #1", "ack 1"));
}

TEST(RequestIntakeTest, AReloadWaitsForWhatHasBegunAndKeepsItsLease) {
    world_with_requests w;
    w.memory.store.hold("record");
    w.broker.put(ask("a"));
    w.run(2s);
    w.alive->hang_up("SIGHUP");
    w.broker.put(ask("b"));
    w.run(40s);
    w.memory.store.release("record");
    w.run(2min);
    w.end();

    EXPECT_EQ(std::ranges::count(w.broker.said, "receive 1 #2"), 0);
    EXPECT_THAT(w.memory.store.outcomes(), SizeIs(2));
    EXPECT_EQ(w.broker.kept(), 0U);
}

TEST(RequestIntakeTest, NothingHappensWhileTheBrokerIsAwayAndWhatWasBegunIsSettledWhenItIsBack) {
    world_with_requests w;
    w.broker.put(ask("a"));
    w.memory.store.hold("record");
    w.run(5s);
    w.broker.is_away = true;
    w.memory.store.release("record");
    w.broker.put(ask("b"));
    w.run(2min);
    EXPECT_EQ(w.broker.kept(), 2U);
    EXPECT_EQ(w.calls("enter"), 1U);
    w.broker.is_away = false;
    w.run(2min);
    w.end();

    EXPECT_EQ(w.broker.kept(), 0U);
    EXPECT_THAT(w.memory.store.outcomes(), SizeIs(2));
}

TEST(RequestIntakeTest, AHaltHoldsForRequestsToo) {
    world_with_requests w("halted = true\n" + ready_to_act);
    w.broker.put(ask("a"));

    w.run(10s);
    w.end();

    ASSERT_THAT(w.memory.store.outcomes(), SizeIs(1));
    EXPECT_EQ(w.memory.store.outcomes().front().refused_by, core::guard::halted);
}

}  // namespace
}  // namespace mayhem::app
