// Proves the talk's behaviours on the whole pipeline, on virtual time: a driver that does as it is told, a store that
// notes every call, and an observer that notes every step.
#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/service.hpp"
#include "queues/memory_queue.hpp"
#include "support/fake_store.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

/// Lists one target, a new incarnation each time; takes `takes` to restart; fails as often as `failures` says.
class obedient_driver final : public ports::driver {
public:
    std::chrono::nanoseconds takes = 500ms;
    int failures = 0;
    bool comes_back = true;
    int acts = 0;

    std::string_view kind() const noexcept override { return "obedient"; }

    async::awaitable<std::vector<core::target>> list() override {
        const async::frame here;
        std::vector<core::target> one;
        one.push_back(
            {.id = "cattle-0000.example.net", .incarnation = std::to_string(++listed_), .name = "cattle-0000"});
        co_return one;
    }

    async::awaitable<ports::act_result> restart(const core::target& t) override {
        const async::frame here;
        co_await async::sleep_for(takes);
        if (failures > 0) {
            --failures;
            throw core::restart_failed("Could not restart " + t.id);
        }
        ++acts;
        co_return ports::act_result{};
    }

    async::awaitable<std::optional<core::target>> successor(const core::target& t) override {
        const async::frame here;
        co_return comes_back ? std::optional(t) : std::nullopt;
    }

private:
    int listed_ = 0;
};

struct step_seen {
    step_kind kind;
    async::clock::duration at;
};

class step_recorder final : public ports::observer {
public:
    explicit step_recorder(test::virtual_loop& l) : loop_(l) {}
    void observe(const ports::step& s) noexcept override { steps.push_back({s.kind, loop_.elapsed()}); }
    void warn(std::string_view text) noexcept override { warnings.emplace_back(text); }

    [[nodiscard]] std::ptrdiff_t count(step_kind k) const { return std::ranges::count(steps, k, &step_seen::kind); }
    [[nodiscard]] std::ptrdiff_t place(step_kind k) const {
        return std::ranges::find(steps, k, &step_seen::kind) - steps.begin();
    }

    std::vector<step_seen> steps;
    std::vector<std::string> warnings;

private:
    test::virtual_loop& loop_;
};

struct fixture {
    explicit fixture(std::size_t messages, bool dry_run = false) {
        group.settings.name = "cattle";
        group.settings.count_max = messages;
        group.settings.expires_after = 1h;
        settings.dry_run = dry_run;
        settings.max_attempts = 3;
    }

    test::virtual_loop loop;
    obedient_driver driver;
    test::fake_store store;
    step_recorder seen{loop};
    core::random_source random{7};
    pipeline::group group{{}, driver, random.stream("cattle")};
    handling_settings settings;
    queues::memory_queue queue{loop.loop, {.capacity = 16, .lease = 3s}};
    std::vector<ports::unfinished_message> unfinished;
    std::size_t nacked = 0;
    std::vector<std::string> failures;

    /// Runs the service until everything is settled, or for so long, and ends it.
    void run(std::optional<async::clock::duration> limit = {}) {
        service s(loop.loop, {&group}, queue, store, seen, settings, random,
                  [this](const async::task_failure& f) { failures.push_back(f.describe()); });
        s.start(unfinished);
        loop.run(drive(s, limit, nacked));
    }

    static async::awaitable<void> drive(service& s, std::optional<async::clock::duration> limit, std::size_t& nacked) {
        const async::frame here;
        if (limit) {
            co_await async::sleep_for(*limit);
        } else {
            co_await s.drain();
        }
        s.cancel();
        co_await s.join(10s, [](const std::vector<std::string>& late) { ADD_FAILURE() << late.front(); });
        nacked = co_await s.nack_unsettled();
    }
};

TEST(TalkTest, F11AcksOnlyAfterBothSaveAndRestart) {
    fixture f(1);

    f.run();

    EXPECT_LT(f.seen.place(step_kind::saved), f.seen.place(step_kind::acked));
    EXPECT_LT(f.seen.place(step_kind::restarted), f.seen.place(step_kind::acked));
    EXPECT_EQ(f.seen.count(step_kind::acked), 1);
    EXPECT_TRUE(f.failures.empty());
}

TEST(TalkTest, F13ExtendsAtOnceAndThenEveryTwoSecondsAndF14NeverAfterTheEnd) {
    fixture f(1);
    f.driver.takes = 5s;

    f.run();

    ASSERT_EQ(f.seen.count(step_kind::extended), 3);  // floor(5 / 2) + 1
    EXPECT_EQ(f.seen.place(step_kind::extended), f.seen.place(step_kind::pulled) + 1);
    EXPECT_EQ(f.seen.steps.back().kind, step_kind::acked);
}

TEST(TalkTest, F7HandlesMessagesSideBySide) {
    fixture f(10);
    f.driver.takes = 1h / 2;

    f.run();

    EXPECT_LT(f.loop.elapsed(), 1h);
    EXPECT_EQ(f.driver.acts, 10);
}

TEST(TalkTest, D1NacksAFailedRestartAndD3TriesItAgain) {
    fixture f(1);
    f.driver.failures = 2;

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::restart_failed), 2);
    EXPECT_EQ(f.seen.count(step_kind::nacked), 2);
    EXPECT_EQ(f.seen.count(step_kind::acked), 1);
    EXPECT_EQ(f.driver.acts, 1);
}

TEST(TalkTest, D3GivesUpAfterMaxAttempts) {
    fixture f(1);
    f.driver.failures = 100;

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::restart_failed), 3);
    EXPECT_EQ(f.seen.count(step_kind::dead_lettered), 1);
    EXPECT_EQ(f.seen.count(step_kind::acked), 0);
}

TEST(TalkTest, F18AFailedSaveDoesNotStopTheRestartAndD1IsNotAcked) {
    fixture f(1);
    f.store.fail("save");

    f.run();

    EXPECT_EQ(f.driver.acts, 1);
    EXPECT_EQ(f.seen.count(step_kind::nacked), 1);
    EXPECT_EQ(f.seen.count(step_kind::refused), 1);  // tried again, and found to be done
}

TEST(TalkTest, D2AndD4NackWhatIsBeingHandledAndNeverAckIt) {
    fixture f(1);
    f.driver.takes = 1h;

    f.run(10s);

    EXPECT_EQ(f.nacked, 1U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 0);
    EXPECT_EQ(f.driver.acts, 0);
}

TEST(PipelineTest, PublishesNothingWhileTheJournalCannotBeWritten) {
    fixture f(1);
    f.store.fail("journal", 3);

    f.run();

    EXPECT_EQ(f.seen.warnings.size(), 3U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 1);
    EXPECT_GE(f.loop.elapsed(), 6s);
}

TEST(PipelineTest, KeepsTryingToRecordAndAcksOnlyThen) {
    fixture f(1);
    f.store.fail("record", 3);

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::acked), 1);
    EXPECT_GE(f.loop.elapsed(), 6s);
    EXPECT_EQ(f.seen.count(step_kind::lease_lost), 0);
}

TEST(PipelineTest, NeverActsInADryRun) {
    fixture f(3, true);

    f.run();

    EXPECT_EQ(f.driver.acts, 0);
    EXPECT_EQ(f.seen.count(step_kind::refused), 3);
    EXPECT_EQ(f.seen.count(step_kind::acked), 3);
}

TEST(PipelineTest, RecordsWhatDidNotComeBackAndAcksIt) {
    fixture f(1);
    f.driver.comes_back = false;

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::not_recovered), 1);
    EXPECT_EQ(f.seen.count(step_kind::acked), 1);
    EXPECT_EQ(f.store.outcomes().back().verdict, core::verdict::not_recovered);
}

TEST(PipelineTest, DoesNotActOnWhatAFormerLifeMayHaveActedOn) {
    fixture f(0);
    core::message m;
    m.group = "cattle";
    m.target = {.id = "cattle-1111.example.net", .incarnation = "x", .name = "cattle-1111"};
    m.expires_at = f.loop.clock.wall_now() + 1h;
    f.unfinished.push_back({.message = m, .attempts = 1, .retry_at = {}, .may_have_acted = true});
    f.driver.takes = 1h;

    f.run(100ms);

    ASSERT_FALSE(f.store.outcomes().empty());
    EXPECT_EQ(f.store.outcomes().front().refused_by, core::guard::already_restarted);
}

TEST(PipelineTest, TheSameSeedGivesTheSameTrace) {
    fixture first(200);
    fixture second(200);

    first.run();
    second.run();

    ASSERT_EQ(first.seen.steps.size(), second.seen.steps.size());
    for (std::size_t i = 0; i < first.seen.steps.size(); ++i) {
        ASSERT_EQ(first.seen.steps[i].kind, second.seen.steps[i].kind) << i;
        ASSERT_EQ(first.seen.steps[i].at, second.seen.steps[i].at) << i;
    }
}

}  // namespace
}  // namespace mayhem::pipeline
