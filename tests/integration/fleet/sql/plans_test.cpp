// Proves what people and majorities decide about a fleet, on a real PostgreSQL: plans, hosts that come and go, what was
// lost, and what is deleted.
#include <string>

#include <gtest/gtest.h>

#include "integration/fleet/sql/fleet_bed.hpp"

namespace mayhem::testing {
namespace {

const std::string a = fleet_bed::uuid(1);

TEST(FleetPlanTest, AnOperatorMakesAGroupAndMovesIt) {
    fleet_bed bed(0);
    const auto adopt = [&](const std::string& plan, const std::string& terms) {
        return bed.owner.line("SELECT * FROM mayhem.adopt('web', $1, $2, 'boss')", {plan, terms});
    };

    EXPECT_EQ(adopt("p", R"({"min_healthy": "80%", "max_unavailable": 2, "zone": "Europe/Berlin"})"), "made|1");
    EXPECT_EQ(adopt("p", R"({"min_healthy": "80%", "max_unavailable": 2, "zone": "Europe/Berlin"})"), "same|2");
    EXPECT_EQ(bed.owner.line("SELECT min_healthy, min_healthy_is_percent, max_unavailable, max_unavailable_is_percent, "
                             "zone, adopt, last <= clock_timestamp() FROM mayhem.groups"),
              "80|t|2|f|Europe/Berlin|operator|t");
    EXPECT_EQ(adopt("q", R"({"min_healthy": 15})"), "moved|3");
    EXPECT_EQ(bed.owner.line("SELECT plan, min_healthy, min_healthy_is_percent, max_unavailable FROM mayhem.groups"),
              "q|15|f|0");
    EXPECT_EQ(bed.owner.line("SELECT what, who FROM mayhem.journal ORDER BY id DESC LIMIT 1"), "adopt|boss (postgres)");
}

TEST(FleetPlanTest, TermsThatMakeNoSenseAreRefusedWithAReason) {
    fleet_bed bed(0);
    const auto refusal = [&](const std::string& terms) {
        return bed.owner.refusal("SELECT mayhem.adopt('web', 'p', $1, 'boss')", {terms});
    };

    EXPECT_EQ(refusal("{}"), "MM005") << "min_healthy is not left out";
    EXPECT_EQ(refusal(R"({"min_healthy": 3, "max_unavailabel": 2})"), "MM005") << "a typing error is not no limit";
    EXPECT_EQ(refusal(R"({"min_healthy": "most"})"), "MM005");
    EXPECT_EQ(refusal(R"({"min_healthy": -3})"), "MM005");
    EXPECT_EQ(refusal(R"({"min_healthy": "101%"})"), "23514");
    EXPECT_EQ(refusal(R"({"min_healthy": 3, "zone": "Europe/Berln"})"), "MM005");
    EXPECT_EQ(bed.owner.refusal("SELECT mayhem.adopt('We b', 'p', '{\"min_healthy\": 3}', 'boss')"), "23514");
    EXPECT_EQ(bed.owner.line("SELECT count(*) FROM mayhem.groups"), "0");
}

class FleetMajorityTest : public ::testing::Test {
protected:
    fleet_bed bed{4};

    static constexpr const char* terms = R"({"min_healthy": 2})";

    std::string propose(const std::string& host, const std::string& plan, const std::string& with = terms) {
        return bed.at(host).line("SELECT answer FROM mayhem.propose('web', $1, $2, $3, $4, -1)",
                                 {host, fleet_bed::life_of(host), plan, with});
    }

    void let_pass(const std::string& interval) {
        bed.owner.ask("UPDATE mayhem.proposals SET since = since - $1::interval", {interval});
    }

    /// All four have answered once, so that they are of the group.
    void adopt(const std::string& with) {
        bed.adopt(with);
        for (const char* const host : {"h1", "h2", "h3", "h4"}) {
            bed.say(host, {});
        }
    }
};

TEST_F(FleetMajorityTest, MovesNothingUnlessTheOperatorHasSaidSo) {
    adopt(R"({"min_healthy": 3})");
    for (const char* const host : {"h1", "h2", "h3", "h4"}) {
        EXPECT_EQ(propose(host, "q"), "other_config");
    }
    let_pass("1 h");

    EXPECT_EQ(propose("h1", "q"), "other_config");
    EXPECT_EQ(bed.owner.line("SELECT plan FROM mayhem.groups"), "p");
}

TEST_F(FleetMajorityTest, MovesThePlanAfterAMinute) {
    adopt(R"({"min_healthy": 3, "adopt": "majority"})");
    EXPECT_EQ(propose("h1", "q"), "waiting");
    EXPECT_EQ(propose("h2", "q"), "waiting");
    let_pass("61 s");
    EXPECT_EQ(propose("h1", "q"), "waiting") << "two of four are not more than half";
    EXPECT_EQ(propose("h3", "q"), "waiting") << "the third has just begun to say so";
    let_pass("59 s");
    EXPECT_EQ(propose("h3", "q"), "waiting");
    let_pass("2 s");

    EXPECT_EQ(propose("h3", "q"), "moved");
    EXPECT_EQ(bed.owner.line("SELECT plan, min_healthy, adopt FROM mayhem.groups"), "q|2|majority");
    EXPECT_EQ(propose("h1", "q"), "same");
    EXPECT_EQ(propose("h4", "p"), "waiting") << "now it is the one that stands aside";
}

TEST_F(FleetMajorityTest, OneHostBringsInNoLimitsOfItsOwnUnderTheOthersPlan) {
    adopt(R"({"min_healthy": 3, "adopt": "majority"})");
    propose("h1", "q");
    propose("h2", "q");
    propose("h3", "q", R"({"min_healthy": 0})");
    let_pass("61 s");

    EXPECT_EQ(propose("h3", "q", R"({"min_healthy": 0})"), "waiting");
    EXPECT_EQ(propose("h1", "q"), "waiting");
    EXPECT_EQ(bed.owner.line("SELECT plan, min_healthy FROM mayhem.groups"), "p|3");
}

TEST_F(FleetMajorityTest, WhoIsAbsentHasNoVoteAndHowPlansAreMovedIsNoMatterOfVotes) {
    adopt(R"({"min_healthy": 3, "adopt": "majority"})");
    bed.owner.ask("UPDATE mayhem.hosts SET seen_at = seen_at - interval '91 s' WHERE name = 'h4'");
    for (const char* const host : {"h1", "h2"}) {
        propose(host, "q", R"({"min_healthy": 2, "adopt": "operator"})");
    }
    let_pass("61 s");

    EXPECT_EQ(propose("h1", "q", R"({"min_healthy": 2, "adopt": "operator"})"), "moved") << "two of three";
    EXPECT_EQ(bed.owner.line("SELECT adopt FROM mayhem.groups"), "majority");
}

TEST_F(FleetMajorityTest, AfterACrashTheFirstToComeBackAreNoMajority) {
    adopt(R"({"min_healthy": 3, "adopt": "majority"})");
    bed.owner.ask("TRUNCATE mayhem.answers, mayhem.proposals");
    propose("h1", "q");
    propose("h2", "q");
    let_pass("61 s");

    EXPECT_EQ(propose("h1", "q"), "waiting");
}

TEST(FleetHostsTest, AHostIsBoundToOneRole) {
    fleet_bed bed(1);
    make_login("other");

    EXPECT_EQ(bed.owner.line("SELECT mayhem.add_host('h1', 'h1', 'boss')"), "same");
    EXPECT_EQ(bed.owner.refusal("SELECT mayhem.add_host('h1', 'other', 'boss')"), "MM006");
    EXPECT_EQ(bed.owner.refusal("SELECT mayhem.add_host('h2', 'h1', 'boss')"), "MM006");
    EXPECT_EQ(bed.owner.refusal("SELECT mayhem.add_host('h2', 'nobody_of_this_name', 'boss')"), "MM001");
    EXPECT_EQ(bed.owner.refusal("SELECT mayhem.add_host('H2!', 'other', 'boss')"), "23514");
}

TEST(FleetHostsTest, ASecondDaemonUnderOneNameHasToWait) {
    fleet_bed bed(1);
    const std::string life = fleet_bed::uuid(77);
    const auto hello = [&](const std::string& number, const std::string& store) {
        return bed.at("h1").refusal("SELECT mayhem.hello('h1', $1, $2, $3, 'm', '1')", {life, number, store});
    };

    EXPECT_EQ(hello("2", fleet_bed::uuid(5)), "MM003") << "another record: a copy of the host, or another host";
    EXPECT_EQ(hello("1", fleet_bed::life_of("h1")), "MM003") << "the same record, but no later life";
    EXPECT_EQ(hello("2", fleet_bed::life_of("h1")), "") << "its successor";
    EXPECT_EQ(hello("2", fleet_bed::life_of("h1")), "") << "said again";
    bed.owner.ask("UPDATE mayhem.hosts SET seen_at = seen_at - interval '91 s'");
    EXPECT_EQ(bed.at("h1").refusal("SELECT mayhem.hello('h1', $1, 1, $1, 'm', '1')", {a}), "") << "silent for 90 s";
}

TEST(FleetHostsTest, TwoHostsOnOneMachineAreTold) {
    fleet_bed bed(2);
    const auto hello = [&](const std::string& host) {
        return bed.at(host).line("SELECT same_machine FROM mayhem.hello($1, $2, 1, $2, 'box', '1')",
                                 {host, fleet_bed::life_of(host)});
    };

    EXPECT_EQ(hello("h1"), "");
    EXPECT_EQ(hello("h2"), "h1");
}

TEST(FleetHostsTest, ABeatTellsTheTimeHereAndKeepsTheOffset) {
    fleet_bed bed(1);

    EXPECT_EQ(bed.at("h1").line("SELECT abs(extract(epoch FROM db_now - clock_timestamp())) < 5, halted, grants FROM "
                                "mayhem.beat('h1', $1, '-20 ms')",
                                {fleet_bed::life_of("h1")}),
              "t|f|{}");
    EXPECT_EQ(bed.owner.line("SELECT clock_offset FROM mayhem.hosts"), "-00:00:00.02");
}

TEST(FleetHostsTest, OneThatIsThereIsNotForgottenAndOneThatIsGoneIsWhole) {
    fleet_bed bed(2);
    bed.adopt();
    bed.say("h1", {});

    EXPECT_EQ(bed.owner.refusal("SELECT mayhem.forget('h1', 'boss')"), "MM006");
    bed.at("h1").ask("SELECT mayhem.beat('h1', $1, '0', true)", {fleet_bed::life_of("h1")});
    EXPECT_EQ(bed.owner.line("SELECT mayhem.forget('h1', 'boss')"), "h1");
    EXPECT_EQ(
        bed.owner.line("SELECT (SELECT count(*) FROM mayhem.hosts), (SELECT count(*) FROM mayhem.members), (SELECT "
                       "count(*) FROM mayhem.answers)"),
        "1|0|0");
    EXPECT_EQ(bed.owner.refusal("SELECT mayhem.forget('h1', 'boss')"), "MM001");
    EXPECT_EQ(bed.at("h1").refusal("SELECT mayhem.beat('h1', $1)", {fleet_bed::life_of("h1")}), "MM002");
}

TEST(FleetLossTest, AnOperatorAcceptsIt) {
    fleet_bed bed;
    bed.adopt();
    ASSERT_EQ(bed.grant(bed.moment(-1000), a), "granted|");
    const std::string lost = bed.moment(-1);

    bed.owner.ask("SELECT mayhem.accept_loss('web', 'boss')");

    EXPECT_EQ(bed.decide("h1", lost, fleet_bed::uuid(2)), "decided_already|") << "it may have been, before the loss";
    EXPECT_EQ(bed.decide("h1", bed.moment(), fleet_bed::uuid(3), {.known = "999999"}), "skipped|too_few_healthy");
}

TEST(FleetNoteTest, ARepeatedReportIsOne) {
    fleet_bed bed(1);
    const auto note = [&](const std::string& attempt) {
        return bed.at("h1").line(
            "SELECT mayhem.note($1, $2, 'h1', $3, 'web', 't', now(), now(), now(), 'recovered', NULL, "
            "'2 s', NULL)",
            {a, attempt, fleet_bed::life_of("h1")});
    };

    EXPECT_EQ(note("1"), "t");
    EXPECT_EQ(note("1"), "f");
    EXPECT_EQ(note("2"), "t");
    EXPECT_EQ(bed.owner.line("SELECT count(*) FROM mayhem.outcomes"), "2");
}

TEST(FleetPruneTest, DeletesWhatIsOldAndNothingThatIsOpenOrCounted) {
    fleet_bed bed;
    bed.adopt(R"({"min_healthy": 0})");
    for (int number = 1; number <= 3; ++number) {
        ASSERT_EQ(bed.grant(bed.moment(number), fleet_bed::uuid(number)), "granted|");
        bed.owner.ask("UPDATE mayhem.acts SET target = message::text");
    }
    ASSERT_EQ(bed.claim("h1", fleet_bed::uuid(1)), "ok");
    ASSERT_EQ(bed.settle("h1", fleet_bed::uuid(1)), "ok");
    ASSERT_EQ(bed.claim("h1", fleet_bed::uuid(2)), "ok");
    bed.owner.ask("SELECT mayhem.halt(gen_random_uuid(), NULL, 'b', ''), mayhem.open_breaker('web', 'x', NULL)");
    bed.owner.ask(
        "UPDATE mayhem.acts SET planned_at = planned_at - interval '3 d', settled_at = settled_at - interval '3 "
        "d'; UPDATE mayhem.moments SET planned_at = planned_at - interval '3 d', decided_at = decided_at - "
        "interval '3 d'; UPDATE mayhem.journal SET at = at - interval '3 d'; UPDATE mayhem.halts SET at = at - "
        "interval '3 d'; UPDATE mayhem.breakers SET opened_at = opened_at - interval '3 d'");

    EXPECT_EQ(bed.owner.refusal("SELECT mayhem.prune('47 h')"), "MM005");
    EXPECT_EQ(bed.owner.refusal("SELECT mayhem.prune(NULL)"), "MM005");
    EXPECT_EQ(bed.owner.line("SELECT mayhem.prune('4 d')"), "0");
    EXPECT_NE(bed.owner.line("SELECT mayhem.prune('2 d')"), "0");
    EXPECT_EQ(bed.owner.line(
                  "SELECT array_agg(state ORDER BY state), (SELECT count(*) FROM mayhem.moments) FROM mayhem.acts"),
              "{claimed,granted}|2");
    EXPECT_EQ(
        bed.owner.line("SELECT (SELECT count(*) FROM mayhem.journal), (SELECT count(*) FROM mayhem.halts), (SELECT "
                       "count(*) FROM mayhem.breakers)"),
        "0|1|1");
}

TEST(FleetPruneTest, IsBoundedAndTwoAtOnceDoNotWait) {
    fleet_bed bed(0);
    bed.owner.ask(
        "INSERT INTO mayhem.journal (at, what, who) SELECT now() - interval '9 d', 'x', 'x' FROM "
        "generate_series(1, 6000)");
    pg_session other(bed.address("postgres"));
    other.ask("BEGIN");
    other.ask("SELECT pg_advisory_xact_lock(hashtext('mayhem.prune'))");

    EXPECT_EQ(bed.owner.line("SELECT mayhem.prune('2 d')"), "0");
    other.ask("ROLLBACK");
    EXPECT_EQ(bed.owner.line("SELECT mayhem.prune('2 d')"), "5000");
    EXPECT_EQ(bed.owner.line("SELECT mayhem.prune('2 d')"), "1000");
}

}  // namespace
}  // namespace mayhem::testing
