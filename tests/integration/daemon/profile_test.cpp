// A CPU profile of the running daemon, from the command to what google-pprof makes of it; and everything that may come
// in between. With real processes: CPU time is what is measured.

#include <algorithm>
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "control_client.hpp"
#include "program.hpp"

namespace mayhem::testing {

namespace {

using nlohmann::json;

/// Many groups share each commit, so that the CPU is what there is too little of, and not the disk.
std::string busy() {
    std::string config = "dry_run = false\n[pipeline]\nmax_in_flight = 2000\n";
    for (int number = 1; number <= 16; ++number) {
        config += "[group.herd" + std::to_string(number) +
                  "]\ndriver = \"simulated\"\nfailure_probability = 0.0\nmean_time_between = \"1ms\"\n";
    }
    return config;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

class ProfileTest : public ::testing::Test {
protected:
    std::vector<std::string> daemon_command() const {
        return {mayhem,         "run",
                "-c",           folder.write("mayhem.toml", busy()),
                "--store",      folder / "mayhem.db",
                "--socket",     socket,
                "--log-format", "json"};
    }
    std::vector<std::string> profile_command(const std::string& seconds, const std::string& file) const {
        return {mayhem, "profile", "--seconds", seconds, "-o", file, "--socket", socket, "--json"};
    }

    /// Whether a profile is being taken: its task sleeps.
    bool is_under_way() const {
        const json tasks = json::parse(get(socket, "/v1/tasks"))["tasks"];
        return std::ranges::any_of(tasks, [](const json& t) {
            const std::string text = t["text"].get<std::string>();
            return has(text, "take_profile") && has(text, "awaits sleep");
        });
    }

    const test_folder folder;
    const std::string socket = folder / "control.sock";
    const std::string profile = folder / "mayhem.prof";
};

TEST_F(ProfileTest, ShowsTheDaemonsCoroutinesToKcachegrind) {
    program daemon(daemon_command());
    ASSERT_TRUE(daemon.says("Done. "));

    std::string graphs;
    const auto shows_both = [&graphs] {
        return has(graphs, "mayhem::pipeline::message_handler::") && has(graphs, "mayhem::async::loop::take_turn");
    };
    constexpr int tries_max = 8;  // it samples: what 3 s meet is chance
    for (int tries = 0; tries < tries_max && !shows_both(); ++tries) {
        const finished taken = run(profile_command("3", profile));
        ASSERT_EQ(taken.ended, "exit 0") << taken.log;
        const json told = json::parse(taken.out);
        EXPECT_EQ(told["seconds"], 3);
        EXPECT_GT(told["samples"], 0);
        const finished callgrind = run({"/usr/bin/google-pprof", "--callgrind", mayhem, profile});
        ASSERT_EQ(callgrind.ended, "exit 0") << callgrind.log;
        EXPECT_TRUE(has(callgrind.out, "events: Hits")) << callgrind.out.substr(0, 500);
        graphs += callgrind.out;
    }
    EXPECT_TRUE(shows_both()) << graphs;
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_FALSE(has(daemon.log(), "PROFILE:")) << "gperftools writes into the log";
}

TEST_F(ProfileTest, IsTakenOneAtATime) {
    program daemon(daemon_command());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    program first(profile_command("60", profile));
    ASSERT_TRUE(eventually([this] { return is_under_way(); }));

    const finished second = run(profile_command("1", folder / "second.prof"));

    EXPECT_EQ(second.ended, "exit 1");
    EXPECT_TRUE(has(second.log, "another profile is being taken")) << second.log;
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_NE(first.end(), "exit 0") << first.log();
}

TEST_F(ProfileTest, RefusesWhatCannotBeMeant) {
    program daemon(daemon_command());
    ASSERT_TRUE(daemon.says("Mayhem is running"));

    for (const char* body : {R"({"seconds": 0})", R"({"seconds": 61})", R"({"seconds": "ten"})", "[1]", "{"}) {
        EXPECT_TRUE(has(exchange(socket, "POST", "/v1/profile", body), "400 Bad Request")) << body;
    }
    EXPECT_TRUE(has(exchange(socket, "GET", "/v1/profile"), "405"));
    EXPECT_EQ(run(profile_command("0", profile)).ended, "exit 64");
    const finished nowhere = run(profile_command("1", folder / "none/mayhem.prof"));
    EXPECT_EQ(nowhere.ended, "exit 74");
    EXPECT_TRUE(has(nowhere.log, "none/mayhem.prof: No such file or directory")) << nowhere.log;
}

TEST_F(ProfileTest, LeavesTheFileAloneUnlessThereIsAProfile) {
    const auto precious = folder.write("mayhem.prof", "precious");
    ASSERT_EQ(precious, profile);

    const finished unanswered = run(profile_command("1", profile));

    EXPECT_EQ(unanswered.ended, "exit 69") << unanswered.log;
    EXPECT_EQ(read_text(profile), "precious");
    program daemon(daemon_command());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    program first(profile_command("60", folder / "first.prof"));
    ASSERT_TRUE(eventually([this] { return is_under_way(); }));
    EXPECT_EQ(run(profile_command("1", profile)).ended, "exit 1");
    EXPECT_EQ(read_text(profile), "precious");
}

TEST_F(ProfileTest, ADaemonThatEndsMeanwhileDoesNotWaitForIt) {
    program daemon(daemon_command());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    program asking(profile_command("60", profile));
    ASSERT_TRUE(eventually([this] { return is_under_way(); }));

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_NE(asking.end(), "exit 0");
    EXPECT_FALSE(std::filesystem::exists(profile));
}

}  // namespace mayhem::testing
