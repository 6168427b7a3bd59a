// Proves what `history`, `report`, `status` and `events` say with --fleet, on a real PostgreSQL whose record was
// written by hand: what is there, what is not and is said to be not, and who may read it.
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "integration/daemon/program.hpp"
#include "support/postgres_bed.hpp"

namespace mayhem::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class FleetRecordTest : public ::testing::Test {
protected:
    test::postgres_bed server;

    void SetUp() override {
        ASSERT_EQ(as("postgres", {"fleet", "init"}).ended, "exit 0");
        (void)server.sql(
            "CREATE ROLE reader LOGIN IN ROLE mayhem_reader; CREATE ROLE stranger LOGIN IN ROLE mayhem_daemon");
        (void)server.sql(
            "INSERT INTO mayhem.groups (name, plan, plan_since, seed, zone, min_healthy, last) VALUES ('web', 'p', "
            "now(), '7', 'UTC', 5, now())");
    }

    [[nodiscard]] std::vector<std::string> words_of(const std::string& role, std::vector<std::string> words) const {
        words.insert(words.begin(), mayhem);
        words.insert(words.end(), {"--database", server.folder().string() + ":" + server.port(), "--dbname", "fleet",
                                   "--user", role});
        return words;
    }
    [[nodiscard]] finished as(const std::string& role, std::vector<std::string> words) const {
        return run(words_of(role, std::move(words)));
    }
    [[nodiscard]] finished read(std::vector<std::string> words) const { return as("reader", std::move(words)); }

    /// A moment that lies so many minutes back, and its act: of h1's target, in that state, claimed unless revoked.
    void grant(int minutes_ago, const std::string& host, const std::string& state) const {
        const std::string id = "md5('" + std::to_string(minutes_ago) + "')::uuid";
        const std::string at = "now() - interval '" + std::to_string(minutes_ago) + " min'";
        const bool is_claimed = state != "revoked";
        const std::string claim = is_claimed ? at + ", " + id + ", " + id : "NULL, NULL, NULL";
        (void)server.sql(
            "INSERT INTO mayhem.moments VALUES ('web', " + at + ", " + id + ", 'granted', NULL, 'h1', " + at +
            "); INSERT INTO mayhem.acts (message, group_name, planned_at, host, target, incarnation, "
            "expires_at, census_at, state, counts, granted_at, claimed_at, life, nonce, settled_at) VALUES (" +
            id + ", 'web', " + at + ", '" + host + "', 'nginx.service', '" + std::to_string(minutes_ago) + "', " + at +
            ", " + at + ", '" + state + "', " + (is_claimed ? "true" : "false") + ", " + at + ", " + claim + ", " +
            (state == "claimed" ? "NULL" : "now()") + ")");
    }
    /// What its host told of it.
    void note(int minutes_ago, const std::string& host, const std::string& verdict, const std::string& more) const {
        const std::string at = "now() - interval '" + std::to_string(minutes_ago) + " min'";
        (void)server.sql("INSERT INTO mayhem.outcomes VALUES (md5('" + std::to_string(minutes_ago) + "')::uuid, 1, '" +
                         host + "', 'web', 'nginx.service', " + at + ", " + at + ", now(), '" + verdict + "', " + more +
                         ", '')");
    }
};

TEST_F(FleetRecordTest, HistoryHasTheAttemptsOfAllHostsAndTheMomentsWithout) {
    grant(50, "h1", "settled");
    note(50, "h1", "recovered", "NULL, interval '1.5 s'");
    grant(40, "h2", "lost");
    grant(30, "h2", "claimed");
    grant(20, "h3", "revoked");
    (void)server.sql(
        "INSERT INTO mayhem.moments VALUES ('web', now(), gen_random_uuid(), 'skipped', 'too_few_healthy', 'h3', "
        "now(), '{\"healthy\": 4, \"under_way\": 1, \"today\": 2}')");

    const finished shown = read({"history", "--fleet"});

    EXPECT_EQ(shown.ended, "exit 0") << shown.log;
    for (const char* const text :
         {"HOST", "web    h1    nginx.service    1  recovered           1.500 s",
          "web    h2    nginx.service    1  not finished              -  its host vanished after it had got leave",
          "web    h3    nginx.service    -  no_permit                 -  it never came for its leave",
          "web    -     -                -  too_few_healthy           -  decided by h3: 4 stand, 1 under way, 2 today",
          "each host's own record alone"}) {
        EXPECT_NE(shown.out.find(text), std::string::npos) << text << "\n" << shown.out;
    }
    const json all = json::parse(read({"history", "--fleet", "--json", "--since", "45m"}).out);
    ASSERT_EQ(all.at("attempts").size(), 2U) << all;
    EXPECT_EQ(all.at("attempts").at(1).at("host"), "h2");
    EXPECT_EQ(all.at("attempts").at(1).at("reach"), nullptr) << "not known, and not empty";
    EXPECT_EQ(all.at("skips").size(), 2U);
    EXPECT_TRUE(all.contains("not_held"));
    EXPECT_EQ(json::parse(read({"history", "--fleet", "--json", "--host", "h1"}).out).at("attempts").size(), 1U);
    EXPECT_EQ(json::parse(read({"history", "--fleet", "--json", "-n", "1"}).out).at("is_cut"), true);
}

TEST_F(FleetRecordTest, TheReportTellsTheHostsApartAndCountsNothingThatItDoesNotKnow) {
    for (int i = 1; i <= 6; ++i) {
        grant(i, i % 2 == 0 ? "h1" : "h2", "settled");
        note(i, i % 2 == 0 ? "h1" : "h2", "recovered", "NULL, interval '2 s'");
    }
    grant(9, "h1", "settled");
    note(9, "h1", "refused", "'too_young', NULL");

    const finished shown = read({"report", "--fleet"});

    EXPECT_EQ(shown.ended, "exit 0") << shown.log;
    EXPECT_NE(shown.out.find("6 restarts, 6 came back"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("web    h2    nginx.service         3     3"), std::string::npos) << shown.out;
    EXPECT_EQ(shown.out.find("Messages:"), std::string::npos) << shown.out;
    const json all = json::parse(read({"report", "--fleet", "--json"}).out);
    EXPECT_EQ(all.at("targets").size(), 2U);
    EXPECT_EQ(all.at("targets").at(0).at("host"), "h1");
    EXPECT_EQ(all.at("targets").at(0).at("refused"), 1);
    EXPECT_EQ(all.at("messages"), nullptr);
    EXPECT_EQ(all.at("total").at("others_fell"), nullptr);
    EXPECT_EQ(read({"report", "--fleet", "--html", "x"}).ended, "exit 64");
}

TEST_F(FleetRecordTest, ReadsAsAReaderAndTellsWhatKeepsItFromThat) {
    EXPECT_TRUE(
        read({"report", "--fleet"}).out.starts_with("Nothing is on record yet in the fleet's database fleet.\n"));
    EXPECT_EQ(read({"status", "--fleet"}).ended, "exit 0");
    for (const char* const command : {"report", "history", "status", "events"}) {
        const finished no = as("stranger", {command, "--fleet"});
        EXPECT_EQ(no.ended, "exit 74") << command << no.out;
        EXPECT_NE(no.log.find("GRANT mayhem_reader"), std::string::npos) << no.log;
        EXPECT_EQ(run({mayhem, command, "--fleet", "--database", "127.0.0.1:1", "--dbname", "x"}).ended, "exit 69");
        EXPECT_EQ(run({mayhem, command, "--dbname", "x"}).ended, "exit 64") << "that is the fleet's";
    }

    (void)server.sql("UPDATE mayhem.meta SET value = '99'");
    const finished newer = read({"report", "--fleet"});
    EXPECT_EQ(newer.ended, "exit 74");
    EXPECT_NE(newer.log.find("it needs a newer mayhem"), std::string::npos) << newer.log;

    (void)server.sql("DROP SCHEMA mayhem CASCADE");
    EXPECT_NE(read({"history", "--fleet"}).log.find("mayhem fleet init"), std::string::npos);
}

TEST_F(FleetRecordTest, EventsAreToldAsTheyHappenAndOnce) {
    grant(5, "h1", "claimed");
    program events(words_of("reader", {"events", "--fleet", "--json"}));
    ASSERT_TRUE(eventually([&] {
        return server.sql(
                   "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader' AND state = 'idle' AND query "
                   "LIKE '%journal%'") == "1\n";
    })) << events.log();

    note(5, "h1", "recovered", "NULL, interval '2 s'");
    (void)server.sql("SELECT mayhem.halt(gen_random_uuid(), NULL, 'alice@h9', 'enough')");

    ASSERT_TRUE(eventually([&] { return events.out().find("\"halted\"") != std::string::npos; })) << events.out();
    std::this_thread::sleep_for(2500ms);  // it looks again, and tells nothing twice
    std::vector<json> told;
    std::istringstream lines(events.out());
    for (std::string line; std::getline(lines, line);) {
        told.push_back(json::parse(line));
    }
    ASSERT_EQ(told.size(), 2U) << events.out();
    EXPECT_EQ(told[0].at("event"), "recovered");
    EXPECT_EQ(told[0].at("host"), "h1");
    EXPECT_EQ(told[0].at("seconds"), 2.0);
    EXPECT_EQ(told[1].at("why"), "enough");

    server.kill();
    EXPECT_EQ(events.end(), "exit 69") << events.log();
}

TEST_F(FleetRecordTest, OfManyHostsThoseThatAreNotPresentAreShown) {
    (void)server.sql(
        "INSERT INTO mayhem.hosts (name, role, life, store_id, seen_at) SELECT 'h' || i, 'r' || i, gen_random_uuid(), "
        "gen_random_uuid(), now() - CASE i WHEN 777 THEN interval '1 h' ELSE interval '0' END FROM "
        "generate_series(1, 1000) AS i");

    const finished status = read({"status", "--fleet"});

    EXPECT_EQ(status.ended, "exit 1") << status.log;
    EXPECT_NE(status.out.find("\nh777   silent"), std::string::npos) << status.out;
    EXPECT_NE(status.out.find("980 more, of 1000 hosts in all: --all\n"), std::string::npos) << status.out;
    EXPECT_EQ(read({"status", "--fleet", "--all"}).out.find("more, of"), std::string::npos);
}

TEST_F(FleetRecordTest, WhyHasWhatTheFleetCountsAndWhomItChose) {
    test_folder folder;
    const std::string list = folder.write("list", "printf 'nginx.service\\t1\\n'\n");
    const std::string config = folder.write(
        "mayhem.toml", "seed = 7\n[fleet]\nname = \"shop\"\nhost = \"h1\"\ndatabase = [\"127.0.0.1:" + server.port() +
                           "\"]\ndbname = \"fleet\"\nuser = \"mayhem_h1\"\n[group.web]\nscope = \"fleet\"\ndriver = "
                           "\"command\"\nlist = [\"/bin/sh\", \"" +
                           list +
                           "\"]\nrestart = [\"/bin/true\", \"{id}\"]\nmean_time_between = \"10s\"\nmin_healthy = 5\n");
    (void)server.sql(
        "INSERT INTO mayhem.hosts (name, role, life, store_id, seen_at) SELECT h, h, md5(h)::uuid, md5(h)::uuid, now() "
        "FROM unnest(ARRAY['h1', 'h2']) AS h; INSERT INTO mayhem.answers SELECT 'web', h, md5(h)::uuid, 1, 0, now(), "
        "'p', 3, 3, '{}', 1, '', NULL, NULL, now() FROM unnest(ARRAY['h1', 'h2']) AS h");
    grant(10, "h2", "claimed");
    const auto why = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"why", "nginx.service", "-c", config, "--store", folder / "none.db"});
        return read(more);
    };

    const finished alone = run({mayhem, "why", "nginx.service", "-c", config, "--store", folder / "none.db"});
    EXPECT_EQ(alone.ended, "exit 0") << "min_healthy is the fleet's to count: " << alone.out;
    EXPECT_NE(alone.out.find("--fleet shows"), std::string::npos) << alone.out << alone.log;
    const finished shown = why({"--fleet"});
    for (const char* const text :
         {"GUARD", "stand             6 of 6, as 2 of 2 hosts said last  min_healthy 5", "under way         1",
          " s ago that 3 of its 3 stand.", "it hit nginx.service on h2, under way; so h1 did nothing.",
          "It was decided by h1."}) {
        EXPECT_NE(shown.out.find(text), std::string::npos) << text << "\n" << shown.out << shown.log;
    }

    (void)server.sql(
        "SELECT mayhem.halt(gen_random_uuid(), NULL, 'alice@h9', 'enough'); INSERT INTO mayhem.moments VALUES "
        "('web', now(), gen_random_uuid(), 'skipped', 'halted', 'h2', now(), '{\"healthy\": 4}')");
    const finished halted = why({"--fleet", "--json"});
    EXPECT_EQ(halted.ended, "exit 1") << halted.log;
    const json web = json::parse(halted.out).at("fleet").at("web");
    EXPECT_EQ(web.at("last").at("reason"), "halted") << web;
    EXPECT_EQ(web.at("chosen").at("host"), "h2");
    EXPECT_EQ(web.at("host_standing"), 3);
    EXPECT_NE(web.at("halted_by").get<std::string>().find("enough"), std::string::npos);
    EXPECT_EQ(as("stranger", {"why", "nginx.service", "-c", config, "--fleet"}).ended, "exit 74");
}

}  // namespace
}  // namespace mayhem::testing
