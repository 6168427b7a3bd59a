// Proves what whoever has stolen a daemon's login role can do, and what not, on a real PostgreSQL: each table, each
// function, another host's name. It can halt, lie in its own census and decide by the others' answers; it cannot read,
// exceed a limit, act elsewhere or undo a halt.
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "integration/fleet/sql/fleet_bed.hpp"

namespace mayhem::testing {
namespace {

constexpr const char* no_right = "42501";
const std::string a = fleet_bed::uuid(1);

class RightsTest : public ::testing::Test {
protected:
    fleet_bed bed;

    void SetUp() override { bed.adopt(); }

    std::set<std::string> names(const std::string& sql) {
        std::set<std::string> found;
        for (const auto& row : bed.owner.ask(sql)) {
            found.insert(row.front().value_or(""));
        }
        return found;
    }

    /// The functions that a role may call.
    std::set<std::string> functions_of(const std::string& role) {
        return names(
            "SELECT p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname "
            "= 'mayhem' AND has_function_privilege('" +
            role + "', p.oid, 'EXECUTE')");
    }
};

TEST_F(RightsTest, ADaemonReadsAndWritesNoTable) {
    const std::set<std::string> tables = names(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'mayhem' UNION SELECT sequencename FROM pg_sequences "
        "WHERE schemaname = 'mayhem'");
    ASSERT_GE(tables.size(), 12U);

    for (const std::string& table : tables) {
        EXPECT_EQ(bed.at("h1").refusal("SELECT * FROM mayhem." + table), no_right) << table;
    }
    for (const std::string& table : names("SELECT tablename FROM pg_tables WHERE schemaname = 'mayhem'")) {
        EXPECT_EQ(bed.at("h1").refusal("DELETE FROM mayhem." + table), no_right) << table;
        EXPECT_EQ(bed.at("h1").refusal("INSERT INTO mayhem." + table + " DEFAULT VALUES"), no_right) << table;
        EXPECT_EQ(bed.at("h1").refusal("TRUNCATE mayhem." + table), no_right) << table;
        EXPECT_EQ(bed.at("h1").refusal("BEGIN; LOCK mayhem." + table), no_right) << table;
        bed.at("h1").ask("ROLLBACK");
        EXPECT_EQ(bed.at("h1").refusal("DROP TABLE mayhem." + table), no_right) << table;
    }
    EXPECT_EQ(bed.at("h1").refusal("UPDATE mayhem.groups SET min_healthy = 0"), no_right);
}

TEST_F(RightsTest, EveryRoleMayCallJustWhatIsMeantForIt) {
    EXPECT_EQ(functions_of("public"), std::set<std::string>{});
    EXPECT_EQ(functions_of("mayhem_reader"), std::set<std::string>{});
    EXPECT_EQ(functions_of("mayhem_daemon"),
              (std::set<std::string>{"answer", "answered", "ask", "beat", "claim", "decide", "grant_of", "halt",
                                     "hello", "left_over", "note", "poll", "propose", "schema", "settle"}));
    EXPECT_EQ(functions_of("mayhem_operator"),
              (std::set<std::string>{"accept_loss", "add_host", "adopt", "close_breaker", "forget", "halt", "prune",
                                     "resume", "schema"}));
    EXPECT_EQ(functions_of("h1"), functions_of("mayhem_daemon"));
}

TEST_F(RightsTest, WhatIsAnOperatorsIsRefusedByTheServer) {
    for (const char* const call :
         {"mayhem.resume(NULL, 'x')", "mayhem.close_breaker('web', 'x')",
          "mayhem.adopt('web', 'q', '{\"min_healthy\": 0}', 'x')", "mayhem.accept_loss('web', 'x')",
          "mayhem.add_host('h9', 'h1', 'x')", "mayhem.forget('h2', 'x')", "mayhem.prune('3 d')",
          "mayhem.lock_group('web', NULL)", "mayhem.open_breaker('web', 'x', NULL)",
          "mayhem.note_down('web', 1, 'x', 'x', NULL, NULL)", "mayhem.counted('web', 'UTC', now())"}) {
        EXPECT_EQ(bed.at("h1").refusal(std::string("SELECT ") + call), no_right) << call;
    }
}

TEST_F(RightsTest, NothingCanBeMadeInTheDatabase) {
    for (const char* const sql :
         {"CREATE TABLE mayhem.x (y int)", "CREATE TABLE public.x (y int)", "CREATE TEMPORARY TABLE x (y int)",
          "CREATE SCHEMA x", "CREATE FUNCTION public.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "SET ROLE mayhem_owner", "SET ROLE mayhem_operator", "SET SESSION AUTHORIZATION h2", "ALTER ROLE h2 NOLOGIN",
          "ALTER FUNCTION mayhem.claim SECURITY INVOKER", "CREATE ROLE x"}) {
        EXPECT_EQ(bed.at("h1").refusal(sql), no_right) << sql;
    }
}

TEST_F(RightsTest, NobodySpeaksAsAnotherHost) {
    const std::string l = fleet_bed::life_of("h2");
    const std::map<std::string, std::string> calls{
        {"hello", "mayhem.hello('h2', '" + l + "', 9, '" + l + "', 'm', '1')"},
        {"beat", "mayhem.beat('h2', '" + l + "')"},
        {"ask", "mayhem.ask('web', now(), 'h2', '" + l + "')"},
        {"answer", "mayhem.answer('web', 'h2', '" + l + "', 99, 0, now(), 'p', 2, 2, '{}', 1, '', NULL, NULL)"},
        {"decide", "mayhem.decide('web', now(), '" + a + "', now(), 'h2', '" + l + "', 'p', NULL, 1, '', -1)"},
        {"claim", "mayhem.claim('" + a + "', 'h2', '" + l + "', '" + a + "', 'p', -1)"},
        {"settle", "mayhem.settle('" + a + "', 'h2', '" + l + "', 'x', true, 'neither', NULL, 2, 99, -1)"},
        {"note",
         "mayhem.note('" + a + "', 1, 'h2', '" + l + "', 'web', 't', now(), now(), now(), 'x', NULL, NULL, NULL)"},
        {"propose", "mayhem.propose('web', 'h2', '" + l + "', 'q', '{\"min_healthy\": 0}', -1)"},
    };

    for (const auto& [name, call] : calls) {
        EXPECT_EQ(bed.at("h1").refusal("SELECT " + call), "MM002") << name << ": not its role";
        EXPECT_EQ(bed.at("h2").refusal("SELECT " + call), "") << name << ": it is its own, and so the call is right";
    }
    EXPECT_EQ(bed.at("h1").refusal("SELECT mayhem.beat('h1', NULL)"), "MM003") << "no life is not any life";
    EXPECT_EQ(bed.at("h1").refusal("SELECT mayhem.beat('h1', gen_random_uuid())"), "MM003");
    EXPECT_EQ(bed.at("h1").refusal("SELECT mayhem.hello('h9', $1, 1, $1, 'm', '1')", {a}), "MM002")
        << "no host invents itself";
}

TEST_F(RightsTest, ARoleOfAnotherFleetHasNoSayHere) {
    make_login("stranger");
    pg_session stranger(bed.address("stranger"));

    EXPECT_EQ(stranger.refusal("SELECT mayhem.halt($1, NULL, 'x', 'x')", {a}), "MM002");
    EXPECT_EQ(stranger.refusal("SELECT mayhem.poll('h1')"), "MM002");
    EXPECT_EQ(stranger.refusal("SELECT mayhem.answered('web', NULL, now())"), "MM002");
    EXPECT_EQ(stranger.line("SELECT count(*) FROM mayhem.grant_of($1)", {a}), "0");
}

TEST_F(RightsTest, AStrangerDoesNotEvenGetIn) {
    make_login("anybody", "");

    EXPECT_THROW(pg_session(bed.address("anybody")), pg_error);
}

TEST_F(RightsTest, AStolenRoleExceedsNoLimitWithItsLies) {
    bed.adopt(R"({"min_healthy": 0, "max_per_day": 1})");
    const auto try_one = [&](int number) {
        const std::string moment = bed.moment(number);
        bed.say("h1", {.standing = 10'000,
                       .members = 10'000,
                       .offer = "(" + std::to_string(number) + ",t,i" + std::to_string(number) + ",,)",
                       .moment = moment});
        return bed.decide("h1", moment, fleet_bed::uuid(100 + number));
    };

    EXPECT_EQ(try_one(1), "granted|") << "it decides by its own numbers, and it is itself whom it hits";
    EXPECT_EQ(try_one(2), "skipped|daily_limit");
    EXPECT_EQ(bed.owner.line("SELECT array_agg(DISTINCT host) FROM mayhem.acts"), "{h1}");
}

TEST_F(RightsTest, AStolenRoleHidesBehindNoSearchPath) {
    bed.at("h1").ask("SET search_path = pg_temp, public, mayhem");

    EXPECT_EQ(bed.grant(bed.moment(), a), "granted|");
    EXPECT_EQ(bed.owner.line("SELECT count(*) FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE "
                             "n.nspname = 'mayhem' AND p.prosecdef AND NOT coalesce(p.proconfig, '{}') @> "
                             "ARRAY['search_path=mayhem, pg_temp']"),
              "0");
}

TEST_F(RightsTest, AReaderReadsAndNoMore) {
    make_login("looker", "mayhem_reader");
    pg_session looker(bed.address("looker"));

    EXPECT_EQ(looker.line("SELECT count(*) FROM mayhem.groups"), "1");
    EXPECT_EQ(looker.refusal("DELETE FROM mayhem.journal"), no_right);
    EXPECT_EQ(looker.refusal("SELECT mayhem.halt($1, NULL, 'x', 'x')", {a}), no_right);
}

TEST_F(RightsTest, AnOperatorReadsHaltsAndResumes) {
    make_login("boss", "mayhem_operator");
    pg_session boss(bed.address("boss"));

    EXPECT_EQ(boss.line("SELECT stands FROM mayhem.halt($1, NULL, 'b', 'x')", {a}), "t");
    EXPECT_EQ(boss.line("SELECT mayhem.resume(NULL, 'b')"), "1");
    EXPECT_EQ(boss.line("SELECT ended_by FROM mayhem.halts"), "b (boss)");
    EXPECT_EQ(boss.refusal("UPDATE mayhem.groups SET min_healthy = 0"), no_right);
    EXPECT_EQ(boss.refusal("SELECT mayhem.claim($1, 'h1', $1, $1, 'p', -1)", {a}), no_right);
}

}  // namespace
}  // namespace mayhem::testing
