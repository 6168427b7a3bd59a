// The control socket and its commands, on the running daemon: what it answers, who may ask, what it does.

#include <csignal>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "control_client.hpp"
#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

using nlohmann::json;

constexpr const char* idle = "dry_run = false\n[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"100h\"\n";
constexpr const char* herd = "dry_run = false\n[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"50ms\"\n";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

class ControlTest : public ::testing::Test {
protected:
    std::vector<std::string> start(const std::string& config = herd) const {
        return {mayhem, "run", "-c", folder.write("mayhem.toml", config), "--store", store, "--socket", socket};
    }
    finished command(std::vector<std::string> words) const {
        words.insert(words.begin(), mayhem);
        words.insert(words.end(), {"--socket", socket});
        return run(std::move(words));
    }
    json status() const { return json::parse(get(socket, "/v1/status")); }

    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string socket = folder / "control.sock";
};

TEST_F(ControlTest, TellsHowTheDaemonIs) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Done. "));

    const finished text = command({"status"});
    const finished as_json = command({"status", "--json"});

    EXPECT_EQ(text.ended, "exit 0") << text.log;
    EXPECT_TRUE(has(text.out, "is running, armed")) << text.out;
    EXPECT_TRUE(has(text.out, "Not halted.")) << text.out;
    const json j = json::parse(as_json.out);
    EXPECT_EQ(j["pid"], daemon.pid());
    EXPECT_EQ(j["phase"], "running");
    EXPECT_EQ(j["groups"][0]["group"], "herd");
    EXPECT_GT(j["messages"]["published"], 0);
}

TEST_F(ControlTest, AnswersEveryQuestion) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Done. "));

    EXPECT_TRUE(has(command({"tasks"}).out, "daemon/signals"));
    EXPECT_TRUE(has(command({"targets"}).out, "cattle-"));
    EXPECT_FALSE(json::parse(get(socket, "/v1/tasks"))["tasks"].empty());
    EXPECT_EQ(json::parse(get(socket, "/v1/history?limit=1"))["attempts"].size(), 1U);
    EXPECT_TRUE(json::parse(get(socket, "/v1/report?since=1h&group=herd")).contains("total"));
    EXPECT_EQ(get(socket, "/healthz"), "ok\n");
    EXPECT_EQ(get(socket, "/readyz"), "running\n");
    EXPECT_TRUE(has(exchange(socket, "GET", "/v1/history?limit=many"), "400 Bad Request"));
    EXPECT_TRUE(has(exchange(socket, "GET", "/v1/report?since=soon"), "400 Bad Request"));
    EXPECT_TRUE(has(exchange(socket, "POST", "/v1/halt", "[1]"), "400 Bad Request"));
}

TEST_F(ControlTest, StreamsWhatHappens) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));

    program events({mayhem, "events", "--json", "--socket", socket});

    json recovered;
    const auto has_come = [&] {
        std::istringstream lines(events.out());
        for (std::string line; std::getline(lines, line) && !lines.eof();) {  // the last one may not be whole
            recovered = json::parse(line);
            if (recovered["event"] == "recovered") {
                return true;
            }
        }
        return false;
    };
    ASSERT_TRUE(eventually(has_come)) << events.out() << events.log();
    EXPECT_EQ(recovered["group"], "herd");
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_EQ(events.end(), "exit 0");
}

TEST_F(ControlTest, HaltsAtOnceAndOverDeathUntilResumed) {
    const workers herd_of_workers(3);  // after the kill one may be in doubt for an hour, and one must stay
    const std::string config = herd_of_workers.config("20ms", {}, "30s");
    {
        program daemon(start(config));
        ASSERT_TRUE(eventually([&] { return !herd_of_workers.signals().empty(); })) << daemon.log();

        const finished halted = command({"halt", "--why", "release in progress"});

        EXPECT_EQ(halted.ended, "exit 0") << halted.log;
        EXPECT_TRUE(has(halted.out, "release in progress")) << halted.out;
        ASSERT_TRUE(eventually([&] { return read_record(store).count("running") == 0; }));  // who was hit has noted it
        const auto before = herd_of_workers.signals();
        ASSERT_TRUE(daemon.says(": halted", daemon.log().size()));
        ASSERT_TRUE(daemon.says(": halted", daemon.log().size()));
        EXPECT_EQ(herd_of_workers.signals(), before);
        daemon.kill(SIGKILL);
        (void)daemon.end();
    }
    program again(start(config));
    ASSERT_TRUE(again.says("Mayhem is running"));
    EXPECT_EQ(first_out_of_order(again.log(), {"release in progress", "Mayhem is running"}), "") << again.log();
    EXPECT_TRUE(has(command({"status"}).out, "HALTED by "));
    const auto before = herd_of_workers.signals();
    ASSERT_TRUE(again.says(": halted"));

    const finished resumed = command({"resume"});

    EXPECT_EQ(resumed.ended, "exit 0") << resumed.log;
    EXPECT_TRUE(eventually([&] { return herd_of_workers.signals() != before; })) << again.log();
}

/// The driver looks at its target until it may `go` on, and then it acts. Which of the two is under way, "looking" and
/// "acted" say.
class SlowLookTest : public ControlTest {
protected:
    std::string config(const std::string& head) const {
        return head + "dry_run = false\n[group.slow]\ndriver = \"command\"\nmean_time_between = \"50ms\"\n" +
               "list = ['/bin/sh', '-c', 'printf \"a\\t1\\n\"']\n" + "observe = ['/bin/sh', '-c', 'touch " + looking +
               "; n=0; while [ ! -e " + go +
               " ] && [ $n -lt 1000 ]; do sleep 0.02; n=$((n + 1)); done; echo 1', 'sh', " + "'{id}']\n" +
               "restart = ['/bin/sh', '-c', 'touch " + acted + "', 'sh', '{id}']\n";
    }
    bool is_looking() const {
        return eventually([this] { return std::filesystem::exists(looking); });
    }

    bool is_all_settled() const {
        return eventually([this] { return read_record(store).count("running") == 0; });
    }

    const std::string looking = folder / "looking";
    const std::string go = folder / "go";
    const std::string acted = folder / "acted";
};

TEST_F(SlowLookTest, AHaltHoldsForWhatHasNotActedYet) {
    program daemon(start(config("")));
    ASSERT_TRUE(is_looking()) << daemon.log();

    EXPECT_EQ(command({"halt"}).ended, "exit 0");

    (void)folder.write("go", "");
    EXPECT_TRUE(is_all_settled());
    EXPECT_TRUE(daemon.says(": halted")) << daemon.log();
    EXPECT_FALSE(std::filesystem::exists(acted));
}

TEST_F(SlowLookTest, AReloadWithAHaltHoldsForWhatHasNotActedYet) {
    program daemon(start(config("")));
    ASSERT_TRUE(is_looking()) << daemon.log();

    const std::size_t before = daemon.log().size();
    (void)folder.write("mayhem.toml", config("halted = true\n"));
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("Halted ", before)) << daemon.log();
    (void)folder.write("go", "");
    EXPECT_TRUE(daemon.says(": halted", before)) << daemon.log();
    EXPECT_TRUE(daemon.says("Mayhem is running", before)) << daemon.log();
    EXPECT_FALSE(std::filesystem::exists(acted));
}

TEST_F(SlowLookTest, AReloadSaysWhatItWaitsFor) {
    program daemon(start(config("") + "recovery_timeout = \"1s\"\n"));
    ASSERT_TRUE(is_looking()) << daemon.log();
    EXPECT_EQ(get(socket, "/readyz"), "running\n");

    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("The reload waits for 1 message in hand (group slow); the recovery of")) << daemon.log();
    const std::string answer = exchange(socket, "GET", "/readyz");
    EXPECT_TRUE(has(answer, " 503 ")) << answer;
    EXPECT_TRUE(has(answer, "reloading, waits for 1 message in hand (group slow)")) << answer;
    EXPECT_EQ(status()["phase"], "reloading");
    EXPECT_TRUE(has(command({"status"}).out, "Waits for 1 message in hand")) << command({"status"}).out;
    const std::size_t before = daemon.log().size();
    (void)folder.write("go", "");
    EXPECT_TRUE(daemon.says("Mayhem is running", before)) << daemon.log();
    EXPECT_EQ(get(socket, "/readyz"), "running\n");
    EXPECT_EQ(status()["waits_for"], "");
}

TEST_F(ControlTest, IsNotReadyWhileAReloadWaitsForTheRecord) {
    program daemon(start(idle));
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    const std::size_t before = daemon.log().size();
    held_database other(store);
    daemon.kill(SIGHUP);
    ASSERT_TRUE(daemon.says("nothing runs without the record", before)) << daemon.log();

    const std::string answer = exchange(socket, "GET", "/readyz");
    const json waiting = status();

    EXPECT_TRUE(has(answer, " 503 ")) << answer;
    EXPECT_TRUE(has(answer, "reloading, waits for the record: cannot write to the database")) << answer;
    EXPECT_EQ(waiting["phase"], "reloading");
    EXPECT_TRUE(has(waiting.value("waits_for", ""), "another process holds it locked")) << waiting;
    other.release();
    EXPECT_TRUE(daemon.says("Mayhem is running", before)) << daemon.log();
    EXPECT_EQ(get(socket, "/readyz"), "running\n");
}

TEST_F(ControlTest, IsNotReadyWhileTheRecordCannotBeWritten) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Done. "));
    held_database other(store);
    ASSERT_TRUE(daemon.says("publishes nothing, retrying")) << daemon.log();

    const std::string answer = exchange(socket, "GET", "/readyz");

    EXPECT_TRUE(has(answer, " 503 ")) << answer;
    EXPECT_TRUE(has(answer, "running, waits for the record: ")) << answer;
    other.release();
    EXPECT_TRUE(eventually([this] { return has(exchange(socket, "GET", "/readyz"), " 200 "); })) << daemon.log();
}

TEST_F(ControlTest, AHaltThatCouldNotBeRecordedIsRecordedByTheNext) {
    {
        program daemon(start(idle));
        ASSERT_TRUE(daemon.says("Mayhem is running"));
        held_database other(store);
        const finished first = command({"halt", "--why", "first"});
        EXPECT_EQ(first.ended, "exit 1");
        EXPECT_TRUE(has(first.log, "only until the daemon ends")) << first.log;
        other.release();

        EXPECT_EQ(command({"halt", "--why", "second"}).ended, "exit 0");

        daemon.kill(SIGKILL);
        (void)daemon.end();
    }
    program again(start());
    EXPECT_TRUE(again.says("Halted ")) << again.log();
    EXPECT_TRUE(has(again.log(), "first")) << again.log();
}

TEST_F(ControlTest, ObeysTheFileWithinASecond) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Restarted "));

    (void)folder.write("halt", "the disk is being replaced\n");

    EXPECT_TRUE(daemon.says("the disk is being replaced")) << daemon.log();
    EXPECT_EQ(command({"resume"}).ended, "exit 1");
    EXPECT_EQ(status()["halt"]["reasons"][0]["door"], "file");
    std::filesystem::remove(folder / "halt");
    EXPECT_TRUE(daemon.says("Resumed by the removal of"));
    EXPECT_EQ(status()["halt"]["is_halted"], false);
}

TEST_F(ControlTest, ObeysTheConfigAtTheStartAndAtAReload) {
    program daemon(start(std::string("halted = true\n") + herd));
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    EXPECT_EQ(first_out_of_order(daemon.log(), {"halted = true", "Mayhem is running"}), "") << daemon.log();

    (void)folder.write("mayhem.toml", herd);
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("Resumed by the config file")) << daemon.log();
    EXPECT_TRUE(daemon.says("Restarted "));
}

TEST_F(ControlTest, HaltsWithoutADaemonAndOneThatCannotBeReached) {
    const finished offline = command({"halt", "--why", "not yet", "--store", store});
    program daemon(start(idle));
    ASSERT_TRUE(daemon.says("not yet")) << daemon.log();
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();

    const finished resumed = run({mayhem, "resume", "--socket", folder / "nowhere.sock", "--store", store});

    EXPECT_EQ(offline.ended, "exit 0") << offline.log;
    EXPECT_EQ(resumed.ended, "exit 0") << resumed.log;
    EXPECT_TRUE(daemon.says("Resumed by another process")) << daemon.log();
}

TEST_F(ControlTest, DrainFinishesWhatRuns) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Pulled "));

    const finished drained = command({"drain"});

    EXPECT_EQ(drained.ended, "exit 0") << drained.log;
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_EQ(first_out_of_order(daemon.log(), {"Draining, asked by ", "What ran is finished", "Shutdown complete."}),
              "")
        << daemon.log();
    const record r = read_record(store);
    EXPECT_EQ(r.count("running"), 0);
    EXPECT_EQ(r.open_attempts, 0);
}

TEST_F(ControlTest, SaysThatNobodyAnswers) {
    const finished f = command({"status"});

    EXPECT_EQ(f.ended, "exit 69");
    EXPECT_TRUE(has(f.log, socket)) << f.log;
}

TEST_F(ControlTest, ASecondDaemonDoesNotTakeTheSocketOver) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));

    const finished second = run({mayhem, "run", "--store", folder / "other.db", "--socket", socket});

    EXPECT_EQ(second.ended, "exit 69");
    EXPECT_TRUE(has(second.log, "another mayhem listens there")) << second.log;
    EXPECT_EQ(get(socket, "/healthz"), "ok\n");
}

TEST_F(ControlTest, AKilledDaemonsSocketIsReplaced) {
    {
        program daemon(start());
        ASSERT_TRUE(daemon.says("Mayhem is running"));
        daemon.kill(SIGKILL);
        (void)daemon.end();
    }
    ASSERT_TRUE(std::filesystem::exists(socket));

    program next(start());

    EXPECT_TRUE(next.says("Mayhem is running")) << next.log();
    EXPECT_EQ(get(socket, "/healthz"), "ok\n");
    next.kill(SIGTERM);
    EXPECT_EQ(next.end(), "exit 0");
    EXPECT_FALSE(std::filesystem::exists(socket));
}

TEST_F(ControlTest, AnOrdinaryUserGetsNothing) {
    ASSERT_EQ(::geteuid(), 0U) << "this test becomes another user, which takes root";
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    std::filesystem::permissions(std::filesystem::path(socket).parent_path(), std::filesystem::perms{0755});
    const std::vector<std::string> as_nobody{"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    const auto ask = [&](const std::string& word) {
        std::vector<std::string> words = as_nobody;
        words.insert(words.end(), {mayhem, word, "--socket", socket, "--json"});
        return run(words);
    };

    const finished kept_out = ask("status");
    std::filesystem::permissions(socket, std::filesystem::perms{0666});  // somebody has opened the door by mistake
    const finished refused = ask("status");
    const finished halt = ask("halt");
    const finished drain = ask("drain");

    EXPECT_EQ(kept_out.ended, "exit 69");
    EXPECT_TRUE(has(kept_out.log, "you may not use")) << kept_out.log;
    for (const finished& f : {refused, halt, drain}) {
        EXPECT_EQ(f.ended, "exit 1");
        EXPECT_TRUE(has(f.log, "only root")) << f.log;
    }
    EXPECT_EQ(status()["halt"]["is_halted"], false);
    EXPECT_EQ(status()["phase"], "running");
}

}  // namespace mayhem::testing
