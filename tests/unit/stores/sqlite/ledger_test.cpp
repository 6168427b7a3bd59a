// Proves the rules of the record: what each call leaves in the tables, in every order that a crash, a lost lease or
// a second call can bring about. Each test drives the ledger directly and reads the tables.
#include "stores/sqlite/ledger.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using test::failed;
using test::message_number;
using test::recovered;

class LedgerTest : public testing::Test {
protected:
    std::string state() { return text("SELECT state FROM messages"); }
    std::string verdict(int attempt) {
        return text("SELECT coalesce(verdict, 'open') FROM attempts WHERE number = " + std::to_string(attempt));
    }
    std::string text(const std::string& sql) { return database_.connection().execAndGet(sql).getString(); }
    std::int64_t number(const std::string& sql) { return database_.connection().execAndGet(sql).getInt64(); }

    test::temporary_folder folder_;
    sqlite_database database_ = sqlite_database::open(folder_ / "mayhem.db");
    ledger ledger_{database_};
    const core::message message_ = message_number(1);
};

TEST_F(LedgerTest, AJournalledMessageComesBackAsItWas) {
    ledger_.enter(message_);

    const auto found = ledger_.unfinished();

    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].message.id, message_.id);
    EXPECT_EQ(found[0].message.group, message_.group);
    EXPECT_EQ(found[0].message.target, message_.target);
    EXPECT_EQ(found[0].message.planned_at, message_.planned_at);
    EXPECT_EQ(found[0].message.expires_at, message_.expires_at);
    EXPECT_EQ(found[0].attempts, 0);
    EXPECT_EQ(found[0].retry_at, std::nullopt);
}

TEST_F(LedgerTest, AMessageComesBackWithWhatItAsksFor) {
    core::message cut = message_number(2);
    cut.act = {.name = "cut", .with = R"(for = "30s", how = "reject")"};
    ledger_.enter(message_);
    ledger_.enter(cut);

    const auto found = ledger_.unfinished();

    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].message.act, core::act{}) << "of a former version";
    EXPECT_EQ(found[1].message.act, cut.act);
}

TEST_F(LedgerTest, AMessageIsFoundByItsIdWhateverHasBecomeOfIt) {
    core::message m = message_number(2);
    m.act = {.name = "cut", .with = R"(for = "30s")"};
    EXPECT_FALSE(ledger_.find(m.id));
    ledger_.enter(m);
    const auto entered = ledger_.find(m.id);
    ledger_.save(m, 1, at(1));
    ledger_.record(m, failed(1));
    const auto tried = ledger_.find(m.id);
    ledger_.save(m, 2, at(3));
    ledger_.record(m, recovered(2));
    const auto done = ledger_.find(m.id);

    ASSERT_TRUE(entered && tried && done);
    EXPECT_EQ(entered->message.target, m.target);
    EXPECT_EQ(entered->message.group, m.group);
    EXPECT_EQ(entered->message.act, m.act);
    EXPECT_EQ(entered->message.expires_at, m.expires_at);
    EXPECT_EQ(entered->settled, std::nullopt);
    EXPECT_EQ(tried->settled, std::nullopt);
    EXPECT_EQ(tried->error, failed(1).error);
    EXPECT_EQ(done->settled, core::disposition::acked);
}

TEST_F(LedgerTest, UnfinishedMessagesComeOldestFirst) {
    for (const std::uint64_t n : {3U, 1U, 2U}) {
        ledger_.enter(message_number(n));
    }

    const auto found = ledger_.unfinished();

    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].message.id, message_number(3).id);
    EXPECT_EQ(found[1].message.id, message_number(1).id);
    EXPECT_EQ(found[2].message.id, message_number(2).id);
}

TEST_F(LedgerTest, JournallingTwiceIsJournallingOnce) {
    ledger_.enter(message_);
    ledger_.save(message_, 1, at(0));
    ledger_.enter(message_);

    EXPECT_EQ(number("SELECT count(*) FROM messages"), 1);
    EXPECT_EQ(state(), "running");
}

TEST_F(LedgerTest, AnAttemptThatSucceedsSettlesTheMessage) {
    ledger_.enter(message_);
    ledger_.save(message_, 1, at(1));
    ledger_.record(message_, recovered());

    EXPECT_EQ(state(), "acked");
    EXPECT_EQ(number("SELECT settled_at FROM messages"), at(2).time_since_epoch().count());
    EXPECT_EQ(verdict(1), "recovered");
    EXPECT_EQ(number("SELECT recovery_us FROM attempts"), 1'500'000);
    EXPECT_EQ(text("SELECT incarnation_after FROM attempts"), "2");
    EXPECT_EQ(number("SELECT started_at FROM attempts"), at(1).time_since_epoch().count());
    EXPECT_TRUE(ledger_.unfinished().empty());
}

TEST_F(LedgerTest, KnowsWhomItActedOnAndDidNotSeeComeBack) {
    core::outcome lost = recovered();
    lost.verdict = core::verdict::not_recovered;
    ledger_.enter(message_);
    ledger_.save(message_, 1, at(1));
    EXPECT_EQ(ledger_.acted_on().size(), 1U) << "nobody has said how it ended";

    ledger_.record(message_, lost);

    const auto found = ledger_.acted_on();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].group, message_.group);
    EXPECT_EQ(found[0].target, message_.target);
}

TEST_F(LedgerTest, WhoIsRefusedAsActedOnAlreadyIsAmongThem) {
    core::outcome refused = recovered();
    refused.verdict = core::verdict::refused;
    refused.refused_by = core::guard::already_restarted;
    ledger_.enter(message_);
    ledger_.record(message_, refused);

    EXPECT_EQ(ledger_.acted_on().size(), 1U);
}

TEST_F(LedgerTest, WhoIsRefusedForAnotherReasonIsNot) {
    core::outcome refused = recovered();
    refused.verdict = core::verdict::refused;
    refused.refused_by = core::guard::expired;
    ledger_.enter(message_);
    ledger_.record(message_, refused);

    EXPECT_TRUE(ledger_.acted_on().empty());
}

TEST_F(LedgerTest, WhoCameBackOrWasNotTouchedIsNotAmongThem) {
    ledger_.enter(message_);
    ledger_.save(message_, 1, at(1));
    ledger_.record(message_, failed());
    EXPECT_TRUE(ledger_.acted_on().empty());

    ledger_.save(message_, 2, at(70));
    core::outcome second = recovered();
    second.attempt = 2;
    ledger_.record(message_, second);

    EXPECT_TRUE(ledger_.acted_on().empty());
}

TEST_F(LedgerTest, AnAttemptThatFailsKeepsTheMessageForLater) {
    ledger_.enter(message_);
    ledger_.save(message_, 1, at(0));
    ledger_.record(message_, failed());

    const auto found = ledger_.unfinished();

    EXPECT_EQ(state(), "nacked");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].attempts, 1);
    EXPECT_EQ(found[0].retry_at, at(60));
    EXPECT_EQ(text("SELECT error FROM attempts"), "Could not restart it");
}

TEST_F(LedgerTest, ADeadLetterKeepsItsErrorsAndIsNotRedelivered) {
    core::outcome last = failed(3);
    last.disposition = core::disposition::dead_lettered;
    last.retry_at = std::nullopt;
    ledger_.enter(message_);
    ledger_.record(message_, failed(1));
    ledger_.record(message_, failed(2));
    ledger_.record(message_, last);

    EXPECT_EQ(state(), "dead_lettered");
    EXPECT_EQ(number("SELECT count(*) FROM attempts WHERE error IS NOT NULL"), 3);
    EXPECT_TRUE(ledger_.unfinished().empty());
}

TEST_F(LedgerTest, ARefusalKeepsTheGuardsName) {
    core::outcome expired = recovered();
    expired.verdict = core::verdict::refused;
    expired.refused_by = core::guard::expired;
    expired.recovery = std::nullopt;
    ledger_.enter(message_);
    ledger_.record(message_, expired);

    EXPECT_EQ(state(), "acked");
    EXPECT_EQ(text("SELECT refused_by FROM attempts"), "expired");
}

TEST_F(LedgerTest, AnOutcomeWithoutJournalEntryOrSaveIsRecordedAllTheSame) {
    ledger_.record(message_, recovered());

    EXPECT_EQ(state(), "acked");
    EXPECT_EQ(verdict(1), "recovered");
    EXPECT_EQ(number("SELECT attempts FROM messages"), 1);
}

TEST_F(LedgerTest, ASettledMessageNeverChangesStateAgain) {
    ledger_.enter(message_);
    ledger_.record(message_, recovered(1));
    ledger_.save(message_, 2, at(5));
    ledger_.record(message_, failed(2));
    ledger_.nack(std::array{message_.id}, at(9), "shutdown");

    EXPECT_EQ(state(), "acked");
    EXPECT_TRUE(ledger_.unfinished().empty());
    EXPECT_EQ(verdict(2), "restart_failed");
}

TEST_F(LedgerTest, TheTablesThemselvesRefuseToUnsettleOrForgetAMessage) {
    ledger_.enter(message_);
    EXPECT_THROW(database_.connection().exec("DELETE FROM messages"), SQLite::Exception);
    ledger_.record(message_, recovered());

    EXPECT_THROW(database_.connection().exec("UPDATE messages SET state = 'nacked', settled_at = NULL"),
                 SQLite::Exception);

    EXPECT_EQ(state(), "acked");
}

TEST_F(LedgerTest, AnAttemptsFirstOutcomeStands) {
    ledger_.record(message_, failed(1));
    ledger_.record(message_, recovered(1));

    EXPECT_EQ(verdict(1), "restart_failed");
    EXPECT_EQ(number("SELECT count(*) FROM attempts"), 1);
}

TEST_F(LedgerTest, WhatWasTakenForCancelledMayStillTurnOutOtherwise) {
    ledger_.save(message_, 1, at(0));
    ledger_.nack(std::array{message_.id}, at(1), "shutdown");
    ledger_.record(message_, recovered(1));

    EXPECT_EQ(verdict(1), "recovered");
    EXPECT_EQ(state(), "acked");
}

TEST_F(LedgerTest, ALostLeaseDoesNotTakeTheMessageFromItsNewHolder) {
    core::outcome lost = failed(1);
    lost.verdict = core::verdict::lease_lost;
    ledger_.save(message_, 1, at(0));
    ledger_.save(message_, 2, at(10));
    ledger_.record(message_, lost);

    EXPECT_EQ(state(), "running");
    EXPECT_EQ(verdict(1), "lease_lost");
    EXPECT_EQ(verdict(2), "open");
}

TEST_F(LedgerTest, AnAttemptThatAKillCutShortEndsWhenTheNextBegins) {
    ledger_.save(message_, 1, at(0));

    ledger_.save(message_, 2, at(100));

    EXPECT_EQ(verdict(1), "cancelled");
    EXPECT_EQ(number("SELECT ended_at FROM attempts WHERE number = 1"), at(100).time_since_epoch().count());
    EXPECT_THAT(text("SELECT error FROM attempts WHERE number = 1"), testing::HasSubstr("interrupted"));
    EXPECT_EQ(ledger_.unfinished().at(0).attempts, 2);
}

TEST_F(LedgerTest, TheNextLifeDoubtsWhateverMayHaveBeenActedOn) {
    for (const core::verdict v : {core::verdict::save_failed, core::verdict::not_recovered, core::verdict::cancelled}) {
        core::outcome o = failed();
        o.verdict = v;
        const core::message m = message_number(10 + static_cast<std::uint64_t>(v));
        ledger_.record(m, o);
    }

    for (const ports::unfinished_message& u : ledger_.unfinished()) {
        EXPECT_TRUE(u.may_have_acted) << u.message.target.name;
    }
}

TEST_F(LedgerTest, AnEarlierAttemptThatActedIsNotForgottenOverALaterOneThatDidNot) {
    core::outcome acted = failed(1);
    acted.verdict = core::verdict::save_failed;
    ledger_.record(message_, acted);
    ledger_.record(message_, failed(2));

    EXPECT_TRUE(ledger_.unfinished().at(0).may_have_acted);
}

TEST_F(LedgerTest, WhatWasCertainlyNotActedOnIsTriedAgainByTheNextLife) {
    ledger_.record(message_, failed());

    EXPECT_FALSE(ledger_.unfinished().at(0).may_have_acted);
}

TEST_F(LedgerTest, AnAttemptThatAShutdownStoppedBeforeItsActIsTriedAgainByTheNextLife) {
    ledger_.enter(message_);
    ledger_.save(message_, 1, at(0));

    ledger_.nack(std::array{message_.id}, at(5), "shutdown");

    EXPECT_EQ(verdict(1), "stopped");
    EXPECT_FALSE(ledger_.unfinished().at(0).may_have_acted);
}

TEST_F(LedgerTest, AnAttemptThatAKillCutShortIsNoneThatAShutdownStopped) {
    ledger_.enter(message_);
    ledger_.save(message_, 1, at(0));
    ledger_.close_open_attempts(at(3));  // so the next life begins

    ledger_.nack(std::array{message_.id}, at(5), "shutdown");

    EXPECT_EQ(verdict(1), "cancelled");
    EXPECT_TRUE(ledger_.unfinished().at(0).may_have_acted);
}

TEST_F(LedgerTest, NackReturnsMessagesToTheJournalAndSaysWhy) {
    const core::message running = message_number(2);
    const core::message backing_off = message_number(3);
    const core::uuid unknown = message_number(4).id;
    ledger_.enter(message_);
    ledger_.save(running, 1, at(0));
    ledger_.record(backing_off, failed(1));

    ledger_.nack(std::array{message_.id, running.id, backing_off.id, unknown}, at(5), "shutdown");

    const auto found = ledger_.unfinished();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(number("SELECT count(*) FROM messages WHERE state = 'nacked' AND note = 'shutdown'"), 3);
    EXPECT_EQ(found[1].attempts, 1);
    EXPECT_EQ(found[1].retry_at, std::nullopt);
    EXPECT_EQ(found[2].retry_at, at(60));
    EXPECT_EQ(text("SELECT verdict || ' ' || error FROM attempts WHERE message = 2"), "stopped shutdown");
}

/// The past of the target of message 1, as message `now` sees it.
class LedgerPastTest : public LedgerTest {
protected:
    void recover(std::uint64_t n, int seconds, const std::string& act = "restart", int started = 0) {
        core::message m = message_number(n);
        m.target = message_.target;
        core::outcome o = recovered();
        o.started_at = at(started);
        o.recovery = std::chrono::seconds{seconds};
        o.not_before = std::chrono::seconds{seconds - 1};
        o.act = act;
        ledger_.record(m, o);
    }

    std::vector<std::int64_t> past(std::uint64_t now, const std::string& act = "restart", int since = 0) {
        core::message m = message_number(now);
        m.target = message_.target;
        ledger_.enter(m);
        std::vector<std::int64_t> seconds;
        for (const core::seen_recovery& r : ledger_.past_recoveries(m.id, m.group, m.target.id, act, at(since))) {
            EXPECT_EQ(r.back - r.not_before, std::chrono::seconds{1});
            seconds.push_back(r.back / std::chrono::seconds{1});
        }
        return seconds;
    }
};

TEST_F(LedgerPastTest, IsOfTheSameTargetAndActNewestFirst) {
    recover(1, 5);
    recover(2, 7);
    recover(3, 9, "kill");
    ledger_.record(message_number(4), recovered());  // of another target
    core::message elsewhere = message_number(5);
    elsewhere.target = message_.target;
    elsewhere.group = "pets";
    ledger_.record(elsewhere, recovered());
    core::message lost = message_number(6);
    lost.target = message_.target;
    ledger_.record(lost, failed());
    recover(7, 8);

    EXPECT_THAT(past(100), testing::ElementsAre(8, 7, 5));
    EXPECT_THAT(past(100, "kill"), testing::ElementsAre(9));
    EXPECT_THAT(past(7), testing::ElementsAre(7, 5)) << "itself and what came after it are left out";
}

TEST_F(LedgerPastTest, ReachesBackSoFarAndNotAMicrosecondFarther) {
    recover(1, 5, "restart", 9);
    recover(2, 6, "restart", 10);
    recover(3, 7, "restart", 11);

    EXPECT_THAT(past(100, "restart", 10), testing::ElementsAre(7, 6));
}

TEST_F(LedgerPastTest, WhatFormerVersionsDidNotNoteCountsForAnyAct) {
    recover(1, 5);
    database_.connection().exec("UPDATE attempts SET act = NULL, not_before_us = NULL");

    const auto found = ledger_.past_recoveries(message_number(2).id, "cattle", message_.target.id, "kill", at(0));
    EXPECT_TRUE(found.empty()) << "a message that is not on record has no past";

    ledger_.enter(message_number(2));
    const auto past = ledger_.past_recoveries(message_number(2).id, "cattle", message_.target.id, "kill", at(0));
    EXPECT_THAT(past, testing::ElementsAre(core::seen_recovery{.back = std::chrono::seconds{5}, .not_before = {}}));
}

TEST_F(LedgerPastTest, EndsAfterAHundredRecoveriesOrAThousandAttempts) {
    database_.connection().exec("BEGIN");
    for (int n = 1; n <= 1200; ++n) {
        recover(static_cast<std::uint64_t>(n), n % 12 == 0 ? 2 : 1, n % 12 == 0 ? "kill" : "restart");
    }
    database_.connection().exec("COMMIT");

    EXPECT_EQ(past(2000).size(), core::past_recoveries_max);
    EXPECT_EQ(past(2000, "kill").size(), 84U) << "of the newest thousand";
}

TEST_F(LedgerTest, TextIsKeptByteForByte) {
    core::message odd = message_;
    odd.group = "gr\"oup'; DROP TABLE messages; --";
    odd.target.id = "/bin/\xc3\xa4 --x='1'\n\ttab";
    ledger_.enter(odd);

    const auto found = ledger_.unfinished();

    EXPECT_EQ(found.at(0).message.group, odd.group);
    EXPECT_EQ(found.at(0).message.target.id, odd.target.id);
}

TEST_F(LedgerTest, AnIdThatIsNoneIsAnErrorThatNamesIt) {
    ledger_.enter(message_);
    database_.connection().exec("UPDATE messages SET id = 'not-a-uuid-but-thirty-six-characters'");

    const std::string why = test::failure_of([this] { (void)ledger_.unfinished(); });

    EXPECT_THAT(why, testing::HasSubstr("not-a-uuid-but-thirty-six-characters"));
}

}  // namespace
}  // namespace mayhem::stores
