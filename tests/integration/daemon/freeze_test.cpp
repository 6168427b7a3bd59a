// A process that stands still for a while goes on, whatever becomes of Mayhem: its time over, a halt, a shutdown, its
// daemon killed or stopped, its holder killed, both. With real processes, because only the kernel can prove it.
// MAYHEM_TEST_SEED repeats the moments of the last test.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "control_client.hpp"
#include "process_status.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// Who was asked for goes on again within this, as promised.
constexpr std::chrono::seconds lets_go_within{2};

class FreezeTest : public ::testing::Test {
protected:
    /// A daemon that freezes one of the herd at once, for so long.
    std::vector<std::string> start(const std::string& length, const std::string& more = {},
                                   const std::string& of_group = {}) const {
        const std::string config = herd_.config("200ms", "seed = 7\n" + more, "1h") + "action = \"freeze\"\nfor = \"" +
                                   length + "\"\n" + of_group;
        return {mayhem, "run", "-c", folder_.write("mayhem.toml", config), "--store", store_, "--socket", socket_};
    }
    finished command(std::vector<std::string> words) const {
        words.insert(words.begin(), mayhem);
        return run(std::move(words));
    }

    /// Who stands still, once the daemon knows of one; 0 if none does soon.
    pid_t find_frozen(program& daemon) const {
        pid_t found = 0;
        if (!daemon.says("Began freeze of ")) {
            return found;
        }
        (void)eventually([&] {
            const std::vector<pid_t> all = herd_.pids();
            const auto one = std::ranges::find_if(all, &stands_still);
            found = one == all.end() ? 0 : *one;
            return found != 0;
        });
        return found;
    }
    /// Of those that were there, nobody is traced or stands still any more.
    bool all_go_on(std::chrono::milliseconds limit = lets_go_within) const {
        return eventually(
            [&] {
                return std::ranges::none_of(herd_.pids(), [](pid_t p) { return stands_still(p) || tracer_of(p) != 0; });
            },
            limit);
    }
    json attempts() const {
        const finished history = command({"history", "--json", "--store", store_, "-c", folder_ / "mayhem.toml"});
        return json::parse(history.out)["attempts"];
    }
    /// The record of the last attempt that stood.
    json last_span() const {
        for (const json& a : attempts()) {
            if (a["span"].is_object()) {
                span_ = a;
            }
        }
        return span_;
    }
    /// Others are refused meanwhile, so that the log does not say when its own attempt is.
    bool is_on_record() const {
        return eventually([this] { return last_span().is_object(); });
    }
    bool has_note() const {
        const std::filesystem::path notes = folder_.path() / "spans";
        return std::filesystem::exists(notes) && !std::filesystem::is_empty(notes);
    }

    const test_folder folder_;
    const std::string store_ = folder_ / "mayhem.db";
    const std::string socket_ = folder_ / "control.sock";
    const workers herd_{2};
    mutable json span_;
};

TEST_F(FreezeTest, StandsStillForItsTimeAndTheRecordSaysSo) {
    program daemon(start("1s"));
    const pid_t victim = find_frozen(daemon);
    ASSERT_NE(victim, 0) << daemon.log();
    EXPECT_EQ(status_line(tracer_of(victim), "Name"), "\tmayhem-hold");
    const json standing = json::parse(get(socket_, "/v1/status"))["standing"];

    ASSERT_TRUE(daemon.says("Ended freeze of ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");

    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing[0]["done"], "frozen");
    EXPECT_EQ(standing[0]["effect"], "1 task");
    EXPECT_NE(standing[0]["how_to_see"].get<std::string>().find(std::to_string(victim)), std::string::npos);
    EXPECT_TRUE(all_go_on());
    const json a = attempts().at(0);
    EXPECT_EQ(a["verdict"], "recovered") << a;
    EXPECT_EQ(a["action"], "freeze");
    EXPECT_EQ(a["span"]["ended_by"], "time_over") << a;
    EXPECT_EQ(a["span"]["effect"], "1 task");
    EXPECT_GE(a["span"]["held_seconds"].get<double>(), 1.0);
    EXPECT_LT(a["span"]["held_seconds"].get<double>(), 2.0) << "a busy machine is no excuse for a second more";
    EXPECT_TRUE(herd_.signals().empty()) << "nobody got a signal";
    EXPECT_FALSE(has_note());
}

TEST_F(FreezeTest, AHaltLetsItGoAtOnce) {
    program daemon(start("10m"));
    ASSERT_NE(find_frozen(daemon), 0) << daemon.log();

    EXPECT_EQ(command({"halt", "--socket", socket_, "--why", "enough"}).ended, "exit 0");

    EXPECT_TRUE(all_go_on()) << daemon.log();
    ASSERT_TRUE(is_on_record()) << daemon.log();
    EXPECT_EQ(last_span()["span"]["ended_by"], "told_to_end");
}

TEST_F(FreezeTest, AStopConditionLetsItGoAtOnceAndTheRecordSaysSo) {
    const std::string red = folder_ / "red";
    program daemon(start("10m", {}, "stop_if = {command = [\"test\", \"!\", \"-e\", \"" + red + "\"]}\n"));
    ASSERT_NE(find_frozen(daemon), 0) << daemon.log();

    (void)folder_.write("red", "");

    EXPECT_TRUE(all_go_on(2500ms)) << daemon.log();  // asked every second, ended within another one
    ASSERT_TRUE(is_on_record()) << daemon.log();
    const json a = last_span();
    EXPECT_EQ(a["verdict"], "aborted") << a;
    EXPECT_EQ(a["span"]["ended_by"], "stop_condition");
    EXPECT_NE(a["error"].get<std::string>().find("stop_if does not pass: "), std::string::npos) << a;
    EXPECT_TRUE(daemon.says("Broken off: ")) << daemon.log();
    EXPECT_TRUE(daemon.says("is unsteady: stop_if does not pass: ")) << "nothing else is begun: " << daemon.log();
}

TEST_F(FreezeTest, WhatItsProbeDidNotPassInWasNotTolerated) {
    const std::string red = folder_ / "red";
    program daemon(
        start("3s", {}, "during = \"must_pass\"\nprobe = {command = [\"test\", \"!\", \"-e\", \"" + red + "\"]}\n"));
    ASSERT_NE(find_frozen(daemon), 0) << daemon.log();

    (void)folder_.write("red", "");
    ASSERT_TRUE(eventually([&] { return all_go_on(0ms); }, 10s)) << daemon.log();
    std::filesystem::remove(red);

    ASSERT_TRUE(is_on_record()) << daemon.log();
    const json a = last_span();
    EXPECT_EQ(a["verdict"], "not_tolerated") << a;
    EXPECT_GE(a["span"]["red"].get<int>(), 1) << a;
    EXPECT_NE(a["error"].get<std::string>().find("while it stood, the probe did not pass "), std::string::npos) << a;
    EXPECT_TRUE(daemon.says("Not tolerated: ")) << daemon.log();
}

TEST_F(FreezeTest, AShutdownLetsItGo) {
    program daemon(start("10m"));
    ASSERT_NE(find_frozen(daemon), 0) << daemon.log();

    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");

    EXPECT_TRUE(all_go_on(0ms));
    EXPECT_FALSE(has_note());
}

TEST_F(FreezeTest, ItsHolderKilledItGoesOnAndTheRecordSaysSo) {
    program daemon(start("10m"));
    const pid_t victim = find_frozen(daemon);
    ASSERT_NE(victim, 0) << daemon.log();

    ASSERT_EQ(::kill(tracer_of(victim), SIGKILL), 0);

    EXPECT_TRUE(eventually([&] { return !stands_still(victim) && tracer_of(victim) == 0; }, lets_go_within));
    ASSERT_TRUE(daemon.says("Ended freeze of ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_EQ(attempts().at(0)["span"]["ended_by"], "holder_gone");
}

TEST_F(FreezeTest, ADaemonThatIsStoppedProlongsNothing) {
    program daemon(start("2s"));
    const pid_t victim = find_frozen(daemon);
    ASSERT_NE(victim, 0) << daemon.log();

    daemon.kill(SIGSTOP);
    const bool goes_on = eventually([&] { return !stands_still(victim) && tracer_of(victim) == 0; }, 5s);
    daemon.kill(SIGCONT);

    EXPECT_TRUE(goes_on);
}

TEST_F(FreezeTest, WhoIsToldToEndIsLetGoAndEnds) {
    program daemon(start("10m"));
    const pid_t victim = find_frozen(daemon);
    ASSERT_NE(victim, 0) << daemon.log();

    ASSERT_EQ(::kill(victim, SIGTERM), 0);

    EXPECT_TRUE(eventually([&] { return is_gone(victim); }, 5s)) << "its supervisor has restarted it";
    ASSERT_TRUE(daemon.says("Ended freeze of ")) << daemon.log();
    EXPECT_TRUE(eventually([&] { return last_span().is_object(); }));
    EXPECT_EQ(last_span()["span"]["ended_by"], "stop_requested") << last_span();
}

TEST_F(FreezeTest, WhoIsKilledMeanwhileIsGoneAndTheNextLifeIsUnharmed) {
    program daemon(start("10m"));
    const pid_t victim = find_frozen(daemon);
    ASSERT_NE(victim, 0) << daemon.log();
    const pid_t holder = tracer_of(victim);

    ASSERT_EQ(::kill(victim, SIGKILL), 0);

    EXPECT_TRUE(eventually([&] { return is_gone(victim) && is_gone(holder); }, 5s));
    EXPECT_TRUE(eventually([&] { return herd_.pids().size() == 2U; }));
    ASSERT_TRUE(daemon.says("Ended freeze of ")) << daemon.log();
    EXPECT_TRUE(eventually([&] { return last_span().is_object(); }));
    EXPECT_EQ(last_span()["span"]["ended_by"], "target_ended") << last_span();
    EXPECT_EQ(last_span()["verdict"], "recovered");
}

TEST_F(FreezeTest, UndoEndsItBesideADaemonThatRunsAndOneThatHangs) {
    program daemon(start("10m"));
    ASSERT_NE(find_frozen(daemon), 0) << daemon.log();
    daemon.kill(SIGSTOP);

    const finished undone = command({"undo", "-c", folder_ / "mayhem.toml", "--store", store_});
    const bool go_on = all_go_on();
    daemon.kill(SIGCONT);

    EXPECT_EQ(undone.ended, "exit 0") << undone.out << undone.log;
    EXPECT_NE(undone.out.find("it is let go"), std::string::npos) << undone.out;
    EXPECT_TRUE(go_on);
    daemon.kill(SIGKILL);
    EXPECT_EQ(daemon.end(), "signal 9");
    const finished again = command({"undo", "--json", "--store", store_});
    EXPECT_EQ(again.ended, "exit 0") << again.out << again.log;
    EXPECT_EQ(command({"undo", "--store", store_}).out, "Nothing stands.\n");
}

TEST_F(FreezeTest, ADeathAtAnyMomentLetsItGoWithoutANextStart) {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    std::cout << "MAYHEM_TEST_SEED=" << seed << '\n';
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> moment(0, 400);
    std::uniform_int_distribution<int> whom(0, 2);
    int stood = 0;
    for (int round = 0; round < 50; ++round) {
        program daemon(start("10m"));
        const bool is_to_stand = round % 2 == 0;  // a moment after that; otherwise any, before it as well
        ASSERT_TRUE(daemon.says(is_to_stand ? "Began freeze of " : "Mayhem is running")) << daemon.log();
        std::this_thread::sleep_for(std::chrono::milliseconds{moment(random)});
        const std::vector<pid_t> all = herd_.pids();
        const auto victim = std::ranges::find_if(all, [](pid_t p) { return tracer_of(p) != 0; });
        const pid_t holder = victim == all.end() ? 0 : tracer_of(*victim);
        stood += holder != 0 ? 1 : 0;
        ASSERT_TRUE(holder != 0 || !is_to_stand) << "it lasts ten minutes: round " << round << '\n' << daemon.log();
        const int who = whom(random);
        if (who == 2) {
            daemon.kill(SIGSTOP);  // or it would begin the next one at once
        }
        if (who != 0 && holder != 0) {
            (void)::kill(holder, SIGKILL);
        }
        if (who == 2 && holder != 0) {
            ASSERT_TRUE(all_go_on()) << "its holder alone was killed: round " << round << ", seed " << seed;
        }
        daemon.kill(SIGKILL);
        EXPECT_EQ(daemon.end(), "signal 9");
        ASSERT_TRUE(all_go_on()) << "round " << round << ", seed " << seed << '\n' << daemon.log();
        std::filesystem::remove(store_);
        std::filesystem::remove_all(folder_.path() / "spans");
    }
    EXPECT_GE(stood, 25) << "too seldom did anything stand";
    EXPECT_TRUE(all_go_on());
    EXPECT_TRUE(herd_.signals().empty());
}

}  // namespace

}  // namespace mayhem::testing
