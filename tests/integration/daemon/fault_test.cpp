// `mayhem fault` and what lies behind it, on the running daemon: an operator may have done what the config of a group
// allows and nothing else, under all guards, and hears what it came to.

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "control_client.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

using nlohmann::json;

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

class FaultTest : public ::testing::Test {
protected:
    /// Workers whose plan leaves them alone for as long as a test takes.
    std::vector<std::string> start(const std::string& of_group, const std::string& top = {}) const {
        return {mayhem,    "run", "-c",       folder.write("mayhem.toml", crew.config("1000h", top, "30s") + of_group),
                "--store", store, "--socket", socket};
    }
    finished fault(std::vector<std::string> words) const {
        words.insert(words.begin(), {mayhem, "fault"});
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
    [[nodiscard]] std::string find_victim(program& daemon) const {
        EXPECT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
        EXPECT_TRUE(eventually([&] { return names().size() == 2; })) << daemon.log();
        return names().front();
    }
    [[nodiscard]] json history() const { return json::parse(get(socket, "/v1/history"))["attempts"]; }

    const test_folder folder;
    const workers crew{2};
    const std::string store = folder / "mayhem.db";
    const std::string socket = folder / "control.sock";
};

TEST_F(FaultTest, FreezesTheOneThatIsMeantForAsLongAsWasAskedAndTellsWhatItCameTo) {
    program daemon(start("by_hand = [\"freeze\"]\n"));
    const std::string victim = find_victim(daemon);

    const finished done = fault({"--wait", victim, "freeze", "--for", "1s"});

    EXPECT_EQ(done.ended, "exit 0") << done.log << daemon.log();
    EXPECT_TRUE(has(done.out, "freeze (for 1s) of " + victim + " in group 'workers': recovered, held 1.")) << done.out;
    EXPECT_TRUE(has(done.out, "back after ")) << done.out;
    EXPECT_TRUE(crew.signals().empty()) << "nobody is told to end";
    ASSERT_EQ(history().size(), 1U);
    EXPECT_EQ(history()[0]["name"], victim);
    EXPECT_EQ(history()[0]["action"], "freeze");
    EXPECT_EQ(history()[0]["parameters"], "for = \"1s\"");
    EXPECT_TRUE(daemon.says("A freeze (for 1s) of " + victim + " in group 'workers' is asked for by "));
}

TEST_F(FaultTest, WhatStoodStillMayBeHitAgainInTheSameLife) {
    program daemon(start("by_hand = [\"freeze\"]\n"));
    const std::string victim = find_victim(daemon);

    EXPECT_EQ(fault({"--wait", victim, "freeze", "--for", "1s"}).ended, "exit 0") << daemon.log();
    EXPECT_EQ(fault({"--wait", victim, "freeze", "--for", "2s"}).ended, "exit 0") << daemon.log();
    EXPECT_EQ(fault({"--wait", victim, "signal"}).ended, "exit 0") << daemon.log();

    EXPECT_EQ(history().size(), 3U);
    EXPECT_EQ(crew.signals().size(), 1U);
}

TEST_F(FaultTest, NobodyReachesMoreThanTheConfigAllows) {
    program daemon(start("signal = \"TERM\"\nby_hand = [\"freeze\"]\n"));
    const std::string victim = find_victim(daemon);

    const finished cut = fault({victim, "cut"});
    const finished other_signal = fault({victim, "signal", "--signal", "KILL"});
    const finished too_long = fault({victim, "freeze", "--for", "20m"});
    const finished no_parameter = fault({victim, "freeze", "--with", "user = \"root\""});
    const finished nobody = fault({victim + "x", "freeze"});

    EXPECT_EQ(cut.ended, "exit 1");
    EXPECT_TRUE(has(cut.log, "allows cut by hand: by_hand = [\"cut\"]")) << cut.log;
    EXPECT_EQ(other_signal.ended, "exit 1");
    EXPECT_TRUE(has(other_signal.log, "without parameters it is done as the config has it")) << other_signal.log;
    EXPECT_EQ(too_long.ended, "exit 1");
    EXPECT_TRUE(has(too_long.log, "is out of range: from 1 s to 10 m")) << too_long.log;
    EXPECT_EQ(no_parameter.ended, "exit 1");
    EXPECT_TRUE(has(no_parameter.log, "\"user\" is no parameter of an action")) << no_parameter.log;
    EXPECT_EQ(nobody.ended, "exit 1");
    EXPECT_TRUE(has(nobody.log, "no group selects a target")) << nobody.log;
    EXPECT_TRUE(crew.signals().empty());
    EXPECT_TRUE(history().empty());
}

TEST_F(FaultTest, AnActionOfItsOwnIsDoneAsItsConfigHasIt) {
    program daemon(start("signal = \"KILL\"\n"));
    const std::string victim = find_victim(daemon);

    const finished done = fault({"--wait", "--json", victim, "signal"});

    EXPECT_EQ(done.ended, "exit 0") << done.log << daemon.log();
    EXPECT_EQ(json::parse(done.out)["action"], "signal");
    EXPECT_EQ(json::parse(done.out)["parameters"], "signal = \"KILL\"");
    EXPECT_EQ(json::parse(done.out)["state"], "recovered");
    EXPECT_TRUE(json::parse(done.out)["span"].is_null());
}

TEST_F(FaultTest, ADryRunIsDryAndAHaltRefuses) {
    program daemon(start("by_hand = [\"freeze\"]\ndry_run = true\n"));
    const std::string victim = find_victim(daemon);

    const finished dry = fault({"--wait", victim, "freeze"});
    const finished halt = run({mayhem, "halt", "--socket", socket});
    const finished halted = fault({"--wait", victim, "freeze"});

    EXPECT_EQ(dry.ended, "exit 1");
    EXPECT_TRUE(has(dry.out, "freeze of " + victim + " in group 'workers': refused: dry_run")) << dry.out;
    EXPECT_EQ(halt.ended, "exit 0");
    EXPECT_TRUE(has(halted.out, "refused: halted")) << halted.out;
    EXPECT_FALSE(has(daemon.log(), "Began freeze"));
}

}  // namespace mayhem::testing
