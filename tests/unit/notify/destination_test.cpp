// Proves on virtual time, with a sender that does as it is told: the order, the bound of the queue, the back-off, what
// a reload changes, and the end.
#include "notify/destination.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/virtual_loop.hpp"
#include "unit/notify/events.hpp"
#include "unit/notify/scripted_sender.hpp"

namespace mayhem::notify {
namespace {

using namespace std::chrono_literals;
using test::scripted_sender;
using texts = std::vector<std::string>;
using verdict = enum attempt_result::verdict;

const attempt_result failed{.verdict = verdict::failed, .why = "it is down"};
const attempt_result refused{.verdict = verdict::refused, .why = "no"};

class DestinationTest : public ::testing::Test {
protected:
    DestinationTest() {
        settings.name = "chat";
        settings.attempts_max = 3;
        settings.backoff = {.first = 1s, .max = 1min, .jitter = core::jitter::none};
    }

    /// Calls `then` when `after` has passed, and ends the destination `limit` after that.
    void run(std::function<void(destination&)> first, std::chrono::nanoseconds after = 0s,
             std::function<void(destination&)> then = {}) {
        destination d(settings, with,
                      {.loop = loop.loop,
                       .counts = counts,
                       .random = core::random_source(1),
                       .warn = [this](std::string_view text) { warnings.emplace_back(text); },
                       .on_failure = [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); }});
        loop.run(live(d, std::move(first), after, std::move(then)));
    }

    static async::awaitable<void> live(destination& d, std::function<void(destination&)> first,
                                       std::chrono::nanoseconds after, std::function<void(destination&)> then) {
        const async::frame here;
        first(d);
        co_await async::sleep_for(after);
        if (then) {
            then(d);
        }
        co_await async::sleep_for(1h);
        (void)d.cancel();
        co_await d.join();
    }

    test::virtual_loop loop;
    destination_settings settings;
    std::shared_ptr<scripted_sender> with = std::make_shared<scripted_sender>(loop.loop);
    notification_counts counts;
    texts warnings;
};

TEST_F(DestinationTest, TellsInOrderOneAfterTheOther) {
    with->takes = 2s;

    run([](destination& d) {
        d.push(test::shared_event("a"));
        d.push(test::shared_event("b"));
        EXPECT_EQ(d.waiting(), 2U);
    });

    EXPECT_EQ(with->attempts, (texts{"a@0", "b@2000"}));
    EXPECT_EQ(counts.sent, 2U);
    EXPECT_EQ(counts.queued, 0U);
    EXPECT_EQ(warnings, texts{});
}

TEST_F(DestinationTest, RepeatsWithBackOffAndThenGivesUpAndGoesOn) {
    with->results = {failed, failed, failed, {}};

    run([](destination& d) {
        d.push(test::shared_event("a"));
        d.push(test::shared_event("b"));
    });

    EXPECT_EQ(with->attempts, (texts{"a@0", "a@1010", "a@3020", "b@3030"}));
    EXPECT_EQ(counts.failed, 1U);
    EXPECT_EQ(counts.sent, 1U);
    EXPECT_EQ(counts.queued, 0U);
    ASSERT_EQ(warnings.size(), 2U);
    EXPECT_EQ(warnings[0], "webhook 'chat': it is down; retrying in 1.0 s, 3 attempts at most");
    EXPECT_EQ(warnings[1], "webhook 'chat': it is down; the notification is given up: db1: restarted a (group web)");
}

TEST_F(DestinationTest, JittersTheBackOff) {
    settings.backoff.jitter = core::jitter::equal;
    with->results = {failed};

    run([](destination& d) { d.push(test::shared_event("a")); });

    ASSERT_EQ(with->attempts.size(), 2U);
    const int second_ms = std::stoi(with->attempts[1].substr(2));
    EXPECT_GE(second_ms, 510);
    EXPECT_LT(second_ms, 1010);
}

TEST_F(DestinationTest, DoesNotRepeatWhatWasRefused) {
    with->results = {refused};

    run([](destination& d) { d.push(test::shared_event("a")); });

    EXPECT_EQ(with->attempts, texts{"a@0"});
    EXPECT_EQ(counts.failed, 1U);
}

TEST_F(DestinationTest, HonoursRetryAfterWithinABound) {
    attempt_result busy = failed;
    busy.not_before = 30s;
    attempt_result greedy = failed;
    greedy.not_before = 100h;
    attempt_result hasty = failed;
    hasty.not_before = 0s;
    settings.attempts_max = 4;
    with->results = {busy, greedy, hasty};

    run([](destination& d) { d.push(test::shared_event("a")); });

    EXPECT_EQ(with->attempts, (texts{"a@0", "a@30010", "a@330020", "a@334030"}));
}

TEST_F(DestinationTest, AFullQueueDropsTheOldestAndCounts) {
    with->takes = 1min;

    run([this](destination& d) {
        for (std::size_t i = 0; i < destination::queue_max + 10; ++i) {
            d.push(test::shared_event(std::to_string(i)));
        }
        EXPECT_EQ(counts.queued, destination::queue_max);
    });

    EXPECT_EQ(counts.dropped + counts.sent, destination::queue_max + 10);
    EXPECT_EQ(with->attempts.front(), "10@0");
    EXPECT_EQ(warnings, texts{"webhook 'chat': 256 notifications wait already, dropping the oldest ones"});
}

TEST_F(DestinationTest, ARareTroubleOfTheSenderIsNoReasonToEnd) {
    struct throwing_sender final : sender {
        async::awaitable<attempt_result> send(std::shared_ptr<const event> /*e*/) override {
            const async::frame here;
            throw std::bad_alloc();
            co_return attempt_result{};
        }
    };
    settings.attempts_max = 1;

    run([](destination& d) { d.push(test::shared_event("a")); }, 1s,
        [this](destination& d) {
            EXPECT_EQ(counts.sent, 1U);
            d.reconfigure(settings, std::make_shared<throwing_sender>());
            d.push(test::shared_event("b"));
        });

    EXPECT_EQ(counts.failed, 1U);
}

TEST_F(DestinationTest, AReloadTriesAtOnceWithTheNewSettings) {
    settings.backoff.first = 1min;
    with->results = {failed, failed, failed};
    const auto cured = std::make_shared<scripted_sender>(loop.loop);

    run([](destination& d) { d.push(test::shared_event("a")); }, 10s,
        [&](destination& d) { d.reconfigure(settings, cured); });

    EXPECT_EQ(with->attempts, texts{"a@0"});
    EXPECT_EQ(cured->attempts, texts{"a@10000"});
    EXPECT_EQ(counts.sent, 1U);
}

TEST_F(DestinationTest, AReloadInTheMiddleOfAnAttemptCostsNone) {
    settings.attempts_max = 1;
    with->takes = 20s;
    with->results = {failed};
    const auto cured = std::make_shared<scripted_sender>(loop.loop);

    run([](destination& d) { d.push(test::shared_event("a")); }, 10s,
        [&](destination& d) { d.reconfigure(settings, cured); });

    EXPECT_EQ(cured->attempts, texts{"a@20000"});
    EXPECT_EQ(counts.failed, 0U);
}

TEST_F(DestinationTest, ClosingTriesEachOnceMoreWithoutWaiting) {
    settings.attempts_max = 20;
    with->results = {failed, failed, {}};

    run(
        [](destination& d) {
            d.push(test::shared_event("a"));
            d.push(test::shared_event("b"));
        },
        500ms, [](destination& d) { d.close(); });

    EXPECT_EQ(with->attempts, (texts{"a@0", "a@500", "b@510"}));
    EXPECT_EQ(counts.failed, 1U);
    EXPECT_EQ(counts.sent, 1U);
}

TEST_F(DestinationTest, CancellingCountsWhatIsLeftAsDropped) {
    with->takes = 10h;

    run(
        [](destination& d) {
            d.push(test::shared_event("a"));
            d.push(test::shared_event("b"));
        },
        1s, [](destination& d) { EXPECT_EQ(d.cancel(), 2U); });

    EXPECT_EQ(counts.dropped, 2U);
    EXPECT_EQ(counts.queued, 0U);
    EXPECT_EQ(counts.sent, 0U);
}

}  // namespace
}  // namespace mayhem::notify
