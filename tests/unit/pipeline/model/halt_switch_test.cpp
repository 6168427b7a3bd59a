// Proves that each door is opened and closed on its own, and that a message that comes to a halted handler is refused,
// not acted on.
#include "pipeline/model/halt_switch.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/sleep.hpp"
#include "pipeline/handling/message_handler.hpp"
#include "queues/memory/memory_queue.hpp"
#include "support/fake_store.hpp"
#include "support/fake_undo_notes.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;

class counting_driver final : public ports::driver {
public:
    int acts = 0;
    std::chrono::nanoseconds looks_for{0};
    std::string_view kind() const noexcept override { return "counting"; }
    async::awaitable<std::vector<core::target>> list() override {
        const async::frame here;
        co_return std::vector<core::target>{};
    }
    async::awaitable<ports::act_result> restart(const core::target& /*t*/, const ports::go_ahead& may_act) override {
        const async::frame here;
        co_await async::sleep_for(looks_for);
        if (const auto no = may_act.withdrawn_by()) {
            co_return ports::act_result{no};
        }
        ++acts;
        co_return ports::act_result{};
    }
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override {
        const async::frame here;
        co_return t;
    }
};

class silent_observer final : public ports::observer {
public:
    void observe(const ports::step& /*s*/) noexcept override {}
    void warn(std::string_view /*text*/) noexcept override {}
};

/// One message and everything that handles it.
struct handling {
    counting_driver driver;
    group web{{.name = "web", .schedule = {}, .mean_time_between = 1s}, driver, core::random_source(1)};
    test::fake_store store;
    silent_observer observer;
    halt_switch halt;
    test::virtual_loop l;
    queues::memory_queue queue{l.loop, {}};
    lease_keeper leases{l.loop, queue, observer, 2s, 3s};
    acted_incarnations acted;
    restart_requests requests;
    test::no_spans spans;
    async::wall_jumps jumps;
    message_handler handler{{&web},
                            {queue, store, store, store, observer, halt, acted, requests, spans.keeper, jumps},
                            leases,
                            {.dry_run = false},
                            core::random_source(2)};
    async::semaphore slots{1};

    async::awaitable<void> handle_one() {
        const async::frame here;
        auto m = std::make_shared<core::message>();
        m->group = "web";
        m->target = {.id = "a", .incarnation = "1", .name = "a"};
        m->expires_at = l.clock.wall_now() + 1h;
        co_await queue.publish(m, 0);
        ports::delivery d = co_await queue.receive();
        async::semaphore::permit slot = co_await slots.acquire();
        co_await handler.handle(std::move(d), std::move(slot));
    }

    [[nodiscard]] std::optional<core::guard> refused_by() const { return store.outcomes().back().refused_by; }
};

TEST(HaltSwitchTest, OpensAndClosesEachDoorOnItsOwn) {
    halt_switch s;

    EXPECT_TRUE(s.halt({.door = halt_door::command, .who = "alice", .why = "first"}));
    EXPECT_FALSE(s.halt({.door = halt_door::command, .who = "bob", .why = "second"}));
    EXPECT_TRUE(s.halt({.door = halt_door::file, .who = "a file", .why = {}}));
    EXPECT_EQ(s.reasons().front().who, "alice");
    EXPECT_TRUE(s.resume(halt_door::command));
    EXPECT_FALSE(s.resume(halt_door::command));
    EXPECT_TRUE(s.is_halted());
    EXPECT_TRUE(s.resume(halt_door::file));
    EXPECT_FALSE(s.is_halted());
}

TEST(HaltSwitchTest, FindsWhyADoorIsOpen) {
    halt_switch s;
    (void)s.halt({.door = halt_door::command, .who = "alice", .why = "first"});

    ASSERT_NE(s.find(halt_door::command), nullptr);
    EXPECT_EQ(s.find(halt_door::command)->why, "first");
    EXPECT_TRUE(s.is_open(halt_door::command));
    EXPECT_EQ(s.find(halt_door::file), nullptr);
    EXPECT_FALSE(s.is_open(halt_door::file));
}

TEST(HaltSwitchTest, LearnsWhoOpenedADoorAndKeepsTheRest) {
    halt_switch s;
    (void)s.halt({.door = halt_door::command, .who = "uid 7", .why = "first"});
    (void)s.halt({.door = halt_door::config, .who = "the config file", .why = {}});

    s.rename(halt_door::command, "alice");
    s.rename(halt_door::file, "nobody");

    ASSERT_EQ(s.reasons().size(), 2U) << "a closed door stays closed";
    EXPECT_EQ(s.reasons().front().who, "alice");
    EXPECT_EQ(s.reasons().front().why, "first") << "and the first stays the first";
}

TEST(HaltSwitchTest, RefusesAMessageThatComesLater) {
    handling h;
    (void)h.halt.halt({.door = halt_door::command, .who = "alice", .why = {}});

    h.l.run(h.handle_one());

    EXPECT_EQ(h.driver.acts, 0);
    EXPECT_EQ(h.refused_by(), core::guard::halted);
}

TEST(HaltSwitchTest, TakesAReasonThatIsGivenLaterAndNoSecondOne) {
    halt_switch halt;

    EXPECT_TRUE(halt.halt({.door = halt_door::file, .who = "a file", .why = {}}));
    EXPECT_FALSE(halt.halt({.door = halt_door::file, .who = "a file", .why = {}}));
    EXPECT_TRUE(halt.halt({.door = halt_door::file, .who = "a file", .why = "the disk is being replaced"}));
    EXPECT_FALSE(halt.halt({.door = halt_door::file, .who = "a file", .why = "or not"}));

    ASSERT_EQ(halt.reasons().size(), 1U);
    EXPECT_EQ(halt.reasons()[0].why, "the disk is being replaced");
}

TEST(HaltSwitchTest, StopsAMessageThatHasPassedAllGuardsAndHasNotActedYet) {
    handling h;
    h.web.settings.limits.max_per_day = 5;  // so that the last of the guards waits for the record
    h.store.hold("claim");
    h.l.spawn("operator", [](handling& of) -> async::awaitable<void> {
        const async::frame here;
        co_await async::sleep_for(1s);
        EXPECT_EQ(of.store.calls().back(), "claim a #1");
        (void)of.halt.halt({.door = halt_door::command, .who = "alice", .why = {}});
        of.store.release("claim");
    }(h));

    h.l.run(h.handle_one());

    EXPECT_EQ(h.driver.acts, 0);
    EXPECT_EQ(h.refused_by(), core::guard::halted);
    EXPECT_EQ(h.store.outcomes().size(), 1U);
}

TEST(HaltSwitchTest, StopsAMessageWhoseDriverStillLooks) {
    handling h;
    h.driver.looks_for = 10s;
    h.l.spawn("operator", [](handling& of) -> async::awaitable<void> {
        const async::frame here;
        co_await async::sleep_for(5s);
        (void)of.halt.halt({.door = halt_door::command, .who = "alice", .why = {}});
    }(h));

    h.l.run(h.handle_one());

    EXPECT_EQ(h.driver.acts, 0);
    EXPECT_EQ(h.refused_by(), core::guard::halted);
}

TEST(HaltSwitchTest, LetsThatMessageActWhenNobodyHalts) {
    handling h;
    h.web.settings.limits.max_per_day = 5;

    h.l.run(h.handle_one());

    EXPECT_EQ(h.driver.acts, 1);
}

}  // namespace
}  // namespace mayhem::pipeline
