// Proves what the page is told: that its sums are those of the record, which moments it says will be refused, what it
// lists first, and that it stays small and quick with a thousand groups and a hundred thousand attempts.
#include "api/page/page_view.hpp"

#include <chrono>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mayhem/core/text/moment_text.hpp"
#include "stores/sqlite/ledger.hpp"
#include "unit/config/config_support.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::app {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class PageViewTest : public testing::Test {
protected:
    PageViewTest() {
        facts_.now = *core::parse_moment("2026-11-27T12:00:00Z");
        facts_.daemon.phase = "running";
        facts_.daemon.dry_run = false;
        facts_.daemon.store = path_;
        facts_.daemon.seed = 7;
    }
    void configure(const std::vector<std::string>& names, const std::string& more = {}) {
        std::string text = "dry_run = false\ntimezone = \"UTC\"\n";
        for (const std::string& name : names) {
            text += fmt::format(
                "[group.{}]\ndriver = \"command\"\nlist = [\"true\"]\nrestart = [\"true\", \"{{id}}\"]\n"
                "mean_time_between = \"30m\"\nhours = [\"09:00-17:00\"]\n{}",
                name, more);
            facts_.groups.push_back({.name = name, .driver = "command", .act = "restart", .members = 2});
        }
        facts_.settings = std::make_shared<const config>(test::read(text));
    }
    core::message add(const std::string& group, std::chrono::minutes ago, core::verdict v,
                      core::duration took = std::chrono::seconds{1}) {
        core::message m = stores::test::message_number(++number_);
        m.group = group;
        core::outcome o = stores::test::recovered();
        o.verdict = v;
        o.started_at = facts_.now - ago;
        o.ended_at = o.started_at + took;
        o.recovery = v == core::verdict::refused ? std::nullopt : std::optional(took);
        o.act = "restart";
        if (v == core::verdict::refused) {
            o.refused_by = core::guard::too_young;
        }
        stores::ledger(database_).record(m, o);
        return m;
    }
    json glance(const glance_question& q = {}) { return json::parse(view_.glance(facts_, q, {})); }
    static json row_of(const json& glance, const std::string& group) {
        for (const json& row : glance["rows"]) {
            if (row["group"] == group) {
                return row;
            }
        }
        return {};
    }
    static std::set<std::string> refusals(const json& row) {
        std::set<std::string> guards;
        for (const json& m : row["marks"]) {
            if (m["kind"] == "planned") {
                guards.insert(m["refused_by"].is_null() ? "" : m["refused_by"].get<std::string>());
            }
        }
        return guards;
    }

    stores::test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "mayhem.db";
    stores::sqlite_database database_ = stores::sqlite_database::open(path_);
    page_facts facts_;
    page_view view_;
    std::uint64_t number_ = 0;
};

TEST_F(PageViewTest, TheSumsAreThoseOfTheRecord) {
    configure({"db", "web"});
    add("web", std::chrono::minutes{60}, core::verdict::recovered);
    add("web", std::chrono::minutes{50}, core::verdict::not_recovered);
    add("db", std::chrono::minutes{40}, core::verdict::refused);
    add("db", std::chrono::minutes{30}, core::verdict::unwatched);
    add("db", std::chrono::minutes{13 * 60}, core::verdict::recovered);  // yesterday

    const json g = glance();

    EXPECT_EQ(g["today"]["acts"], 3);
    EXPECT_EQ(g["today"]["recovered"], 1);
    EXPECT_EQ(g["today"]["not_recovered"], 1);
    EXPECT_EQ(g["today"]["unwatched"], 1);
    EXPECT_EQ(g["today"]["refused"], 1);
    EXPECT_EQ(row_of(g, "web")["done"], 2);
    EXPECT_EQ(row_of(g, "db")["done"], 1);
    EXPECT_EQ(row_of(g, "db")["refused"], 1);
}

TEST_F(PageViewTest, WhatIsPlannedIsWhatThePlannerSays) {
    configure({"db"});
    core::planner planner(*facts_.settings->groups[0].settings.schedule, core::random_source(7), "db");
    std::vector<std::string> expected;
    const core::wall_time midnight = *core::parse_moment("2026-11-28T00:00:00Z");
    for (auto m = planner.next(facts_.now); m && *m < midnight; m = planner.next(*m)) {
        expected.push_back(core::utc_text(*m));
    }

    const json row = row_of(glance(), "db");

    std::vector<std::string> planned;
    for (const json& m : row["marks"]) {
        planned.push_back(m["at"]);
    }
    EXPECT_EQ(planned, expected);
    EXPECT_EQ(row["planned"], expected.size());
    EXPECT_EQ(row["next"], core::utc_text(*planner.next(facts_.now)));
}

TEST_F(PageViewTest, SaysWhichMomentsWillBeRefusedAsThingsStand) {
    configure({"db", "web"}, "max_per_day = 40\n");
    EXPECT_THAT(refusals(row_of(glance(), "db")), ElementsAre(""));

    facts_.groups[1].breaker = core::breaker{.opened_at = facts_.now, .reason = "web-1 did not recover"};
    EXPECT_THAT(refusals(row_of(glance(), "web")), ElementsAre("breaker_open"));
    EXPECT_THAT(refusals(row_of(glance(), "db")), ElementsAre(""));
    for (int i = 0; i < 40; ++i) {
        add("db", std::chrono::minutes{i + 1}, core::verdict::recovered);
    }
    EXPECT_THAT(refusals(row_of(glance(), "db")), ElementsAre("daily_limit"));
    facts_.halts.push_back({.door = pipeline::halt_door::command, .who = "anna", .since = facts_.now, .why = "why"});
    const json g = glance();
    EXPECT_THAT(refusals(row_of(g, "db")), ElementsAre("halted"));
    EXPECT_EQ(g["today"]["planned_refused"], g["today"]["planned"]);
    EXPECT_EQ(g["alerts"][0]["id"], "halted");
    EXPECT_EQ(g["alerts"][0]["who"], "anna");
}

TEST_F(PageViewTest, SaysOfADryGroupThatNothingIsDoneToIt) {
    configure({"db"}, "dry_run = true\n");

    EXPECT_THAT(refusals(row_of(glance(), "db")), ElementsAre("dry_run"));
}

TEST_F(PageViewTest, ListsFirstWhatWantsToBeLookedAt) {
    configure({"a", "b", "c", "d"});
    facts_.groups[2].breaker = core::breaker{.opened_at = facts_.now, .reason = "lost"};
    facts_.groups[3].lasts = std::chrono::seconds{30};
    core::message m = stores::test::message_number(++number_);
    m.group = "d";
    stores::ledger(database_).enter(m);
    stores::ledger(database_).save(m, 1, facts_.now - std::chrono::seconds{5});

    const json g = glance();

    EXPECT_EQ(g["rows"][0]["group"], "d");
    EXPECT_EQ(g["rows"][0]["fault_stands"], true);
    EXPECT_EQ(g["rows"][1]["group"], "c");
    ASSERT_EQ(g["under_way"].size(), 1U);
    EXPECT_EQ(g["under_way"][0]["until"], core::utc_text(facts_.now + std::chrono::seconds{25}));
    EXPECT_EQ(g["rows"][0]["marks"][0]["kind"], "fault");
}

TEST_F(PageViewTest, TheOutlookHasEveryGroupWithWhatIsNextAndWhatWasLast) {
    configure({"a", "b", "c"});
    facts_.groups[2].breaker = core::breaker{.opened_at = facts_.now, .reason = "lost"};
    add("a", std::chrono::minutes{3 * 24 * 60}, core::verdict::recovered);
    add("a", std::chrono::minutes{90}, core::verdict::not_recovered);
    add("a", std::chrono::minutes{30}, core::verdict::refused);  // was no act

    const json o = json::parse(view_.outlook(facts_, {}));

    ASSERT_EQ(o["groups"].size(), 3U);
    const json& first = o["groups"][0];
    EXPECT_EQ(first["group"], "c");
    EXPECT_EQ(first["breaker"], "lost");
    EXPECT_EQ(first["refused_by"], "breaker_open");
    EXPECT_EQ(first["next"], row_of(glance(), "c")["next"]);
    EXPECT_TRUE(first["last"].is_null());
    const auto of_a = std::ranges::find(o["groups"], "a", [](const json& g) { return g["group"].get<std::string>(); });
    EXPECT_EQ((*of_a)["last"]["verdict"], "not_recovered");
    EXPECT_EQ((*of_a)["last"]["at"], core::utc_text(facts_.now - std::chrono::minutes{90}));
    EXPECT_EQ(o["today"]["acts"], 1);
}

TEST_F(PageViewTest, ATargetSaysWhatTheReportSays) {
    configure({"db"});
    for (int i = 20; i > 0; --i) {
        const core::message m = stores::test::message_number(1000);
        core::message of_one = stores::test::message_number(++number_);
        of_one.group = "db";
        of_one.target = m.target;
        core::outcome o = stores::test::recovered();
        o.started_at = facts_.now - std::chrono::hours{i * 24};
        o.ended_at = o.started_at + std::chrono::seconds{9};
        o.recovery = i == 1 ? std::chrono::seconds{9} : std::chrono::seconds{1};
        o.not_before = *o.recovery;
        o.act = "restart";
        stores::ledger(database_).record(of_one, o);
    }

    const json g = glance();
    const json t = json::parse(*view_.target(facts_, "db", "cattle-1000", std::chrono::days{90}, {}));

    EXPECT_EQ(g["recoveries"][0]["word"], "slow");
    EXPECT_DOUBLE_EQ(g["recoveries"][0]["factor"], 9.0);
    EXPECT_EQ(t["past"]["word"], "slow");
    EXPECT_EQ(t["points"].size(), 20U);
    EXPECT_EQ(t["acts"], 20);
    ASSERT_FALSE(t["bands"].empty());
    EXPECT_DOUBLE_EQ(t["bands"].back()["p50"], 1.0);
    EXPECT_EQ(t["days"].size(), 7U);
    EXPECT_FALSE(view_.target(facts_, "nobody", "x", std::chrono::days{90}, {}).has_value());
}

TEST_F(PageViewTest, AGroupHasItsDaysItsTargetsAndWhoRefused) {
    configure({"db", "web"});
    add("db", std::chrono::minutes{5}, core::verdict::refused);
    add("db", std::chrono::minutes{4}, core::verdict::refused);
    add("db", std::chrono::minutes{3}, core::verdict::recovered);
    add("web", std::chrono::minutes{3}, core::verdict::recovered);

    const json d = json::parse(*view_.group(facts_, "db", 0, {}));

    EXPECT_EQ(d["refusals"], (json{{"too_young", 2}}));
    EXPECT_EQ(d["recoveries_count"], 1);
    EXPECT_EQ(d["days"].size(), 7U);
    EXPECT_EQ(d["today"]["done"], 1);
    EXPECT_FALSE(view_.group(facts_, "nobody", 0, {}).has_value());
}

TEST_F(PageViewTest, IsBoundedWithAThousandGroupsAndAHundredThousandAttempts) {
    std::vector<std::string> names;
    for (int i = 0; i < 1000; ++i) {
        names.push_back(fmt::format("group-{:04}", i));
    }
    configure(names);
    const std::int64_t now = facts_.now.time_since_epoch().count();
    database_.connection().exec(fmt::format(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) "
        "INSERT INTO messages (seq, id, group_name, target, name, incarnation, planned_at, expires_at, state, "
        "attempts, "
        "settled_at) SELECT i + 1, printf('%08x-0000-4000-8000-000000000000', i), printf('group-%04d', i % 1000), "
        "printf('target-%d', i % 3000), printf('target-%d', i % 3000), '1', {0} - (99999 - i) * 77760000, {0}, "
        "'acked', "
        "1, {0} FROM n;"
        "INSERT INTO attempts (message, number, started_at, ended_at, verdict, disposition, recovery_us, act) "
        "SELECT seq, 1, planned_at, planned_at + 1000000, 'recovered', 'acked', 1000000 + (seq * 7919) % 500000, "
        "'restart' FROM messages",
        now));
    (void)glance();

    const auto begin = std::chrono::steady_clock::now();
    const std::string shown = view_.glance(facts_, {}, {});
    const auto took = std::chrono::steady_clock::now() - begin;

    const json g = json::parse(shown);
    EXPECT_LE(shown.size(), 64U * 1024);
    EXPECT_EQ(g["groups"], 1000);
    EXPECT_EQ(g["rows"].size(), 25U);
    EXPECT_EQ(g["rows_left"]["groups"], 975);
    EXPECT_LT(took, std::chrono::seconds{1});  // some 30 ms; a reading of the whole record takes longer than that
    RecordProperty("bytes", static_cast<int>(shown.size()));
    RecordProperty("milliseconds",
                   static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
}

TEST_F(PageViewTest, ABusyGroupIsDrawnByCounts) {
    configure({"db"});
    for (int i = 0; i < 200; ++i) {
        add("db", std::chrono::minutes{1 + i / 10}, core::verdict::recovered);
    }

    const json row = row_of(glance(), "db");

    ASSERT_TRUE(row["bins"].is_array());
    std::size_t sum = 0;
    for (const json& bin : row["bins"]) {
        sum += bin["recovered"].get<std::size_t>();
    }
    EXPECT_EQ(sum, 200U);
    EXPECT_EQ(row["done"], 200);
}

}  // namespace
}  // namespace mayhem::app
