// Proves that steps and halts become events for those who want them, what a reload does to the destinations, and that
// the end is bounded; on virtual time, with senders that do as they are told.
#include "notify/notifier.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/virtual_loop.hpp"
#include "unit/notify/scripted_sender.hpp"

namespace mayhem::notify {
namespace {

using namespace std::chrono_literals;
using test::scripted_sender;
using texts = std::vector<std::string>;

class NotifierTest : public ::testing::Test {
public:
    std::shared_ptr<scripted_sender> make() { return std::make_shared<scripted_sender>(loop.loop); }

    static destination_plan plan(const std::string& name, std::shared_ptr<sender> with, event_filter filter = {},
                                 destination_kind kind = destination_kind::webhook) {
        return {.settings = {.kind = kind, .name = name, .filter = std::move(filter)}, .with = std::move(with)};
    }

    void observe(ports::step_kind k, const std::string& group, const std::string& target) {
        core::message m;
        m.group = group;
        m.target.id = target;
        n.observe({.kind = k, .message = m, .length = 1s, .detail = "because"});
    }

    test::virtual_loop loop;
    texts warnings;
    notifier n{{.loop = loop.loop,
                .host = "db1",
                .random = core::random_source(1),
                .warn = [this](std::string_view text) { warnings.emplace_back(text); },
                .on_failure = [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); }}};
};

struct keeping_sender final : sender {
    std::vector<event> told;
    async::awaitable<attempt_result> send(std::shared_ptr<const event> e) override {
        const async::frame here;
        told.push_back(*e);
        co_return attempt_result{};
    }
};

TEST_F(NotifierTest, TellsStepsAndHaltsToThoseWhoWantThem) {
    const auto all = std::make_shared<keeping_sender>();
    const auto web = std::make_shared<keeping_sender>();
    const auto story = [](NotifierTest& t, std::shared_ptr<keeping_sender> all,
                          std::shared_ptr<keeping_sender> web) -> async::awaitable<void> {
        const async::frame here;
        co_await t.n.replace(
            {plan("all", all),
             plan("web", web, {.kinds = {event_kind::recovered, event_kind::halted}, .groups = {"web"}},
                  destination_kind::hook)});
        using enum ports::step_kind;
        for (const auto k :
             {published,  pulled,        extended,       saved,         restarted, restart_failed, failed,
              recovered,  not_recovered, unstable,       not_tolerated, aborted,   no_effect,      fault_stuck,
              taken_over, refused,       breaker_opened, lease_lost,    acked,     nacked,         dead_lettered}) {
            t.observe(k, "web", "nginx");
            t.observe(k, "db", "postgres");
        }
        t.n.tell(event_kind::halted, "root", "night");
        const std::size_t dropped = co_await t.n.flush();
        EXPECT_EQ(dropped, 0U);
    };

    loop.run(story(*this, all, web));

    texts seen;
    for (const event& e : all->told) {
        seen.push_back(std::string(to_string(e.kind)) + " " + e.target);
    }
    EXPECT_EQ(seen, (texts{"restarted nginx",        "restarted postgres",     "not_recovered nginx",
                           "not_recovered postgres", "not_recovered nginx",    "not_recovered postgres",
                           "not_tolerated nginx",    "not_tolerated postgres", "aborted nginx",
                           "aborted postgres",       "no_effect nginx",        "no_effect postgres",
                           "fault_stuck nginx",      "fault_stuck postgres",   "taken_over nginx",
                           "taken_over postgres",    "breaker_opened nginx",   "breaker_opened postgres",
                           "dead_lettered nginx",    "dead_lettered postgres", "halted "}));
    ASSERT_EQ(web->told.size(), 2U);
    EXPECT_EQ(summary(web->told[0]), "db1: nginx (group web) recovered in 1.000 s");
    EXPECT_EQ(summary(web->told[1]), "db1: halted by root: night; nothing is restarted");
    EXPECT_NE(all->told[0].id, all->told[1].id);
    EXPECT_EQ(n.counts(destination_kind::webhook).sent, 21U);
    EXPECT_EQ(n.counts(destination_kind::hook).sent, 2U);
}

TEST_F(NotifierTest, AReloadKeepsTheQueueOfWhatKeepsItsName) {
    const auto former = make();
    former->takes = 1h;
    const auto latter = make();
    const auto story = [](NotifierTest& t, std::shared_ptr<scripted_sender> former,
                          std::shared_ptr<scripted_sender> latter) -> async::awaitable<void> {
        const async::frame here;
        co_await t.n.replace({plan("chat", former), plan("gone", t.make())});
        former->results = {{.verdict = attempt_result::verdict::failed, .why = "?"}};
        t.observe(ports::step_kind::restarted, "web", "a");
        t.observe(ports::step_kind::restarted, "web", "b");
        co_await async::sleep_for(10s);
        co_await t.n.replace({plan("chat", latter)});
        co_await async::sleep_for(2h);
        const std::size_t dropped = co_await t.n.flush();
        EXPECT_EQ(dropped, 0U);
    };

    loop.run(story(*this, former, latter));

    EXPECT_EQ(former->attempts, texts{"a@0"});
    EXPECT_EQ(latter->attempts, (texts{"a@3600000", "b@3600010"}));
    EXPECT_EQ(n.counts(destination_kind::webhook).sent, 4U);
    EXPECT_EQ(warnings, texts{});
}

TEST_F(NotifierTest, AReloadDropsWhatNobodyIsToBeToldAnyMore) {
    const auto slow = make();
    slow->takes = 1h;
    const auto story = [](NotifierTest& t, std::shared_ptr<scripted_sender> slow) -> async::awaitable<void> {
        const async::frame here;
        co_await t.n.replace({plan("chat", slow)});
        t.observe(ports::step_kind::restarted, "web", "a");
        t.observe(ports::step_kind::restarted, "web", "b");
        co_await async::sleep_for(1s);
        co_await t.n.replace({});
        EXPECT_FALSE(t.n.has_destinations());
        t.observe(ports::step_kind::restarted, "web", "c");
    };

    loop.run(story(*this, slow));

    EXPECT_EQ(n.counts(destination_kind::webhook).dropped, 2U);
    EXPECT_EQ(n.counts(destination_kind::webhook).queued, 0U);
    EXPECT_EQ(warnings, texts{"webhook 'chat' is no longer configured, dropping 2 notifications that waited for it"});
    EXPECT_EQ(loop.elapsed(), 1s);
}

TEST_F(NotifierTest, TheEndTakesNoLongerThanItMay) {
    const auto hung = make();
    hung->takes = 24h;
    const auto quick = make();
    const auto story = [](NotifierTest& t, std::shared_ptr<scripted_sender> hung,
                          std::shared_ptr<scripted_sender> quick) -> async::awaitable<void> {
        const async::frame here;
        co_await t.n.replace({plan("hung", hung), plan("quick", quick)});
        t.observe(ports::step_kind::restarted, "web", "a");
        t.observe(ports::step_kind::restarted, "web", "b");
        const std::size_t dropped = co_await t.n.flush();
        EXPECT_EQ(dropped, 2U);
    };

    loop.run(story(*this, hung, quick));

    EXPECT_EQ(loop.elapsed(), notifier::flush_max);
    EXPECT_EQ(quick->attempts, (texts{"a@0", "b@10"}));
    EXPECT_EQ(n.counts(destination_kind::webhook).sent, 2U);
    EXPECT_EQ(n.counts(destination_kind::webhook).dropped, 2U);
}

TEST_F(NotifierTest, ASecondSignalCutsTheEndShort) {
    const auto hung = make();
    hung->takes = 24h;
    const auto story = [](NotifierTest& t, std::shared_ptr<scripted_sender> hung) -> async::awaitable<void> {
        const async::frame here;
        co_await t.n.replace({plan("hung", hung)});
        t.observe(ports::step_kind::restarted, "web", "a");
        (void)co_await t.n.flush();
    };
    const auto second_signal = [](NotifierTest& t) -> async::awaitable<void> {
        const async::frame here;
        co_await async::sleep_for(100ms);
        t.n.cut();
    };

    loop.spawn(second_signal(*this));
    loop.run(story(*this, hung));

    EXPECT_EQ(loop.elapsed(), 100ms);
    EXPECT_EQ(n.counts(destination_kind::webhook).dropped, 1U);
}

}  // namespace
}  // namespace mayhem::notify
