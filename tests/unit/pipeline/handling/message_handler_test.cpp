// Proves on virtual time what one message goes through: the guards, save beside restart, what each failure leads to,
// and that an incarnation is never acted on twice.
#include "pipeline/handling/message_handler.hpp"

#include <algorithm>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

TEST(MessageHandlerTest, F9SavesAndRestartsSideBySide) {
    test::flow f;
    f.publishes(1);
    f.driver.takes = 5s;
    f.store.hold("save");
    f.at(5s, [&](service&) { f.store.release("save"); });

    f.run();

    EXPECT_EQ(f.seen.of(step_kind::restarted).front().at, 5s);
    EXPECT_EQ(f.seen.of(step_kind::saved).front().at, 5s);
    EXPECT_EQ(f.seen.of(step_kind::acked).front().at, 5s);
}

TEST(MessageHandlerTest, F11WaitsForASlowSaveBeforeItAcks) {
    test::flow f;
    f.publishes(1);
    f.store.hold("save");
    f.at(50s, [&](service&) { f.store.release("save"); });

    f.run(2h);

    EXPECT_EQ(f.seen.story(), "published pulled restarted saved recovered acked");
    EXPECT_EQ(f.seen.of(step_kind::acked).front().at, 50s);
    EXPECT_EQ(f.seen.count(step_kind::lease_lost), 0U);
}

TEST(MessageHandlerTest, WhatIsBackWhenASaveHasTakenLongerThanItsTimeIsNeitherRecoveredNorNot) {
    test::flow f;
    f.group.settings.limits.breaks_when_lost = true;
    f.publishes(1);
    f.store.hold("save");
    f.at(1h, [&](service&) { f.store.release("save"); });

    f.run(2h);

    EXPECT_EQ(f.seen.story(), "published pulled restarted saved acked");
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::unwatched);
    EXPECT_EQ(f.store.outcomes().front().recovery, std::nullopt);
    EXPECT_EQ(f.store.outcomes().front().error,
              "it could not be looked at in time, and was back when it was, after 1 h");
    EXPECT_EQ(f.acted->size(), 0U) << "the life that was acted on is gone";
}

TEST(MessageHandlerTest, WhatAnActBringsBackLaterThanItsTimeHasNotRecovered) {
    test::flow f;
    f.give("a");
    f.driver.takes_after_it_asked = 61s;

    f.run(2h);

    EXPECT_EQ(f.seen.story(), "pulled saved restarted not_recovered acked");
    EXPECT_EQ(f.store.outcomes().front().error, "it was back too late, after 1 m 1 s");
}

TEST(MessageHandlerTest, RefusesWhatHasExpiredAndTouchesNothing) {
    test::flow f;
    f.give("a").expires_at = f.loop.clock.wall_now();

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled refused acked");
    EXPECT_EQ(f.seen.of(step_kind::refused).front().refused_by, core::guard::expired);
    EXPECT_EQ(f.driver.asked(), 0U);
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::refused);
}

TEST(MessageHandlerTest, RefusesEverythingInADryRun) {
    test::flow f;
    f.give("a");
    f.settings.dry_run = true;

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled refused acked");
    EXPECT_EQ(f.seen.of(step_kind::refused).front().refused_by, core::guard::dry_run);
    EXPECT_EQ(f.driver.asked(), 0U);
}

TEST(MessageHandlerTest, RefusesAGroupThatIsNotConfiguredAnyMore) {
    test::flow f;
    f.give("a").group = "gone";

    f.run();

    EXPECT_EQ(f.seen.of(step_kind::refused).front().refused_by, core::guard::not_opted_in);
    EXPECT_EQ(f.driver.asked(), 0U);
    EXPECT_EQ(f.seen.count(step_kind::acked), 1U);
}

TEST(MessageHandlerTest, RecordsWhatTheDriverRefuses) {
    test::flow f;
    f.give("a");
    f.driver.refuses = core::guard::would_stay_dead;
    f.driver.trouble = "Restart=no";

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled saved refused acked");
    EXPECT_EQ(f.store.outcomes().front().refused_by, core::guard::would_stay_dead);
    EXPECT_EQ(f.store.outcomes().front().error, "Restart=no");
}

TEST(MessageHandlerTest, ARefusalWhoseSaveFailedIsARefusalAllTheSame) {
    test::flow f;
    f.publishes(1);
    f.driver.refuses = core::guard::would_stay_dead;
    f.driver.trouble = "Restart=no";
    f.store.fail("save");

    f.run();

    EXPECT_EQ(f.seen.story(), "published pulled refused failed acked");
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes()[0].verdict, core::verdict::refused);
    EXPECT_EQ(f.store.outcomes()[0].error, "Restart=no; the disk is full");
    EXPECT_EQ(f.queue.unsettled(), 0U);
}

TEST(MessageHandlerTest, ARefusalThatComesAfterTheLeaseWasLostIsRecordedAsLost) {
    test::flow f;
    f.publishes(1);
    f.settings.extend_every = 5s;  // longer than the lease
    f.store.hold("save");
    f.at(10s, [&](service&) { f.store.release("save"); });
    f.driver.refuses = core::guard::would_stay_dead;

    f.run(1min);

    ASSERT_FALSE(f.store.outcomes().empty());
    EXPECT_EQ(std::ranges::count(f.store.outcomes(), core::verdict::lease_lost, &core::outcome::verdict), 1);
    EXPECT_EQ(f.queue.unsettled(), 0U);
}

TEST(MessageHandlerTest, RecordsWhatTheDriverSaysOfATargetThatStaysAway) {
    test::flow f;
    f.give("a");
    f.driver.comes_back_after.reset();
    f.driver.trouble = "its start failed";

    f.run(1h);

    EXPECT_EQ(f.seen.story(), "pulled saved restarted not_recovered acked");
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::not_recovered);
    EXPECT_EQ(f.store.outcomes().front().error, "its start failed");
}

TEST(MessageHandlerTest, WhatStandsLongAfterAnActInDoubtMayBeRestartedByTheNextMessage) {
    test::flow f;
    f.group.settings.limits.max_failures = 0;
    f.group.settings.limits.breaks_when_lost = false;
    f.group.settings.recovery_timeout = 30s;
    f.give("a");
    const core::message first = f.unfinished.back().message;
    for (const std::chrono::seconds after :
         {std::chrono::seconds{10}, std::chrono::seconds{60 * 59}, std::chrono::seconds{60 * 61}}) {
        core::message& m = f.give("b", after);
        m.target = first.target;
        m.planned_at = first.planned_at;
        m.expires_at = first.planned_at + 2h;
    }
    f.driver.lost_acts = 1;

    f.run(2h);

    EXPECT_EQ(f.seen.story(),
              "pulled saved restarted pulled refused acked not_recovered acked pulled refused acked "
              "pulled saved restarted recovered acked");
    EXPECT_EQ(f.driver.acts(), std::vector<std::string>{"a 1"});
}

TEST(MessageHandlerTest, LeavesAloneWhatAFormerLifeActedOnAndDidNotSeeComeBack) {
    test::flow f;
    const core::message& m = f.give("a", 1min);
    f.store.acted_targets = {{.group = m.group, .target = m.target}};

    f.run(10min);

    EXPECT_EQ(f.seen.story(), "pulled refused acked");
}

TEST(MessageHandlerTest, WhatWasActedOnForSureAndStillStandsIsLeftAlone) {
    test::flow f;
    f.group.settings.limits.breaks_when_lost = false;
    f.group.settings.recovery_timeout = 30s;
    f.driver.comes_back_after.reset();
    f.give("a");
    const core::message first = f.unfinished.back().message;
    f.give("b", 60s).target = first.target;

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled saved restarted not_recovered acked pulled refused acked");
    EXPECT_EQ(f.driver.acts(), std::vector<std::string>{"a 1"});
}

TEST(MessageHandlerTest, WhatWasActedOnIsStillKnownAfterAReload) {
    acted_incarnations of_this_life;
    test::flow before;
    test::flow after;
    before.acted = after.acted = &of_this_life;
    before.group.settings.limits.breaks_when_lost = false;
    before.driver.comes_back_after.reset();
    before.give("a");
    after.give("a");

    before.run();
    after.run();

    EXPECT_EQ(before.seen.story(), "pulled saved restarted not_recovered acked");
    EXPECT_EQ(after.seen.story(), "pulled refused acked");
    EXPECT_EQ(after.seen.of(step_kind::refused).front().refused_by, core::guard::already_restarted);
    EXPECT_TRUE(after.driver.acts().empty());
}

TEST(MessageHandlerTest, AnActThatIsCutInItsMiddleIsNotNackedAsIfUntouched) {
    test::flow f;
    f.publishes(1);
    f.driver.takes_after_it_asked = 1h;

    f.run(10s);

    EXPECT_EQ(f.nacked, 0U);
    EXPECT_TRUE(f.store.nacked().empty());
    EXPECT_TRUE(f.store.outcomes().empty()) << "nobody knows how it ended";
}

TEST(MessageHandlerTest, RecordsWhatTheProbeSaysOfATargetThatStaysUnsteady) {
    struct bad_probe final : ports::probe {
        [[nodiscard]] std::string describe() const override { return "a probe"; }
        async::awaitable<ports::probe_result> ask(const core::target&) override {
            const async::frame here;
            co_return ports::probe_result{.passes = !std::exchange(has_passed, true), .detail = "answered with 503"};
        }
        bool has_passed = false;
    } probe;
    test::flow f;
    f.group.probe = &probe;
    f.give("a");

    f.run(1h);

    EXPECT_EQ(f.seen.story(), "pulled saved restarted not_recovered acked");
    EXPECT_THAT(f.store.outcomes().front().error, testing::HasSubstr("answered with 503"));
}

TEST(MessageHandlerTest, RecordsNoTroubleOfATargetThatRecovers) {
    test::flow f;
    f.give("a");
    f.driver.trouble = "its start failed";

    f.run();

    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::recovered);
    EXPECT_EQ(f.store.outcomes().front().error, "");
}

TEST(MessageHandlerTest, ActsOnceOnAnIncarnationThatTwoMessagesName) {
    test::flow f;
    f.give("a");
    f.give("a");
    f.driver.comes_back_after = 10s;  // the whole time it is still itself

    f.run();

    EXPECT_EQ(f.driver.acts().size(), 1U);
    EXPECT_EQ(f.seen.of(step_kind::refused).front().refused_by, core::guard::already_restarted);
    EXPECT_EQ(f.seen.count(step_kind::acked), 2U);
}

TEST(MessageHandlerTest, F17F19ReportsBothErrorsOnceBothOperationsHaveEnded) {
    test::flow f;
    f.publishes(1);
    f.settings.max_attempts = 1;
    f.driver.takes = 5s;
    f.driver.restart_failures = 1;
    f.store.fail("save");

    f.run();

    EXPECT_EQ(f.seen.story(), "published pulled failed restart_failed dead_lettered");
    EXPECT_EQ(f.seen.of(step_kind::failed).front().at, 5s);
    EXPECT_EQ(f.seen.of(step_kind::failed).front().detail, "the disk is full");
    EXPECT_EQ(f.store.outcomes().front().error, "the disk is full; Could not restart host-1.example.net");
}

TEST(MessageHandlerTest, F18AFailedRestartDoesNotCutASaveShort) {
    test::flow f;
    f.publishes(1);
    f.settings.max_attempts = 1;
    f.driver.takes = 1s;
    f.driver.restart_failures = 1;
    f.store.hold("save");
    f.at(4s, [&](service&) { f.store.release("save"); });

    f.run();

    EXPECT_EQ(f.seen.story(), "published pulled saved restart_failed dead_lettered");
    EXPECT_EQ(f.seen.of(step_kind::restart_failed).front().at, 4s);
}

TEST(MessageHandlerTest, RecordsWhatWasDoneWhenTheEndComesBeforeTheSaveIsOver) {
    test::flow f;
    f.publishes(1);
    f.driver.takes = 1s;
    f.store.hold("save");

    f.run(2s);

    EXPECT_EQ(f.driver.acts().size(), 1U);
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::unwatched);
    EXPECT_EQ(f.nacked, 0U);
}

TEST(MessageHandlerTest, F20AnErrorNeitherKeepsTheLeaseForEverNorHoldsTheMessage) {
    test::flow f;
    f.give("a");
    f.settings.max_attempts = 1;
    f.driver.restart_failures = 1;

    f.run(1h);

    EXPECT_LT(f.seen.steps().back().at, 1s);
    EXPECT_EQ(f.queue.unsettled(), 0U);
}

TEST(MessageHandlerTest, F23AnExpectedFailureIsNoneOfTheService) {
    test::flow f;
    f.give("a");
    f.driver.restart_failures = 2;
    f.store.fail("save");

    f.run();

    EXPECT_TRUE(f.failures.empty());
    EXPECT_EQ(f.queue.unsettled(), 0U);
}

TEST(MessageHandlerTest, D1D3BacksOffExponentiallyWithJitterAndThenTriesAgain) {
    test::flow f;
    f.give("a");
    f.settings.max_attempts = 8;
    f.settings.backoff_max = 20s;
    f.driver.restart_failures = 7;

    f.run(1h);
    const std::vector<test::seen_step> nacked = f.seen.of(step_kind::nacked);
    const std::vector<test::seen_step> pulled = f.seen.of(step_kind::pulled);

    ASSERT_EQ(nacked.size(), 7U);
    ASSERT_EQ(pulled.size(), 8U);
    core::duration ceiling = 1s;
    for (std::size_t i = 0; i < nacked.size(); ++i) {
        EXPECT_GE(nacked[i].length, ceiling / 2) << i;
        EXPECT_LE(nacked[i].length, ceiling) << i;
        EXPECT_EQ(pulled[i + 1].at, nacked[i].at + nacked[i].length) << i;
        EXPECT_EQ(pulled[i + 1].attempt, static_cast<int>(i) + 2);
        ceiling = std::min<core::duration>(ceiling * 2, 20s);
    }
    EXPECT_EQ(f.seen.steps().back().kind, step_kind::acked);
}

TEST(MessageHandlerTest, D1DeadLettersAfterMaxAttemptsWithItsError) {
    test::flow f;
    f.give("a");
    f.driver.restart_failures = 100;

    f.run(1h);

    ASSERT_EQ(f.queue.dead_letters().size(), 1U);
    EXPECT_EQ(f.seen.of(step_kind::dead_lettered).front().detail, "Could not restart a.example.net");
    EXPECT_EQ(f.store.outcomes().back().disposition, core::disposition::dead_lettered);
    EXPECT_EQ(f.store.outcomes().size(), 3U);
    EXPECT_EQ(f.driver.asked(), 3U);
}

TEST(MessageHandlerTest, DoesNotTryAgainAfterAnErrorThatDoesNotSayWhetherItActed) {
    test::flow f;
    f.give("a");
    f.driver.restart_failures = 1;
    f.driver.unexpected_error = "the connection was lost";

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled saved failed not_recovered acked");
    EXPECT_EQ(f.driver.asked(), 1U);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::not_recovered);
    EXPECT_EQ(f.store.outcomes().front().error, "the connection was lost");
}

TEST(MessageHandlerTest, TriesAgainAfterAnErrorThatCameBeforeTheDriverAskedWhetherItMayAct) {
    test::flow f;
    f.give("a");
    f.driver.restart_failures = 1;
    f.driver.unexpected_error = "the connection was lost";
    f.driver.fails_before_it_asks = true;

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled saved restart_failed nacked pulled saved restarted recovered acked");
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::restart_failed);
    EXPECT_EQ(f.store.outcomes().front().error, "the connection was lost");
}

TEST(MessageHandlerTest, WatchesTheRecoveryAlsoWhenTheSaveFailed) {
    test::flow f;
    f.publishes(1);
    f.store.fail("save");

    f.run();

    EXPECT_EQ(f.seen.story(), "published pulled restarted failed recovered nacked pulled saved refused acked");
    ASSERT_EQ(f.store.outcomes().size(), 2U);
    EXPECT_EQ(f.store.outcomes()[0].verdict, core::verdict::save_failed);
    EXPECT_EQ(f.store.outcomes()[0].incarnation_after, "1'");
    EXPECT_EQ(f.store.outcomes()[1].refused_by, core::guard::already_restarted);
}

TEST(MessageHandlerTest, WhatStaysDeadOpensTheBreakerAlsoWhenTheSaveFailed) {
    test::flow f;
    f.publishes(1);
    f.group.settings.limits.breaks_when_lost = true;
    f.driver.comes_back_after.reset();
    f.driver.trouble = "its start failed";
    f.store.fail("save");

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::breaker_opened), 1U);
    ASSERT_FALSE(f.store.outcomes().empty());
    EXPECT_EQ(f.store.outcomes()[0].verdict, core::verdict::not_recovered);
    EXPECT_EQ(f.store.outcomes()[0].error, "the disk is full; its start failed");
    EXPECT_EQ(f.driver.acts().size(), 1U);
}

TEST(MessageHandlerTest, DoesNotActOnceTheLeaseIsLost) {
    test::flow f;
    f.give("a");
    f.settings.extend_every = 5s;  // longer than the lease
    f.driver.takes = 10s;

    f.run(1min);

    EXPECT_TRUE(f.driver.acts().empty());
    EXPECT_EQ(std::ranges::count(f.store.outcomes(), core::verdict::lease_lost, &core::outcome::verdict), 1);
}

TEST(MessageHandlerTest, AnAttemptAfterTheFirstIsOnRecordBeforeItActs) {
    test::flow f;
    f.give("a");
    f.driver.restart_failures = 1;
    f.at(600ms, [&](service&) { f.store.hold("save"); });  // the first has failed after 500 ms
    f.at(1min, [&](service&) { f.store.release("save"); });

    f.run(2min);

    ASSERT_EQ(f.seen.count(step_kind::restarted), 1U);
    EXPECT_EQ(f.seen.of(step_kind::restarted).front().at, 1min + 500ms);
}

TEST(MessageHandlerTest, WhatAFormerLifeGaveBackIsOnRecordBeforeItIsActedOn) {
    test::flow f;
    f.give("a");
    f.store.hold("save");
    f.at(1min, [&](service&) { f.store.release("save"); });

    f.run(2min);

    ASSERT_EQ(f.seen.count(step_kind::restarted), 1U);
    EXPECT_EQ(f.seen.of(step_kind::restarted).front().at, 1min + 500ms);
}

}  // namespace
}  // namespace mayhem::pipeline
