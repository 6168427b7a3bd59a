// Proves what a call comes to, with a real PostgreSQL that nothing is wrong with: rows, refusals, repetitions, and what
// leaves open whether it happened.
#include <gtest/gtest.h>

#include "integration/fleet/link_trial.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "system/boot_time.hpp"

namespace mayhem::fleet {
namespace {

using namespace std::chrono_literals;

class PgLinkCallTest : public ::testing::Test {
protected:
    /// Plays `body` with a link that is connected, and expects that the loop was not held.
    void play(const link_trial::scenario& body) {
        expect_prompt([&] {
            link_trial trial(settings_for(bed_));
            trial.run([&body](link_trial& t) { return connect_and(t, body); });
            calls_ = trial.seen.calls;
            return trial.lag();
        });
    }

    test::postgres_bed bed_;
    std::vector<std::string> calls_;  ///< of the last try

private:
    static async::awaitable<void> connect_and(link_trial& t, const link_trial::scenario& body) {
        const async::frame here;
        co_await t.connected();
        co_await body(t);
    }
};

TEST_F(PgLinkCallTest, RowsHaveTheirValuesAndWhenTheyWereAskedFor) {
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto before = system::boot_time();
        const auto outcome = co_await t.link.call({.name = "echo",
                                                   .sql = "SELECT $1, $2, $3::int + 1 UNION ALL SELECT '', null, 0",
                                                   .parameters = {"it's", std::nullopt, "41"}});
        const auto* const done = std::get_if<rows>(&outcome);
        EXPECT_NE(done, nullptr) << reason_of(outcome);
        if (done != nullptr) {
            using row = std::vector<std::optional<std::string>>;
            EXPECT_EQ(done->values, (std::vector<row>{row{"it's", std::nullopt, "42"}, row{"", std::nullopt, "0"}}));
            EXPECT_GE(done->sent, before);
            EXPECT_LE(done->sent, system::boot_time());
        }
    });
    EXPECT_EQ(calls_, std::vector<std::string>{"echo rows 1"});
}

TEST_F(PgLinkCallTest, WhatTheDatabaseForbidsIsRefusedWithItsCode) {
    bed_.sql(
        "CREATE TABLE hidden (); CREATE FUNCTION lost() RETURNS void LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'older than known' USING ERRCODE = 'MM004'; END$$");
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto forbidden = co_await t.call("SELECT * FROM hidden");
        EXPECT_EQ(reason_of(forbidden), "42501 ERROR: permission denied for table hidden");
        const auto lost = co_await t.call("SELECT lost()");
        EXPECT_EQ(reason_of(lost).find("MM004 ERROR: older than known"), 0U) << reason_of(lost);
        EXPECT_TRUE(t.link.is_connected());
    });
    EXPECT_EQ(calls_, (std::vector<std::string>{"test refused 1", "test refused 1"}));
}

TEST_F(PgLinkCallTest, ARefusalThatComesWithTheCommitIsOne) {
    bed_.sql("CREATE TABLE once (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); GRANT ALL ON once TO mayhem");
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto outcome = co_await t.call("INSERT INTO once VALUES (1), (1)");
        EXPECT_EQ(reason_of(outcome).find("23505 "), 0U) << value_of(outcome);
    });
}

TEST_F(PgLinkCallTest, WhatWasRolledBackBecauseOfOthersIsTriedAgain) {
    bed_.sql(
        "CREATE SEQUENCE tries; GRANT ALL ON tries TO mayhem; "
        "CREATE FUNCTION fails(times int, code text) RETURNS bigint LANGUAGE plpgsql AS "
        "$$DECLARE n bigint := nextval('tries'); BEGIN IF n <= times THEN "
        "RAISE EXCEPTION 'not now' USING ERRCODE = code; END IF; RETURN n; END$$");
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        for (const std::string code : {"40001", "40P01", "55P03"}) {
            const auto begun = co_await t.call("SELECT setval('tries', 1, false)");
            EXPECT_EQ(value_of(begun), "1");
            const auto outcome = co_await t.call("SELECT fails(4, '" + code + "')");
            EXPECT_EQ(value_of(outcome), "5") << code;
        }
    });
    EXPECT_EQ(calls_, (std::vector<std::string>{"test rows 1", "test rows 5", "test rows 1", "test rows 5",
                                                "test rows 1", "test rows 5"}));
}

TEST_F(PgLinkCallTest, AfterEightTriesTheLastRefusalHolds) {
    bed_.sql(
        "CREATE FUNCTION never() RETURNS void LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END$$");
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto outcome = co_await t.call("SELECT never()");
        EXPECT_EQ(reason_of(outcome).find("40001 ERROR: not now"), 0U) << value_of(outcome);
    });
    EXPECT_EQ(calls_, std::vector<std::string>{"test refused 8"});
}

TEST_F(PgLinkCallTest, AWarningLeavesOpenWhetherItHappenedAndANoticeDoesNot) {
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto noticed = co_await t.call("DO $$BEGIN RAISE NOTICE 'by the way'; END$$");
        EXPECT_EQ(value_of(noticed), "no rows");
        const auto warned = co_await t.call("DO $$BEGIN RAISE WARNING 'might not last'; END$$");
        EXPECT_TRUE(std::holds_alternative<unknown>(warned));
        EXPECT_EQ(reason_of(warned).find("WARNING: might not last"), 0U) << value_of(warned);
        const auto next = co_await t.call("SELECT 1");
        EXPECT_EQ(value_of(next), "1");
    });
    EXPECT_EQ(calls_, (std::vector<std::string>{"test rows 1", "test unknown 1", "test rows 1"}));
}

TEST_F(PgLinkCallTest, ATimeoutOfTheDatabaseLeavesItOpen) {
    bed_.sql("ALTER ROLE mayhem SET statement_timeout = '50ms'");
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto outcome = co_await t.call("SELECT pg_sleep(30)");
        EXPECT_TRUE(std::holds_alternative<unknown>(outcome)) << value_of(outcome);
        EXPECT_NE(reason_of(outcome).find("statement timeout"), std::string::npos) << reason_of(outcome);
        EXPECT_TRUE(t.link.is_connected());
    });
}

TEST_F(PgLinkCallTest, OverSixtyFourKibibytesNothingIsSent) {
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const std::string sql = "SELECT length($1)::text";
        const std::size_t room = statement::bytes_max - sql.size();
        const auto longest =
            co_await t.link.call({.name = "longest", .sql = sql, .parameters = {std::string(room, 'x')}});
        EXPECT_EQ(value_of(longest), std::to_string(room));
        const auto longer =
            co_await t.link.call({.name = "longer", .sql = sql, .parameters = {std::string(room + 1, 'x')}});
        EXPECT_TRUE(std::holds_alternative<not_sent>(longer));
        EXPECT_TRUE(t.link.is_connected());
    });
    EXPECT_EQ(calls_, (std::vector<std::string>{"longest rows 1", "longer not sent 0"}));
}

TEST_F(PgLinkCallTest, WithoutTimeLeftNothingIsSent) {
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto outcome = co_await t.call("SELECT 1", 0s);
        EXPECT_TRUE(std::holds_alternative<not_sent>(outcome)) << value_of(outcome);
        EXPECT_TRUE(t.link.is_connected());
    });
    EXPECT_EQ(calls_, std::vector<std::string>{"test not sent 0"});
}

TEST_F(PgLinkCallTest, ABigResultArrivesWholeAndDoesNotHoldTheLoop) {
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto outcome = co_await t.call("SELECT repeat('x', 2000) FROM generate_series(1, 8000)");
        const auto* const done = std::get_if<rows>(&outcome);
        EXPECT_NE(done, nullptr) << reason_of(outcome);
        if (done != nullptr) {
            EXPECT_EQ(done->values.size(), 8000U);
            EXPECT_EQ(done->values.back()[0], std::string(2000, 'x'));
        }
    });
}

TEST_F(PgLinkCallTest, AnAnswerWithMoreRowsThanTheMaximumCostsTheConnection) {
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto most = co_await t.call("SELECT g FROM generate_series(1, 100000) g");
        EXPECT_EQ(value_of(most), "1");
        const auto more = co_await t.call("SELECT g FROM generate_series(1, 100001) g");
        EXPECT_TRUE(std::holds_alternative<unknown>(more)) << value_of(more);
        EXPECT_EQ(reason_of(more), "the answer has more than 100000 rows");
    });
}

TEST_F(PgLinkCallTest, WhatGivesNoRowsButAStreamIsNoCall) {
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto outcome = co_await t.call("COPY (SELECT 1) TO STDOUT");
        EXPECT_TRUE(std::holds_alternative<unknown>(outcome)) << value_of(outcome);
        EXPECT_NE(reason_of(outcome).find("COPY"), std::string::npos) << reason_of(outcome);
        EXPECT_FALSE(t.link.is_connected());
    });
}

TEST_F(PgLinkCallTest, UrgentCallsGoBeforeThoseThatWait) {
    bed_.sql("CREATE TABLE came (id serial, who text); GRANT ALL ON came, came_id_seq TO mayhem");
    play([](link_trial& t) -> async::awaitable<void> {
        const async::frame here;
        const auto insert = [&t](const char* who, urgency u) {
            return t.link.call({.name = who, .sql = "INSERT INTO came (who) VALUES ($1)", .parameters = {who}},
                               {u, 30s});
        };
        const auto emptied = co_await t.call("DELETE FROM came");
        EXPECT_EQ(value_of(emptied), "no rows");
        const auto all =
            co_await async::gather_settled(t.call("SELECT pg_sleep(0.1)"), insert("beat", urgency::ordinary),
                                           insert("poll", urgency::ordinary), insert("claim", urgency::first));
        (void)all;  // the table says it
        const auto order = co_await t.call("SELECT string_agg(who, ' ' ORDER BY id) FROM came");
        EXPECT_EQ(value_of(order), "claim beat poll");
    });
}

}  // namespace
}  // namespace mayhem::fleet
