// Proves with a real nats-server and real processes that what is asked for through JetStream is done once and is never
// lost: whoever is killed, frozen or restarted meanwhile. Takes a minute, since leases are seconds and daemons are
// killed in the middle of them.
#include <algorithm>
#include <csignal>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "nats_bed.hpp"
#include "program.hpp"
#include "workers.hpp"

namespace mayhem::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class JetstreamDaemonTest : public ::testing::Test {
protected:
    JetstreamDaemonTest()
        : config(folder.write("mayhem.toml",
                              targets.config("365d",
                                             "[queue.ci]\ndriver = \"jetstream\"\nservers = [\"" + server.url() +
                                                 "\"]\ngroups = [\"workers\"]\nhost = \"web-1\"\n"
                                                 "lease = \"3s\"\ndead_letter = \"mayhem.dead\"\n",
                                             "20s"))) {
        EXPECT_EQ(run({mayhem, "request", "--prepare", "-c", config}).ended, "exit 0");
    }

    void start() {
        daemon.emplace(std::vector<std::string>{mayhem, "run", "-c", config, "--store", store(), "--socket",
                                                folder / "control.sock", "--log-level", "debug"});
        ASSERT_TRUE(daemon->says("Mayhem is running"));
    }

    [[nodiscard]] finished ask(const std::string& id, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> command{mayhem, "request", "-c", config, "--id", id, "--by", "test"};
        command.insert(command.end(), more.begin(), more.end());
        return run(command);
    }

    [[nodiscard]] std::string store() const { return folder / "mayhem.db"; }

    /// How each message ended, by its id: the verdicts of its attempts.
    [[nodiscard]] std::map<std::string, std::vector<std::string>> record() const {
        const finished h = run({mayhem, "history", "--json", "--store", store(), "-n", "1000"});
        std::map<std::string, std::vector<std::string>> all;
        const json told = json::parse(h.out);
        for (const json& attempt : told.at("attempts")) {
            all[attempt.at("message")].push_back(attempt.at("verdict").is_string()
                                                     ? attempt.at("verdict").get<std::string>()
                                                     : std::string("under way"));
        }
        return all;
    }

    [[nodiscard]] int signals() const {
        int all = 0;
        for (const auto& [incarnation, count] : targets.signals()) {
            EXPECT_EQ(count, 1) << incarnation << " was hit twice";
            all += count;
        }
        return all;
    }

    nats_bed server;
    test_folder folder;
    workers targets{3};
    std::string config;
    std::optional<program> daemon;
};

TEST_F(JetstreamDaemonTest, F11_WhatIsAskedForIsDoneOnceAndAcked) {
    start();
    const finished asked = ask("deploy-1");
    EXPECT_EQ(asked.ended, "exit 0") << asked.log;
    EXPECT_THAT(asked.out, HasSubstr("Asked host web-1 for one target in group workers (request deploy-1)"));
    EXPECT_TRUE(daemon->says("through queue 'ci' (request deploy-1)"));
    EXPECT_TRUE(daemon->says("Done. Acked"));

    EXPECT_EQ(ask("deploy-1").ended, "exit 0");
    EXPECT_EQ(ask("deploy-2", {"--host", "web-2"}).ended, "exit 0");
    EXPECT_EQ(ask("deploy-3", {"no-such-target"}).ended, "exit 0");
    EXPECT_TRUE(daemon->says("is given up: no group selects a target 'no-such-target' now"));
    EXPECT_TRUE(eventually([&] {
        const finished status = run({mayhem, "status", "--json", "--socket", folder / "control.sock"});
        return json::parse(status.out).at("requests").at(0).at("held") == 0;
    }));

    EXPECT_EQ(signals(), 1);
    daemon->kill(SIGTERM);
    EXPECT_EQ(daemon->end(), "exit 0");
}

TEST_F(JetstreamDaemonTest, AFrozenServerHoldsNothingUpAndAKilledOneLosesNothing) {
    start();
    EXPECT_EQ(ask("before").ended, "exit 0");
    EXPECT_TRUE(daemon->says("(request before)"));
    server.freeze();
    std::this_thread::sleep_for(6s);
    const finished status = run({mayhem, "status", "--socket", folder / "control.sock"});
    EXPECT_EQ(status.ended, "exit 0");
    server.thaw();
    EXPECT_TRUE(eventually([&] { return ask("thawed").ended == "exit 0"; }));
    EXPECT_TRUE(daemon->says("(request thawed)"));
    server.kill_and_start();
    EXPECT_TRUE(eventually([&] { return ask("restarted").ended == "exit 0"; }));
    EXPECT_TRUE(daemon->says("(request restarted)"));
    EXPECT_TRUE(eventually([&] { return record().size() == 3; }));

    daemon->kill(SIGTERM);
    EXPECT_EQ(daemon->end(), "exit 0");
    EXPECT_THAT(daemon->log(), Not(HasSubstr("Executing <Task request"))) << "the loop was held up";
    EXPECT_EQ(signals(), 3);
}

/// The promise: of whatever was asked for, each once at most, and none forgotten.
TEST_F(JetstreamDaemonTest, F28_EachIdIsDoneOnceHoweverOftenTheDaemonIsEndedOrKilled) {
    constexpr int asked_for = 24;
    std::mt19937 dice(20261201);
    std::uniform_int_distribution<int> pause(20, 900);
    std::thread asks([&] {
        for (int i = 0; i < asked_for; ++i) {
            EXPECT_TRUE(eventually([&] { return ask("r" + std::to_string(i)).ended == "exit 0"; }));
            std::this_thread::sleep_for(400ms);
        }
    });
    int kills = 0;
    for (; kills < 14; ++kills) {
        daemon.reset();
        start();
        std::this_thread::sleep_for(std::chrono::milliseconds(pause(dice)));
        const bool is_graceful = kills % 3 == 2;
        daemon->kill(is_graceful ? SIGTERM : SIGKILL);
        EXPECT_EQ(daemon->end(), is_graceful ? "exit 0" : "signal 9");
    }
    asks.join();
    daemon.reset();
    start();
    EXPECT_TRUE(eventually([&] { return record().size() >= asked_for; })) << record().size();
    EXPECT_TRUE(eventually([&] {
        const finished status = run({mayhem, "status", "--json", "--socket", folder / "control.sock"});
        return json::parse(status.out).at("requests").at(0).at("held") == 0;
    }));
    daemon->kill(SIGTERM);
    EXPECT_EQ(daemon->end(), "exit 0");

    const std::set<std::string> acted{"recovered", "not_recovered", "unstable", "unwatched", "not_ended"};
    int acts = 0;
    for (const auto& [message, verdicts] : record()) {
        const auto done = std::ranges::count_if(verdicts, [&](const std::string& v) { return acted.contains(v); });
        EXPECT_LE(done, 1) << message;
        acts += static_cast<int>(done);
    }
    EXPECT_EQ(record().size(), static_cast<std::size_t>(asked_for));
    EXPECT_GT(acts, asked_for / 3);
    EXPECT_LE(signals(), asked_for);
}

}  // namespace
}  // namespace mayhem::testing
