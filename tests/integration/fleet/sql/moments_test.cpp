// Proves how a fleet's database decides a moment, on a real PostgreSQL: once, by who stands according to the answers
// that it may believe, less what is under way. The cases are those in which two hosts could fall instead of one.
#include <gtest/gtest.h>

#include "integration/fleet/sql/fleet_bed.hpp"

namespace mayhem::testing {
namespace {

const std::string a = fleet_bed::uuid(1);
const std::string b = fleet_bed::uuid(2);

// Four members stand and three must; two hosts with two each.
class MomentsTest : public ::testing::Test {
protected:
    fleet_bed bed;

    void SetUp() override { bed.adopt(); }

    /// What both hosts answer at the second moment, but for what a test says of h1; then the decision.
    std::string decide_again(const fleet_bed::answer& of_h1) {
        const std::string moment = bed.moment(1);
        bed.owner.ask("UPDATE mayhem.groups SET cursor = ''");
        fleet_bed::answer first = of_h1;
        first.moment = moment;
        bed.say("h1", first);
        bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});
        return bed.decide("h2", moment, b);
    }
};

TEST_F(MomentsTest, GrantsTheSmallestOfferOfAll) {
    EXPECT_EQ(bed.grant(bed.moment(), a), "granted|");

    EXPECT_EQ(bed.owner.line("SELECT host, target, incarnation, state, counts FROM mayhem.acts"), "h1|t0|i0|granted|t");
    EXPECT_EQ(bed.owner.line("SELECT what, message FROM mayhem.moments"), "granted|" + a);
    EXPECT_EQ(bed.owner.line("SELECT cursor, round FROM mayhem.groups"), "aa|1");
}

TEST_F(MomentsTest, IsDecidedOnce) {
    const std::string moment = bed.moment();
    ASSERT_EQ(bed.grant(moment, a), "granted|");

    EXPECT_EQ(bed.decide("h1", moment, b), "decided_already|");
    EXPECT_EQ(bed.decide("h2", moment, a), "decided_already|") << "the same call again, whose answer was lost";
    EXPECT_EQ(bed.owner.line("SELECT count(*) FROM mayhem.moments"), "1");
    EXPECT_EQ(bed.at("h1").line("SELECT message FROM mayhem.grant_of($1)", {a}), a);
}

TEST_F(MomentsTest, WhatIsGrantedAndStillCountedByItsHostIsDown) {
    ASSERT_EQ(bed.grant(bed.moment(), a), "granted|");

    EXPECT_EQ(decide_again({.offer = "(cc,t9,i9,,)"}), "skipped|too_few_healthy");
}

TEST_F(MomentsTest, WhatIsClaimedAndListedAsTakenIsCountedOnce) {
    ASSERT_EQ(bed.grant(bed.moment(), a), "granted|");
    ASSERT_EQ(bed.claim("h1", a), "ok");

    EXPECT_EQ(decide_again({.standing = 1, .taken = "{" + a + "}", .offer = "(cc,t9,i9,,)"}),
              "skipped|too_few_healthy");
    EXPECT_EQ(bed.owner.line("SELECT counts ->> 'healthy' FROM mayhem.moments ORDER BY planned_at DESC LIMIT 1"), "3");
}

TEST_F(MomentsTest, AHostThatOnlyAnsweredAnEarlierMomentIsNobody) {
    ASSERT_EQ(bed.grant(bed.moment(), a), "granted|");
    const std::string moment = bed.moment(1);
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});

    EXPECT_EQ(bed.decide("h2", moment, b), "skipped|too_few_healthy");
    EXPECT_EQ(bed.owner.line("SELECT counts ->> 'answers' FROM mayhem.moments WHERE message = $1", {b}), "1");
}

TEST_F(MomentsTest, AHostThatOnlyAnsweredAnEarlierCensusIsNobody) {
    const std::string moment = bed.moment();
    const auto ask = [&](const std::string& host) {
        return bed.at(host).line("SELECT census FROM mayhem.ask('web', $1, $2, $3)",
                                 {moment, host, fleet_bed::life_of(host)});
    };
    ASSERT_EQ(ask("h1"), "1");
    bed.say("h1", {.offer = "(aa,t0,i0,,)", .census = "1"});
    ASSERT_EQ(ask("h1"), "2");
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .census = "2"});

    EXPECT_EQ(bed.decide("h2", moment, a, {.census = "2"}), "skipped|too_few_healthy");
}

TEST_F(MomentsTest, AnAnswerToALaterCensusAnswersTheFormerOnesToo) {
    const std::string moment = bed.moment();
    bed.say("h1", {.offer = "(aa,t0,i0,,)", .census = "7"});
    bed.say("h1", {.offer = "(aa,t0,i0,,)", .moment = moment});  // unasked, and it is newer
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .census = "7"});

    EXPECT_EQ(bed.decide("h2", moment, a, {.census = "7"}), "granted|");
}

TEST_F(MomentsTest, WhoAsksIsAloneForAMomentAndDecidesNothing) {
    const std::string moment = bed.moment();
    const auto ask = [&](const std::string& host, const std::string& of) {
        return bed.at(host).line("SELECT * FROM mayhem.ask('web', $1, $2, $3)", {of, host, fleet_bed::life_of(host)});
    };

    EXPECT_EQ(ask("h1", moment), "1|1|");
    EXPECT_EQ(ask("h2", moment), "|1|") << "somebody else has asked";
    EXPECT_EQ(ask("h1", moment), "2|1|");
    EXPECT_EQ(bed.at("h2").line("SELECT censuses -> 0 ->> 'census' FROM mayhem.poll('h2')"), "2");
    bed.say("h1", {.census = "2"});
    ASSERT_EQ(bed.decide("h1", moment, a, {.census = "2"}), "skipped|too_few_healthy");
    EXPECT_EQ(ask("h1", moment), "") << "it is decided";
    EXPECT_EQ(bed.version(), "2") << "adopted, decided: an ask is no decision";
}

TEST_F(MomentsTest, AnAnswerFromBeforeAnActIsNotBelievedAfterIt) {
    ASSERT_EQ(bed.grant(bed.moment(), a), "granted|");
    const std::string moment = bed.moment(1);
    bed.say("h1", {.offer = "(cc,t9,i9,,)", .moment = moment});
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});
    ASSERT_EQ(bed.claim("h1", a), "ok");
    ASSERT_EQ(bed.settle("h1", a, {.verdict = "not_recovered", .row = "failure", .standing = 1}), "ok");

    EXPECT_EQ(bed.decide("h2", moment, b), "skipped|too_few_healthy");
}

TEST_F(MomentsTest, ALateAnswerNeverOverwritesANewerOne) {
    const std::string moment = bed.moment();
    bed.say("h1", {.standing = 1, .moment = moment});
    bed.at("h1").ask("SELECT mayhem.answer('web', 'h1', $1, 0, 0, $2, 'p', 2, 2, '{}', 1, '', NULL, NULL)",
                     {fleet_bed::life_of("h1"), moment});
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});

    EXPECT_EQ(bed.decide("h2", moment, a), "skipped|too_few_healthy");
}

TEST_F(MomentsTest, AnAnswerIsWorthNothingAfterFiveSeconds) {
    const std::string moment = bed.moment();
    bed.say("h1", {.offer = "(aa,t0,i0,,)", .moment = moment});
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});
    bed.let_pass("6 s");

    EXPECT_EQ(bed.decide("h2", moment, a), "skipped|too_few_healthy");
}

TEST_F(MomentsTest, WhoFollowsAnotherPlanNeitherStandsNorDecides) {
    const std::string moment = bed.moment();
    bed.say("h1", {.offer = "(aa,t0,i0,,)", .plan = "q", .moment = moment});
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});

    EXPECT_EQ(bed.decide("h1", moment, a, {.plan = "q"}), "other_config|");
    EXPECT_EQ(bed.decide("h2", moment, a), "skipped|too_few_healthy");
}

TEST_F(MomentsTest, WhoHasLeftOrBegunANewLifeNoLongerStands) {
    bed.adopt(R"({"min_healthy": 2})");
    const auto decide_after = [&](const std::string& sql, int later, const std::string& message) {
        const std::string moment = bed.moment(later);
        bed.say("h1", {.moment = moment});
        bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});
        bed.at("h1").ask(sql, {fleet_bed::life_of("h1")});
        return bed.decide("h2", moment, message);
    };

    EXPECT_EQ(decide_after("SELECT mayhem.beat('h1', $1, '0', true)", 0, a), "skipped|too_few_healthy");
    bed.owner.ask("UPDATE mayhem.hosts SET leaving = false");
    EXPECT_EQ(decide_after("SELECT mayhem.hello('h1', gen_random_uuid(), 2, $1, 'm', '1')", 1, b),
              "skipped|too_few_healthy");
}

TEST_F(MomentsTest, AnOfferForAnotherRoundIsAskedForAgain) {
    bed.adopt(R"({"min_healthy": 0})");
    const std::string moment = bed.moment(900);
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});
    ASSERT_EQ(bed.grant(bed.moment(), a), "granted|") << "moves the cursor behind the offer of before";
    bed.owner.ask("UPDATE mayhem.answers SET cursor = '', moment = $1", {moment});

    EXPECT_EQ(bed.decide("h2", moment, b), "ask_again|");
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});
    EXPECT_EQ(bed.decide("h2", moment, b), "granted|");
}

TEST_F(MomentsTest, ARoundThatIsOverIsFollowedByTheNext) {
    bed.adopt(R"({"min_healthy": 0})");
    const std::string moment = bed.moment();
    bed.say("h1", {.next = "(dd,t0,i0,,)", .moment = moment});
    bed.say("h2", {.next = "(cc,t1,i1,,)", .moment = moment});

    EXPECT_EQ(bed.decide("h2", moment, a), "granted|");
    EXPECT_EQ(bed.owner.line("SELECT round, cursor FROM mayhem.groups"), "2|cc");
    EXPECT_EQ(bed.owner.line("SELECT host FROM mayhem.acts"), "h2");
}

TEST_F(MomentsTest, NobodyToBeHitIsAReason) {
    bed.adopt(R"({"min_healthy": 0})");
    const std::string moment = bed.moment();
    bed.say("h1", {.moment = moment});

    EXPECT_EQ(bed.decide("h2", moment, a), "skipped|no_target");
}

TEST_F(MomentsTest, WhatWasMissedGoesOnRecordWithTheDecisionThatComesAfterIt) {
    ASSERT_EQ(bed.grant(bed.moment(-60'000), a), "granted|");
    const std::string missed = "{" + bed.moment(-70'000) + "," + bed.moment(-30'000) + "," + bed.moment(-20'000) + "}";
    const std::string messages = "{" + fleet_bed::uuid(7) + "," + fleet_bed::uuid(8) + "," + fleet_bed::uuid(9) + "}";

    EXPECT_EQ(bed.decide("h2", bed.moment(), b, {.missed = missed, .missed_messages = messages}),
              "skipped|too_few_healthy");
    EXPECT_EQ(bed.owner.line("SELECT array_agg(message ORDER BY planned_at) FROM mayhem.moments WHERE what = 'missed'"),
              "{" + fleet_bed::uuid(8) + "," + fleet_bed::uuid(9) + "}")
        << "what lies before the newest decided one is decided";
    EXPECT_EQ(bed.owner.line("SELECT detail ->> 'missed_before' FROM mayhem.journal ORDER BY id DESC LIMIT 1"), "2");
}

TEST_F(MomentsTest, AMomentOlderThanTheToleranceIsMissed) {
    bed.adopt(R"({"min_healthy": 3, "tolerance": "10 s"})");

    EXPECT_EQ(bed.grant(bed.moment(-11'000), a), "skipped|missed");
    EXPECT_EQ(bed.owner.line("SELECT what FROM mayhem.moments"), "missed");
}

TEST_F(MomentsTest, AMomentThatLiesAheadIsNotDecided) {
    EXPECT_EQ(bed.grant(bed.moment(3'600'000), a), "clock_off|");
    EXPECT_EQ(bed.owner.line("SELECT count(*) FROM mayhem.moments"), "0");
    EXPECT_EQ(bed.grant(bed.moment(), a), "granted|") << "nobody can push the group into the future";
}

TEST_F(MomentsTest, AGrantThatNobodyClaimsGivesItsPlaceBack) {
    bed.adopt(R"({"min_healthy": 3, "max_per_day": 1})");
    ASSERT_EQ(bed.grant(bed.moment(), a), "granted|");
    ASSERT_EQ(bed.grant(bed.moment(1), fleet_bed::uuid(3)), "skipped|daily_limit");
    bed.let_pass("11 s");

    EXPECT_EQ(decide_again({.offer = "(aa,t0,i0,,)"}), "granted|") << "the same incarnation: it has not fallen";
    EXPECT_EQ(bed.owner.line("SELECT state, counts FROM mayhem.acts WHERE message = $1", {a}), "revoked|f");
    EXPECT_EQ(bed.claim("h1", a), "no_permit");
}

TEST_F(MomentsTest, AHostThatVanishesAfterAClaimOpensTheBreaker) {
    ASSERT_EQ(bed.grant(bed.moment(), a), "granted|");
    ASSERT_EQ(bed.claim("h1", a), "ok");
    bed.let_pass("361 s");

    EXPECT_EQ(decide_again({.offer = "(cc,t9,i9,,)"}), "skipped|breaker_open");
    EXPECT_EQ(bed.owner.line("SELECT state, counts FROM mayhem.acts"), "lost|t");
    EXPECT_EQ(bed.owner.line("SELECT reason FROM mayhem.breakers"), "host h1 vanished after an act on t0");
    EXPECT_EQ(bed.settle("h1", a), "already");
    EXPECT_EQ(bed.owner.line("SELECT state, verdict FROM mayhem.acts"), "lost|recovered") << "it came back after all";
}

TEST_F(MomentsTest, ADatabaseOlderThanWhatIsKnownDecidesNothing) {
    const std::string moment = bed.moment();
    bed.say("h1", {.offer = "(aa,t0,i0,,)", .moment = moment});

    const auto refused = [&](auto call) {
        try {
            call();
            return std::string("no");
        } catch (const pg_error& e) {
            return e.sqlstate;
        }
    };

    EXPECT_EQ(refused([&] { bed.decide("h1", moment, a, {.known = "999"}); }), "MM004");
    EXPECT_EQ(bed.version(), "1") << "and nothing has changed";
    ASSERT_EQ(bed.grant(bed.moment(), a), "granted|");
    EXPECT_EQ(refused([&] { bed.decide("h1", moment, a, {.known = "999"}); }), "MM004") << "not even decided_already";
    EXPECT_EQ(refused([&] { bed.claim("h1", a, a, "999"); }), "MM004");
    EXPECT_EQ(refused([&] { bed.settle("h1", a, {.known = "999"}); }), "MM004");
}

}  // namespace
}  // namespace mayhem::testing
