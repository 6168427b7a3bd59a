// Proves that what `mayhem plan` prints is what the daemon then does: each message on record is a printed moment, under
// the id that was printed, over a daemon that is killed and those that are started after it.

#include <chrono>
#include <csignal>
#include <map>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "record.hpp"

namespace mayhem::testing {

namespace {

using nlohmann::json;

constexpr const char* schedule =
    "dry_run = false\nseed = 7\n[schedule]\nmean_time_between = \"100ms\"\ntimezone = \"Asia/Kolkata\"\n"
    "[group.herd]\ndriver = \"simulated\"\nfailure_probability = 0\n";

class PlanTest : public ::testing::Test {
protected:
    const test_folder folder_;
    const std::string config_ = folder_.write("mayhem.toml", schedule);
    const std::string store_ = folder_ / "mayhem.db";
    const std::vector<std::string> daemon_{mayhem, "run", "-c", config_, "--store", store_};

    /// Runs a daemon until so many messages are on record, and ends it by `signal`.
    void live(int messages, int signal) const {
        program daemon(daemon_);
        ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
        EXPECT_TRUE(eventually([&] { return read_record(store_).ids.size() >= static_cast<std::size_t>(messages); }));
        daemon.kill(signal);
        EXPECT_NE(daemon.end(), "hung");
    }

    [[nodiscard]] json history() const {
        return json::parse(run({mayhem, "history", "--store", store_, "--json", "-n", "100000"}).out);
    }
};

std::map<std::string, std::string> planned_moments(const json& plan) {
    std::map<std::string, std::string> moments;
    for (const json& m : plan["moments"]) {
        moments[m["message"]] = m["at"];
    }
    return moments;
}

}  // namespace

TEST_F(PlanTest, IsWhatTheDaemonDoesThroughDeath) {
    const finished printed = run({mayhem, "plan", "-c", config_, "--for", "10m", "--limit", "100000", "--json"});
    const json plan = json::parse(printed.out);
    live(10, SIGKILL);
    std::this_thread::sleep_for(std::chrono::seconds{2});  // some twenty moments pass
    live(20, SIGTERM);
    live(30, SIGTERM);

    const json record = history();
    const std::map<std::string, std::string> moments = planned_moments(plan);
    std::set<std::string> done;
    for (const json& attempt : record["attempts"]) {
        const auto m = moments.find(attempt["message"]);
        ASSERT_NE(m, moments.end()) << attempt;
        EXPECT_EQ(m->second, attempt["planned_at"].get<std::string>());
        done.insert(m->first);
    }
    EXPECT_GE(done.size(), 25U);
    EXPECT_FALSE(record["skips"].empty());  // between the lives
}

TEST_F(PlanTest, IsTheSameForTheSameSeedAndDate) {
    const std::vector<std::string> command{mayhem,   "plan",       "-c",    config_, "--seed",  "7",
                                           "--from", "2026-10-25", "--for", "1m",    "--store", store_};

    const finished first = run(command);
    const finished second = run(command, {.environment = {"TZ=America/New_York"}, .in_child = {}});

    EXPECT_EQ(first.ended, "exit 0");
    EXPECT_TRUE(first.out == second.out);
    EXPECT_TRUE(first.out.starts_with("Seed 7 (from --seed)\n")) << first.out;
    EXPECT_NE(first.out.find("2026-10-25 00:00:05 +0530"), std::string::npos) << first.out;
}

TEST_F(PlanTest, TakesTheSeedThatTheDaemonDrew) {
    (void)folder_.write("mayhem.toml", "[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"100ms\"\n");
    live(1, SIGTERM);

    const json plan = json::parse(run({mayhem, "plan", "-c", config_, "--store", store_, "--for", "1s", "--json"}).out);

    EXPECT_EQ(plan["seed_from"].get<std::string>(), "record");
    EXPECT_EQ(plan["dry_run"].get<bool>(), true);
}

TEST_F(PlanTest, RefusesWhatCannotBeMeant) {
    EXPECT_EQ(run({mayhem, "plan", "-c", config_, "--from", "2026-02-30"}).ended, "exit 64");
    EXPECT_EQ(run({mayhem, "plan", "-c", config_, "--for", "soon"}).ended, "exit 64");
    EXPECT_EQ(run({mayhem, "plan", "-c", folder_ / "none.toml"}).ended, "exit 78");
}

}  // namespace mayhem::testing
