// `mayhem restart` and what lies behind it, on the running daemon: an operator's restart is on record, is guarded like
// all others, and is told how it ended.

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "control_client.hpp"
#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

using nlohmann::json;

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

class RestartTest : public ::testing::Test {
protected:
    /// Workers whose plan leaves them alone for as long as a test takes.
    std::vector<std::string> start(const std::string& top = {}) const {
        return {mayhem,    "run", "-c",       folder.write("mayhem.toml", crew.config("1000h", top, "30s")),
                "--store", store, "--socket", socket};
    }
    finished command(std::vector<std::string> words) const {
        words.insert(words.begin(), mayhem);
        words.insert(words.end(), {"--socket", socket});
        return run(std::move(words));
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> all;
        const json answer = json::parse(get(socket, "/v1/targets"));
        for (const json& t : answer["groups"][0]["targets"]) {
            all.push_back(t["name"]);
        }
        return all;
    }
    [[nodiscard]] bool has_workers(std::size_t count) const {
        return eventually([&] { return names().size() == count; });
    }
    [[nodiscard]] json history() const { return json::parse(get(socket, "/v1/history"))["attempts"]; }

    const test_folder folder;
    const workers crew{2};
    const std::string store = folder / "mayhem.db";
    const std::string socket = folder / "control.sock";
};

TEST_F(RestartTest, RestartsTheOneThatIsMeantAndTellsHowLongItTook) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    ASSERT_TRUE(has_workers(2));
    const std::string victim = names().front();
    const std::string other = names().back();

    const finished done = command({"restart", "--wait", victim});

    EXPECT_EQ(done.ended, "exit 0") << done.log << daemon.log();
    EXPECT_TRUE(has(done.out, "Restarted " + victim + " in group 'workers', back after ")) << done.out;
    EXPECT_EQ(crew.signals().size(), 1U);
    EXPECT_TRUE(has_workers(2));
    EXPECT_TRUE(has(names().front() + " " + names().back(), other));
    ASSERT_EQ(history().size(), 1U);
    EXPECT_EQ(history()[0]["name"], victim);
    EXPECT_EQ(history()[0]["verdict"], "recovered");
    EXPECT_TRUE(daemon.says("A restart of " + victim + " in group 'workers' is asked for by ")) << daemon.log();
}

TEST_F(RestartTest, WithoutWaitingItAnswersWithTheMessageAtOnce) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    ASSERT_TRUE(has_workers(2));

    const finished asked = command({"restart", "--json", names().front()});

    ASSERT_EQ(asked.ended, "exit 0") << asked.log;
    const std::string id = json::parse(asked.out)["message"];
    ASSERT_TRUE(eventually([&] { return json::parse(get(socket, "/v1/restart?message=" + id))["is_over"] == true; }));
    const json over = json::parse(get(socket, "/v1/restart?wait=5s&message=" + id));
    EXPECT_EQ(over["state"], "recovered");
    EXPECT_EQ(history()[0]["message"], id);
}

TEST_F(RestartTest, ADryRunAndAHaltRefuseIt) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    ASSERT_TRUE(has_workers(2));
    const std::string victim = names().front();

    ASSERT_EQ(command({"halt"}).ended, "exit 0");
    const finished halted = command({"restart", "--wait", victim});
    ASSERT_EQ(command({"resume"}).ended, "exit 0");
    std::string dry = crew.config("1000h", {}, "30s");
    dry.replace(dry.find("dry_run = false"), 15, "dry_run = true ");
    (void)folder.write("mayhem.toml", dry);
    daemon.kill(SIGHUP);
    ASSERT_TRUE(daemon.says("(dry run"));
    const finished refused = command({"restart", "--wait", victim});

    EXPECT_EQ(halted.ended, "exit 1");
    EXPECT_TRUE(has(halted.out, "Refused to restart " + victim + " in group 'workers': halted (halted)")) << halted.out;
    EXPECT_EQ(refused.ended, "exit 1");
    EXPECT_TRUE(has(refused.out, ": dry_run (dry_run is on)")) << refused.out;
    EXPECT_TRUE(crew.signals().empty());
    EXPECT_EQ(history().size(), 2U);
}

TEST_F(RestartTest, ALimitCountsItLikeAllOthers) {
    const std::int64_t to_noon = 12 - std::time(nullptr) / 3600 % 24;  // the day must not end in the middle of the test
    const std::string zone = std::string("Etc/GMT") + (to_noon < 0 ? "+" : "-") + std::to_string(std::abs(to_noon));
    const std::string limited =
        crew.config("1000h", {}, "30s") + "max_per_day = 1\ntimezone = \"" + zone + "\"\n";  // GMT-3 is UTC+3
    (void)start();
    program daemon({mayhem, "run", "-c", folder.write("mayhem.toml", limited), "--store", store, "--socket", socket});
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    ASSERT_TRUE(has_workers(2));

    const finished first = command({"restart", "--wait", names().front()});
    ASSERT_TRUE(has_workers(2));
    const finished second = command({"restart", "--wait", names().back()});

    EXPECT_EQ(first.ended, "exit 0") << first.out << first.log;
    EXPECT_EQ(second.ended, "exit 1");
    EXPECT_TRUE(has(second.out, "daily_limit (1 restarts today, at most 1)")) << second.out;
    EXPECT_EQ(crew.signals().size(), 1U);
}

TEST_F(RestartTest, SaysWhoCouldBeMeant) {
    const std::string config = crew.config("1000h", {}, "30s");
    std::string twin = config.substr(config.find("[group.workers]"));
    twin.replace(0, 15, "[group.twin]");
    program daemon(
        {mayhem, "run", "-c", folder.write("mayhem.toml", config + twin), "--store", store, "--socket", socket});
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    ASSERT_TRUE(has_workers(2));
    const std::string one = names().front();

    const finished unknown = command({"restart", one + "x"});
    const finished no_group = command({"restart", one, "--group", "worker"});
    const finished ambiguous = command({"restart", one});
    const std::string nothing = exchange(socket, "POST", "/v1/restart", "{}");
    const std::string no_message = exchange(socket, "GET", "/v1/restart?message=me");

    EXPECT_EQ(unknown.ended, "exit 1");
    EXPECT_TRUE(has(unknown.log, "did you mean")) << unknown.log;
    EXPECT_EQ(no_group.ended, "exit 1");
    EXPECT_TRUE(has(no_group.log, "there is no group 'worker'")) << no_group.log;
    EXPECT_EQ(ambiguous.ended, "exit 1");
    EXPECT_TRUE(has(ambiguous.log, "means 2 targets: " + one + " in group 'twin', " + one + " in group 'workers'"))
        << ambiguous.log;
    EXPECT_TRUE(has(nothing, "400 Bad Request")) << nothing;
    EXPECT_TRUE(has(no_message, "400 Bad Request")) << no_message;
    EXPECT_EQ(command({"restart"}).ended, "exit 64");
    EXPECT_TRUE(crew.signals().empty());
    EXPECT_TRUE(history().empty());
}

TEST_F(RestartTest, ABurstOfRequestsActsOnEachLifeOnce) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    ASSERT_TRUE(has_workers(2));
    const std::string body = json{{"target", names().front()}}.dump();

    for (int i = 0; i < 20; ++i) {
        (void)exchange(socket, "POST", "/v1/restart", body);
    }
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    for (const auto& [life, count] : crew.signals()) {
        EXPECT_EQ(count, 1) << life;
    }
    const record r = read_record(store);
    EXPECT_EQ(r.count("journalled") + r.count("running"), 0);
    EXPECT_EQ(r.open_attempts, 0);
}

TEST_F(RestartTest, TheDaemonTellsWhoCouldBeHitAndWhatIsPlanned) {
    const std::string config = crew.config("250h", {}, "30s");  // 35 moments a year: three are certain
    program daemon({mayhem, "run", "-c", folder.write("mayhem.toml", config), "--store", store, "--socket", socket});
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    ASSERT_TRUE(has_workers(2));

    const json eligible = json::parse(get(socket, "/v1/eligible"));
    const json plan = json::parse(get(socket, "/v1/plan?for=365d&limit=3"));
    const finished same =
        run({mayhem, "plan", "-c", folder / "mayhem.toml", "--store", store, "--for", "365d", "-n", "3", "--json"});

    EXPECT_EQ(eligible["targets"].size(), 2U);
    EXPECT_EQ(eligible["targets"][0]["eligible"], true);
    EXPECT_TRUE(eligible["troubles"].empty());
    EXPECT_EQ(plan["moments"].size(), 3U);
    EXPECT_EQ(plan["moments"], json::parse(same.out)["moments"]) << same.log;
    EXPECT_EQ(plan["seed_from"], "record");
    EXPECT_TRUE(has(exchange(socket, "GET", "/v1/plan?for=400d"), "400 Bad Request"));
    EXPECT_TRUE(has(exchange(socket, "GET", "/v1/plan?from=soon"), "400 Bad Request"));
    EXPECT_TRUE(has(exchange(socket, "GET", "/v1/plan?limit=100000"), "400 Bad Request"));
}

TEST_F(RestartTest, AListingThatHangsHoldsNobodyUp) {
    const std::string script = folder.write("list", "#!/bin/sh\nexec sleep 60\n");
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    const std::string config = crew.config("1000h", {}, "30s") + "[group.slow]\ndriver = \"command\"\nlist = [\"" +
                               script + "\"]\nrestart = [\"/bin/true\", \"{id}\"]\nmean_time_between = \"1000h\"\n";
    program daemon({mayhem, "run", "-c", folder.write("mayhem.toml", config), "--store", store, "--socket", socket});
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();

    const raw_connection asking(socket);
    ASSERT_TRUE(asking.send("GET /v1/eligible HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    EXPECT_EQ(get(socket, "/healthz"), "ok\n");
    EXPECT_FALSE(asking.has_answer());
    const std::string answer = asking.receive();

    ASSERT_TRUE(has(answer, "200 OK")) << answer;
    const json eligible = json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
    EXPECT_EQ(eligible["targets"].size(), 2U);
    EXPECT_EQ(eligible["troubles"]["slow"], "not done within 8 s");
}

}  // namespace mayhem::testing
