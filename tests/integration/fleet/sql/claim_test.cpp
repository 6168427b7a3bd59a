// Proves who gets a permit, on a real PostgreSQL: a claim of what is granted, once, by the host that it is granted to,
// while nobody has halted; and that a settlement says the truth about it afterwards.
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "integration/fleet/sql/fleet_bed.hpp"

namespace mayhem::testing {
namespace {

const std::string a = fleet_bed::uuid(1);
const std::string b = fleet_bed::uuid(2);

class ClaimTest : public ::testing::Test {
protected:
    fleet_bed bed;

    void SetUp() override {
        bed.adopt();
        ASSERT_EQ(bed.grant(bed.moment(), a), "granted|");
    }

    void halt(const std::optional<std::string>& group) {
        bed.at("h2").ask("SELECT mayhem.halt(gen_random_uuid(), $1, 'somebody', 'too hot')", {group});
    }
};

TEST_F(ClaimTest, IsAPermitOnce) {
    EXPECT_EQ(bed.claim("h1", a, fleet_bed::uuid(901)), "ok");

    EXPECT_EQ(bed.claim("h1", a, fleet_bed::uuid(901)), "ok_before") << "counted, and no permit";
    EXPECT_EQ(bed.claim("h1", a, fleet_bed::uuid(902)), "no_permit");
    EXPECT_EQ(bed.owner.line("SELECT state, counts, nonce FROM mayhem.acts"), "claimed|t|" + fleet_bed::uuid(901));
}

TEST_F(ClaimTest, IsOnlyForTheHostThatItIsGrantedTo) {
    EXPECT_EQ(bed.claim("h2", a), "unknown");
    EXPECT_EQ(bed.claim("h1", b), "unknown");
    EXPECT_EQ(bed.at("h2").line("SELECT count(*) FROM mayhem.grant_of($1)", {a}), "0");
    EXPECT_EQ(bed.at("h1").line("SELECT grants FROM mayhem.poll('h1')"), "{" + a + "}");
    EXPECT_EQ(bed.at("h2").line("SELECT grants FROM mayhem.poll('h1')"), "{}");
}

TEST_F(ClaimTest, IsRefusedWhileTheFleetIsHalted) {
    halt(std::nullopt);

    EXPECT_EQ(bed.claim("h1", a), "halted");
    EXPECT_EQ(bed.owner.line("SELECT state, counts, verdict FROM mayhem.acts"), "settled|f|halted");
    EXPECT_EQ(bed.at("h1").line("SELECT halted FROM mayhem.poll('h1')"), "t");
    EXPECT_EQ(bed.grant(bed.moment(1), b), "skipped|halted");
}

TEST_F(ClaimTest, IsRefusedWhileTheGroupIsHalted) {
    halt("web");

    EXPECT_EQ(bed.claim("h1", a), "halted");
    EXPECT_EQ(bed.owner.line("SELECT mayhem.resume('web', 'boss')"), "1");
    EXPECT_EQ(bed.grant(bed.moment(1), b), "granted|");
    EXPECT_EQ(bed.claim("h1", b), "ok");
}

TEST_F(ClaimTest, WaitsForNobodyToBeHalted) {
    pg_session other(bed.address("postgres"));
    other.ask("BEGIN");
    other.ask("SELECT mayhem.lock_group('web', NULL)");

    bed.at("h2").ask("SET lock_timeout = '1 ms'");
    EXPECT_NO_THROW(halt("web")) << "somebody holds the group's row";
    EXPECT_NO_THROW(halt(std::nullopt));
    other.ask("ROLLBACK");
}

TEST_F(ClaimTest, SeesAHaltThatCameWhileItWaitedForItsTurn) {
    pg_session other(bed.address("postgres"));
    other.ask("BEGIN");
    other.ask("SELECT mayhem.lock_group('web', NULL)");
    bed.at("h1").ask("SET statement_timeout = 0");
    bed.at("h1").ask("SELECT 1");
    std::string answer;
    {
        const std::jthread claimer([&] { answer = bed.claim("h1", a); });
        while (bed.owner.line("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "0") {
        }
        halt(std::nullopt);
        other.ask("ROLLBACK");
    }

    EXPECT_EQ(answer, "halted");
}

TEST_F(ClaimTest, ASecondHaltWithTheSameIdIsTheSame) {
    const auto say = [&] {
        return bed.at("h1").line("SELECT stands FROM mayhem.halt($1, NULL, 'me', 'why')", {fleet_bed::uuid(5)});
    };

    EXPECT_EQ(say(), "t");
    EXPECT_EQ(say(), "t");
    EXPECT_EQ(bed.owner.line("SELECT count(*), min(by) FROM mayhem.halts"), "1|me (h1)");
    EXPECT_EQ(bed.owner.line("SELECT mayhem.resume(NULL, 'boss')"), "1");
    EXPECT_EQ(say(), "f") << "it has ended, and does not stand up again";
}

TEST_F(ClaimTest, ARepeatedResumeEndsNoHaltThatCameMeanwhile) {
    halt(std::nullopt);
    const std::string then = bed.moment();
    halt(std::nullopt);

    EXPECT_EQ(bed.owner.line("SELECT mayhem.resume(NULL, 'boss', $1)", {then}), "1");
    EXPECT_EQ(bed.owner.line("SELECT mayhem.resume(NULL, 'boss', $1)", {then}), "0");
    EXPECT_EQ(bed.claim("h1", a), "halted");
}

TEST_F(ClaimTest, AHaltOfAGroupThatThereIsNotIsAnError) {
    EXPECT_EQ(bed.at("h1").refusal("SELECT mayhem.halt(gen_random_uuid(), 'wbe', 'me', '')"), "MM001");
}

TEST_F(ClaimTest, RestsOnACensusOfAtMostFiveSeconds) {
    bed.let_pass("4 s");
    ASSERT_EQ(bed.claim("h1", a), "ok");
    ASSERT_EQ(bed.settle("h1", a), "ok");
    ASSERT_EQ(bed.owner.line("SELECT counts FROM mayhem.acts"), "t");
    bed.owner.ask("UPDATE mayhem.acts SET incarnation = 'former'");
    ASSERT_EQ(bed.grant(bed.moment(1), b), "granted|");
    bed.owner.ask("UPDATE mayhem.acts SET census_at = census_at - interval '5.1 s'");

    EXPECT_EQ(bed.claim("h1", b), "no_permit");
    EXPECT_EQ(bed.owner.line("SELECT state, counts, verdict FROM mayhem.acts WHERE message = $1", {b}),
              "settled|f|no_permit");
}

TEST_F(ClaimTest, IsRefusedWhenExpiredOrBrokenOrOfAnotherPlan) {
    const auto refused = [&](const std::string& sql) {
        bed.owner.ask("UPDATE mayhem.acts SET state = 'granted', counts = true, settled_at = NULL, verdict = NULL");
        bed.owner.ask("BEGIN");
        bed.owner.ask(sql);
        bed.owner.ask("COMMIT");
        return bed.claim("h1", a);
    };

    EXPECT_EQ(refused("UPDATE mayhem.acts SET expires_at = clock_timestamp() - interval '1 s'"), "expired");
    EXPECT_EQ(refused("UPDATE mayhem.acts SET expires_at = 'infinity'; SELECT mayhem.open_breaker('web', 'x', NULL)"),
              "breaker_open");
    EXPECT_EQ(refused("SELECT mayhem.close_breaker('web', 'me'); UPDATE mayhem.groups SET plan = 'q'"), "other_config");
    EXPECT_EQ(refused("UPDATE mayhem.groups SET plan = 'p'"), "ok");
}

TEST_F(ClaimTest, AnIncarnationFallsOnce) {
    ASSERT_EQ(bed.claim("h1", a), "ok");
    ASSERT_EQ(bed.settle("h1", a), "ok");
    const std::string moment = bed.moment(1);
    bed.say("h1", {.offer = "(ab,t0,i0,,)", .next = "(ab,t0,i0,,)", .moment = moment});
    bed.say("h2", {.moment = moment});

    EXPECT_EQ(bed.decide("h2", moment, b), "skipped|no_target") << "the host believes that it could fall again";

    // And should a decision have slipped through, the claim does not, nor would the table take it.
    bed.owner.ask("UPDATE mayhem.acts SET incarnation = 'another'");
    const std::string later = bed.moment(2);
    bed.say("h1", {.offer = "(ab,t0,i0,,)", .next = "(ab,t0,i0,,)", .moment = later});
    bed.say("h2", {.moment = later});
    const std::string c = fleet_bed::uuid(3);
    ASSERT_EQ(bed.decide("h2", later, c), "granted|");
    bed.owner.ask("UPDATE mayhem.acts SET incarnation = 'i0' WHERE message = $1", {a});
    EXPECT_EQ(bed.owner.refusal("UPDATE mayhem.acts SET state = 'claimed', claimed_at = now(), life = message, nonce = "
                                "message WHERE state = 'granted'"),
              "23505");
    EXPECT_EQ(bed.claim("h1", c), "already_restarted");
}

TEST_F(ClaimTest, WhatWasNotDoneGivesItsPlaceBack) {
    ASSERT_EQ(bed.claim("h1", a), "ok");

    EXPECT_EQ(bed.settle("h1", a, {.verdict = "refused", .has_acted = false, .row = "neither"}), "ok");
    EXPECT_EQ(bed.settle("h1", a), "already");
    EXPECT_EQ(bed.settle("h1", b), "unknown");
    EXPECT_EQ(bed.owner.line("SELECT state, counts, verdict FROM mayhem.acts"), "settled|f|refused");
}

TEST_F(ClaimTest, FailuresInARowOpenTheBreaker) {
    bed.owner.ask("UPDATE mayhem.groups SET max_failures = 2, min_healthy = 0");
    const auto fail = [&](int number, const std::string& row) {
        const std::string message = fleet_bed::uuid(number);
        bed.owner.ask("UPDATE mayhem.acts SET incarnation = message::text WHERE state <> 'granted'");
        EXPECT_EQ(bed.grant(bed.moment(number), message), "granted|");
        EXPECT_EQ(bed.claim("h1", message), "ok");
        EXPECT_EQ(bed.settle("h1", message, {.row = row}), "ok");
        return bed.owner.line("SELECT count(*) FROM mayhem.breakers WHERE closed_at IS NULL");
    };
    ASSERT_EQ(bed.claim("h1", a), "ok");
    ASSERT_EQ(bed.settle("h1", a, {.row = "failure"}), "ok");

    EXPECT_EQ(fail(11, "success"), "0");
    EXPECT_EQ(fail(12, "failure"), "0") << "not in a row with the first";
    EXPECT_EQ(fail(13, "neither"), "0");
    EXPECT_EQ(fail(14, "failure"), "1");
    EXPECT_EQ(bed.owner.line("SELECT reason FROM mayhem.breakers"), "2 failures in a row");
    EXPECT_EQ(bed.owner.line("SELECT mayhem.close_breaker('web', 'boss')"), "t");
    EXPECT_EQ(bed.owner.line("SELECT mayhem.close_breaker('web', 'boss')"), "f");
    EXPECT_EQ(bed.owner.line("SELECT failures FROM mayhem.groups"), "0");
}

TEST_F(ClaimTest, ANewLifeFindsWhatAFormerOneMayHaveDone) {
    ASSERT_EQ(bed.claim("h1", a), "ok");
    const std::string life = fleet_bed::uuid(77);
    bed.at("h1").ask("SELECT mayhem.hello('h1', $1, 2, $2, 'm', '1')", {life, fleet_bed::life_of("h1")});

    EXPECT_EQ(bed.at("h1").line("SELECT message FROM mayhem.left_over('h1', $1)", {life}), a);
    EXPECT_EQ(bed.at("h2").line("SELECT count(*) FROM mayhem.left_over('h1', $1)", {life}), "0");
    EXPECT_EQ(bed.at("h1").refusal("SELECT mayhem.claim($1, 'h1', $2, $1, 'p', -1)", {a, fleet_bed::life_of("h1")}),
              "MM003")
        << "the former life";
    EXPECT_EQ(
        bed.at("h1").line(
            "SELECT answer FROM mayhem.settle($1, 'h1', $2, 'cancelled', true, 'neither', NULL, 2, 1, -1)", {a, life}),
        "ok");
}

}  // namespace
}  // namespace mayhem::testing
