// Proves that a restart which somebody asked for goes the way of all messages (journal, queue, guards, handler), that
// whoever asked learns how it ended, and that nothing of it is lost at a shutdown. On virtual time.
#include "pipeline/model/restart_requests.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct asking {
    /// Asks after a second.
    void ask(const std::string& name) {
        f.at(1s, [this, name](service& s) {
            core::message m;
            m.id = core::uuid::random(f.random);
            m.group = "cattle";
            m.target = f.driver.know(name);
            m.planned_at = f.loop.clock.wall_now();
            m.expires_at = m.planned_at + 1min;
            made = requests.open(m);
            accepted = s.request(std::make_shared<const core::message>(m));
        });
    }

    test::flow f;
    restart_requests& requests = f.requests;
    std::shared_ptr<restart_request> made;
    bool accepted = false;
};

TEST(RestartRequestsTest, GoesTheWayOfAllMessages) {
    asking a;
    a.ask("web");

    a.f.run();

    EXPECT_TRUE(a.accepted);
    EXPECT_THAT(a.f.store.calls(), ElementsAre("enter web", "save web #1", "record web #1 recovered acked"));
    EXPECT_THAT(a.f.driver.acts(), ElementsAre("web 1"));
    ASSERT_TRUE(a.made->is_over());
    EXPECT_EQ(a.made->last->verdict, core::verdict::recovered);
    EXPECT_EQ(a.requests.find(a.made->message.id), a.made);
}

TEST(RestartRequestsTest, ADryRunRefusesAndSaysSo) {
    asking a;
    a.f.settings.dry_run = true;
    a.ask("web");

    a.f.run();

    EXPECT_THAT(a.f.driver.acts(), IsEmpty());
    EXPECT_EQ(a.made->last->refused_by, core::guard::dry_run);
    EXPECT_EQ(a.made->explanation, "dry_run is on");
}

TEST(RestartRequestsTest, AHaltRefusesAndSaysSo) {
    asking a;
    (void)a.f.halt.halt({.door = halt_door::command, .who = "alice", .why = {}});
    a.ask("web");

    a.f.run();

    EXPECT_THAT(a.f.driver.acts(), IsEmpty());
    EXPECT_EQ(a.made->last->refused_by, core::guard::halted);
    EXPECT_EQ(a.made->explanation, "halted");
}

TEST(RestartRequestsTest, ALimitRefusesAndSaysWhatItLookedAt) {
    asking a;
    a.f.group.settings.limits.max_per_day = 5;
    a.f.store.so_far.today = 5;
    a.ask("web");

    a.f.run();

    EXPECT_THAT(a.f.driver.acts(), IsEmpty());
    EXPECT_EQ(a.made->last->refused_by, core::guard::daily_limit);
    EXPECT_EQ(a.made->explanation, "5 restarts today, at most 5");
}

TEST(RestartRequestsTest, TheDriversOwnRefusalIsToldToo) {
    asking a;
    a.f.driver.refuses = core::guard::protected_target;
    a.ask("web");

    a.f.run();

    EXPECT_EQ(a.made->last->refused_by, core::guard::protected_target);
    EXPECT_EQ(a.made->explanation, "seen right before the act itself");
}

TEST(RestartRequestsTest, IsTriedAgainAndGivenUpAsAllAre) {
    asking a;
    a.f.driver.restart_failures = 3;
    a.ask("web");

    a.f.run();

    ASSERT_TRUE(a.made->is_over());
    EXPECT_EQ(a.made->last->disposition, core::disposition::dead_lettered);
    EXPECT_EQ(a.made->last->attempt, 3);
}

TEST(RestartRequestsTest, NothingIsDoneThatCannotBeJournalled) {
    asking a;
    a.f.store.fail("enter");
    a.ask("web");

    a.f.run();

    EXPECT_THAT(a.f.driver.acts(), IsEmpty());
    EXPECT_TRUE(a.made->is_over());
    EXPECT_FALSE(a.made->is_journalled);
    EXPECT_EQ(a.made->trouble, "the disk is full");
}

TEST(RestartRequestsTest, IsNotTakenWhenTheEndHasBegun) {
    asking a;
    a.f.at(500ms, [](service& s) { s.stop_accepting(); });
    a.ask("web");

    a.f.run();

    EXPECT_FALSE(a.accepted);
    EXPECT_THAT(a.f.store.calls(), IsEmpty());
}

TEST(RestartRequestsTest, AShutdownBeforeItIsSentGivesItBackToTheJournal) {
    asking a;
    a.f.store.hold("enter");
    a.ask("web");

    a.f.run(2s);

    EXPECT_THAT(a.f.store.nacked(), ElementsAre(a.made->message.id));
    EXPECT_THAT(a.f.driver.acts(), IsEmpty());
}

TEST(RestartRequestsTest, KeepsABoundedNumber) {
    restart_requests requests;
    core::random_source random(1);
    std::vector<std::shared_ptr<restart_request>> open;
    const auto add = [&] {
        core::message m;
        m.id = core::uuid::random(random);
        open.push_back(requests.open(m));
        if (open.back() != nullptr) {
            requests.note_journal(m, {});
        }
    };
    for (std::size_t i = 0; i < restart_requests::kept_max; ++i) {
        add();
    }

    add();
    EXPECT_EQ(open.back(), nullptr);
    core::outcome o;
    o.disposition = core::disposition::acked;
    requests.note_end(open[7]->message, o);
    add();

    EXPECT_NE(open.back(), nullptr);
    EXPECT_EQ(requests.find(open[7]->message.id), nullptr);  // the oldest that was over
    EXPECT_EQ(requests.find(open[0]->message.id), open[0]);
}

}  // namespace
}  // namespace mayhem::pipeline
