// Proves what `mayhem fleet` does to a real PostgreSQL, from an empty database to a host that may speak for itself over
// TLS, and back; and what `check` finds.
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "integration/daemon/program.hpp"
#include "support/postgres_bed.hpp"

namespace mayhem::testing {
namespace {

class FleetCommandTest : public ::testing::Test {
protected:
    test::postgres_bed server;
    test_folder folder;

    /// As the superuser, over the socket.
    finished as_admin(std::vector<std::string> words) {
        words.insert(words.begin(), {mayhem, "fleet"});
        words.insert(words.end(), {"--database", server.folder().string() + ":" + server.port(), "--dbname", "fleet",
                                   "--user", "postgres"});
        return run(words);
    }

    /// As the host whose config this is.
    finished as_host(const std::string& config, std::vector<std::string> words) {
        words.insert(words.begin(), {mayhem, "fleet"});
        words.insert(words.end(), {"-c", config});
        return run(words);
    }

    /// A config with the host's password, over TCP and TLS; `database` in place of the server.
    std::string config_of(const std::string& host, const std::string& password, std::string database = {}) {
        const std::string secret = folder.write(host + ".pass", password + "\n");
        std::filesystem::permissions(secret, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        database = database.empty() ? "[\"127.0.0.1:" + server.port() + "\"]" : database;
        return folder.write(host + ".toml",
                            "seed = 7\n[fleet]\nname = \"shop\"\ndatabase = " + database +
                                "\ndbname = \"fleet\"\nuser = \"mayhem_" + host + "\"\npassword_file = \"" + secret +
                                "\"\n[group.web]\ndriver = \"simulated\"\nhosts = 9\nmean_time_between = "
                                "\"1d\"\nmin_healthy = 3\nmax_per_day = 2\n");
    }

    std::string add_host(const std::string& host) {
        const finished added = as_admin({"add-host", host, "--json"});
        EXPECT_EQ(added.ended, "exit 0") << added.log;
        return added.ended == "exit 0" ? nlohmann::json::parse(added.out).at("password").get<std::string>() : "";
    }
};

TEST_F(FleetCommandTest, MakesAFleetAndLetsAHostIn) {
    EXPECT_EQ(as_admin({"migrate"}).ended, "exit 74") << "there is none yet";
    const finished made = as_admin({"init"});
    EXPECT_EQ(made.ended, "exit 0") << made.log;
    EXPECT_EQ(made.out, "The fleet's database is at schema version 1 now (was empty)\n");
    EXPECT_EQ(as_admin({"init"}).out, "Nothing to do: schema version 1\n");
    EXPECT_EQ(as_admin({"migrate"}).out, "Nothing to do: schema version 1\n");

    const std::string password = add_host("web07");
    EXPECT_EQ(password.size(), 64U);
    EXPECT_EQ(server.sql("SELECT role FROM mayhem.hosts"), "mayhem_web07\n");
    EXPECT_EQ(server.sql("SELECT count(*) FROM pg_authid WHERE rolname = 'mayhem_web07' AND rolpassword LIKE "
                         "'SCRAM-SHA-256$%'"),
              "1\n");
    EXPECT_EQ(server.log().find(password), std::string::npos);
    const finished again = as_admin({"add-host", "web07"});
    EXPECT_EQ(again.ended, "exit 74");
    EXPECT_NE(again.log.find("already exists"), std::string::npos) << again.log;

    const finished checked = as_host(config_of("web07", password), {"check"});
    EXPECT_EQ(checked.ended, "exit 1") << "fsync is off here";
    for (const char* const line :
         {"ok   schema       schema version 1", "ok   rights       calls functions, and reads no table", "FAIL fsync",
          "ok   clock", "ok   listen       notifications arrive"}) {
        EXPECT_NE(checked.out.find(line), std::string::npos) << line << "\n" << checked.out << checked.log;
    }
}

TEST_F(FleetCommandTest, ChecksDemandAStandbyWhereSeveralHostsAreConfigured) {
    ASSERT_EQ(as_admin({"init"}).ended, "exit 0");
    const std::string here = "127.0.0.1:" + server.port();
    const std::string config = config_of("web07", add_host("web07"), "[\"" + here + "\", \"" + here + "\"]");

    const finished checked = as_host(config, {"check", "--json"});
    EXPECT_EQ(checked.ended, "exit 1");
    std::string standby;
    for (const nlohmann::json& finding : nlohmann::json::parse(checked.out)) {
        if (finding.at("check") == "standby") {
            standby = finding.at("result").get<std::string>();
        }
    }
    EXPECT_EQ(standby, "fail") << checked.out;
}

TEST_F(FleetCommandTest, AdoptsAGroupShowsItsLogAndForgetsAHost) {
    ASSERT_EQ(as_admin({"init"}).ended, "exit 0");
    const std::string config = config_of("web07", add_host("web07"));
    const std::vector<std::string> as_postgres{"--database", server.folder().string() + ":" + server.port(), "--user",
                                               "postgres"};
    const auto adopt = [&](const std::string& group) {
        std::vector<std::string> words{"adopt", group};
        words.insert(words.end(), as_postgres.begin(), as_postgres.end());
        return as_host(config, words);
    };

    const finished adopted = adopt("web");
    EXPECT_EQ(adopted.ended, "exit 0") << adopted.log;
    EXPECT_TRUE(adopted.out.starts_with("Group web is made, with plan ")) << adopted.out;
    EXPECT_NE(adopt("web").out.find("already"), std::string::npos);
    EXPECT_EQ(server.sql("SELECT min_healthy, max_per_day, seed FROM mayhem.groups"), "3|2|7\n");
    EXPECT_EQ(adopt("wbe").ended, "exit 78");
    EXPECT_EQ(as_host(config, {"adopt", "web"}).ended, "exit 74") << "it is the operator's";

    const finished accepted = as_admin({"accept-loss", "web"});
    EXPECT_EQ(accepted.ended, "exit 0") << accepted.log;
    const finished log = as_admin({"log", "web", "--json"});
    const nlohmann::json lines = nlohmann::json::parse(log.out);
    ASSERT_EQ(lines.size(), 2U) << log.out;
    EXPECT_EQ(lines[0].at("what"), "adopt");
    EXPECT_EQ(lines[1].at("what"), "accept_loss");
    EXPECT_NE(lines[1].at("who").get<std::string>().find("(postgres)"), std::string::npos);
    EXPECT_NE(as_admin({"log", "web"}).out.find("accept_loss"), std::string::npos);

    const finished gone = as_admin({"forget", "web07"});
    EXPECT_EQ(gone.out, "Host web07 takes no part any more, and role mayhem_web07 is gone\n") << gone.log;
    EXPECT_EQ(as_host(config, {"check"}).ended, "exit 69");
    EXPECT_EQ(as_admin({"forget", "web07"}).ended, "exit 74");
}

TEST_F(FleetCommandTest, AnyHostHaltsAndAnOperatorLetsGoOn) {
    ASSERT_EQ(as_admin({"init"}).ended, "exit 0");
    EXPECT_NE(as_admin({"status"}).out.find("No group was adopted"), std::string::npos);
    const std::string config = config_of("web07", add_host("web07"));
    ASSERT_EQ(as_host(config, {"adopt", "web", "--database", server.folder().string() + ":" + server.port(), "--user",
                               "postgres"})
                  .ended,
              "exit 0");
    EXPECT_EQ(as_admin({"status"}).ended, "exit 0");

    const finished halted = as_host(config, {"halt", "--why", "an incident"});
    EXPECT_EQ(halted.ended, "exit 0") << halted.log;
    EXPECT_TRUE(halted.out.starts_with("HALTED the whole fleet at ")) << halted.out;
    EXPECT_EQ(as_host(config, {"halt", "nobody"}).ended, "exit 74") << "there is no such group";
    const finished status = as_admin({"status", "--json"});
    EXPECT_EQ(status.ended, "exit 1") << status.log;
    const nlohmann::json all = nlohmann::json::parse(status.out);
    EXPECT_NE(all.at("groups").at(0).at("halted_by").get<std::string>().find("an incident"), std::string::npos) << all;
    EXPECT_EQ(all.at("hosts").at(0).at("is"), "never seen") << all;
    EXPECT_NE(as_admin({"status"}).out.find("HALTED by "), std::string::npos);

    EXPECT_EQ(as_host(config, {"resume"}).ended, "exit 74") << "that is an operator's";
    EXPECT_EQ(as_admin({"resume", "web"}).out, "Nobody has halted group web\n") << "the halt is the fleet's";
    EXPECT_EQ(as_admin({"resume"}).out, "Goes on: the whole fleet (1 halt ended)\n");
    EXPECT_EQ(as_admin({"status"}).ended, "exit 0");
    (void)server.sql("INSERT INTO mayhem.breakers (group_name, opened_at, reason) VALUES ('web', now(), 'it broke')");
    EXPECT_NE(as_admin({"status"}).out.find("breaker open: it broke"), std::string::npos);
    EXPECT_EQ(as_admin({"close-breaker", "web"}).out, "The breaker of group web is closed\n");
    EXPECT_EQ(as_admin({"close-breaker", "web"}).out, "The breaker of group web was not open\n");
}

TEST_F(FleetCommandTest, PrintsWhatPsqlCanRun) {
    const finished printed = run({mayhem, "fleet", "init", "--print"});
    ASSERT_EQ(printed.ended, "exit 0");
    (void)server.sql(printed.out);

    EXPECT_EQ(as_admin({"init"}).out, "Nothing to do: schema version 1\n");
    EXPECT_EQ(as_admin({"migrate", "--print"}).out.find("BEGIN"), std::string::npos);
}

TEST_F(FleetCommandTest, TellsWhatIsNewerThanItself) {
    ASSERT_EQ(as_admin({"init"}).ended, "exit 0");
    const std::string config = config_of("web07", add_host("web07"));
    (void)server.sql("UPDATE mayhem.meta SET value = '99' WHERE key = 'schema_version'");

    EXPECT_NE(as_host(config, {"check"}).out.find("ok   schema       schema version 99, newer"), std::string::npos);
    (void)server.sql("UPDATE mayhem.meta SET value = '98' WHERE key = 'reads_from'");
    EXPECT_NE(as_host(config, {"check"}).out.find("FAIL schema"), std::string::npos);
    EXPECT_EQ(as_admin({"migrate"}).ended, "exit 0") << "it changes nothing";
    EXPECT_EQ(server.sql("SELECT value FROM mayhem.meta WHERE key = 'schema_version'"), "99\n");
}

TEST_F(FleetCommandTest, ADatabaseThatIsNotThereIsNamed) {
    const finished away = run({mayhem, "fleet", "check", "--database", "127.0.0.1:1", "--dbname", "x", "--user", "y"});

    EXPECT_EQ(away.ended, "exit 69");
    EXPECT_NE(away.log.find("127.0.0.1"), std::string::npos) << away.log;
    EXPECT_EQ(run({mayhem, "fleet", "log", "--dbname", "x", "--user", "y", "--database", "127.0.0.1:1", "web"}).ended,
              "exit 69")
        << "what follows an option's value is the group";
    EXPECT_EQ(run({mayhem, "fleet", "check"}).ended, "exit 78") << "nobody says where it is";
    EXPECT_EQ(run({mayhem, "fleet"}).ended, "exit 64");
    EXPECT_EQ(run({mayhem, "fleet", "add-host", "Web 7", "--database", "127.0.0.1:1"}).ended, "exit 64");
}

}  // namespace
}  // namespace mayhem::testing
