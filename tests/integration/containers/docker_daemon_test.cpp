// Proves the whole way, from a config file to rows in the record, with the real program and a real container engine:
// restarts are followed by a measured recovery, a restart that only stops is seen for what it is, and a pause ends with
// a halt, with a reload, and even if Mayhem is killed in its middle.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "integration/containers/container_engine.hpp"
#include "program.hpp"

namespace mayhem::testing {

using drivers::test_container;

namespace {

std::string config_for(const test_container& c, const std::string& more) {
    return "dry_run = false\n[shutdown]\ngrace = \"40s\"\n[group.web]\ndriver = \"docker\"\nsocket = \"" +
           c.engine().socket() + "\"\nrecovery_poll = \"20ms\"\nstable_for = \"0s\"\nname = \"" + c.name() + "\"\n" +
           more;
}

}  // namespace

TEST(DockerDaemonTest, RestartsContainersAndMeasuresTheirRecovery) {
    const test_folder folder;
    const test_container c;
    const std::string config =
        folder.write("mayhem.toml", config_for(c, "mean_time_between = \"100ms\"\naction = \"restart\"\n"));
    program daemon({mayhem, "run", "-c", config, "--store", folder / "mayhem.db"});

    ASSERT_TRUE(daemon.says("Restarted ")) << daemon.log();
    ASSERT_TRUE(daemon.says("Restarted ", daemon.log().find("Restarted ") + 1)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    const finished report = run({mayhem, "report", "--store", folder / "mayhem.db"});
    EXPECT_EQ(report.log, "");
    EXPECT_NE(report.out.find(c.name()), std::string::npos) << report.out;
    EXPECT_TRUE(c.look().is_running);
}

/// The same, and what comes back must stand for a while.
std::string lasting_config_for(const test_container& c) {
    std::string text = config_for(c,
                                  "mean_time_between = \"200ms\"\naction = \"restart\"\nstop_timeout = \"1s\"\n"
                                  "recovery_timeout = \"40s\"\n");
    const std::string zero = "stable_for = \"0s\"";
    return text.replace(text.find(zero), zero.size(), "stable_for = \"4s\"");
}

/// A container under a daemon that restarts it, after which somebody else comes.
class DockerDaemonAfterTest : public ::testing::Test {
protected:
    /// Watches `c`, which lives until the test is over.
    void watch(const test_container& c) {
        daemon_.emplace(std::vector<std::string>{mayhem, "run", "-c",
                                                 folder_.write("mayhem.toml", lasting_config_for(c)), "--store",
                                                 folder_ / "mayhem.db"});
    }

    void end() {
        daemon_->kill(SIGTERM);
        EXPECT_EQ(daemon_->end(), "exit 0") << daemon_->log();
    }

    [[nodiscard]] bool has_said(const std::string& text) const {
        return daemon_->log().find(text) != std::string::npos;
    }

    const test_folder folder_;
    std::optional<program> daemon_;
};

TEST_F(DockerDaemonAfterTest, WhatAnOperatorStopsIsHisAndNoFailure) {
    const test_container c;
    watch(c);
    ASSERT_TRUE(daemon_->says("Restarted ")) << daemon_->log();

    c.engine().post("/containers/" + c.name() + "/stop?t=1");

    EXPECT_TRUE(daemon_->says("Taken over: " + c.name() + " is somebody else's now")) << daemon_->log();
    EXPECT_FALSE(c.look().is_running) << "it stays as he wants it";
    end();
    EXPECT_FALSE(has_said("the breaker opens")) << daemon_->log();
    const finished report = run({mayhem, "report", "--store", folder_ / "mayhem.db"});
    EXPECT_NE(report.out.find("1 taken over by somebody else"), std::string::npos) << report.out;
}

TEST_F(DockerDaemonAfterTest, WhatAnOperatorRemovesIsHisAndNoFailure) {
    const test_container c;
    watch(c);
    ASSERT_TRUE(daemon_->says("Restarted ")) << daemon_->log();

    c.engine().remove(c.name());

    EXPECT_TRUE(daemon_->says("somebody else has removed it on purpose since")) << daemon_->log();
    end();
    EXPECT_FALSE(has_said("the breaker opens")) << daemon_->log();
}

TEST_F(DockerDaemonAfterTest, WhatEndsByItselfIsAFailure) {
    const test_container c(drivers::opted_in("no"),
                           "test -e /tmp/again && { sleep 2; exit 3; }; touch /tmp/again; while :; do sleep 1; done");
    watch(c);

    EXPECT_TRUE(daemon_->says("the breaker opens")) << daemon_->log();
    end();
    EXPECT_FALSE(has_said("Taken over")) << daemon_->log();
}

TEST(DockerDaemonTest, AStopThatWaitsForItToEndIsNotOverridden) {
    const test_folder folder;
    nlohmann::json stubborn = drivers::opted_in();
    stubborn["StopSignal"] = "SIGTERM";
    const test_container c(stubborn, "trap : TERM; while :; do sleep 0.2; done");
    ASSERT_TRUE(eventually([&] { return c.look().is_running; }));
    const std::string began = c.look().started_at;
    const std::string config = folder.write(
        "mayhem.toml", config_for(c, "mean_time_between = \"100ms\"\naction = \"restart\"\nstop_timeout = \"1s\"\n"));
    program stop({"/usr/bin/curl", "-s", "-X", "POST", "--unix-socket", c.engine().socket(),
                  "http://engine/containers/" + c.name() + "/stop?t=8"});
    std::this_thread::sleep_for(std::chrono::seconds{1});

    program daemon({mayhem, "run", "-c", config, "--store", folder / "mayhem.db"});

    if (!c.engine().is_podman()) {  // which lists it no more
        EXPECT_TRUE(daemon.says("Refused to restart " + c.name() + ": busy (container " + c.name() +
                                ": somebody has asked its engine to end it, with SIGTERM"))
            << daemon.log();
    }
    EXPECT_EQ(stop.end(), "exit 0");
    EXPECT_TRUE(eventually([&] { return !c.look().is_running; }));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(c.look().started_at, began) << "it stays as he wants it";
    EXPECT_EQ(daemon.log().find("Restarted "), std::string::npos) << daemon.log();
}

TEST(DockerDaemonTest, TheNextStartResumesWhatWasPausedWhenMayhemWasKilled) {
    const test_folder folder;
    const test_container c;
    const std::string store = folder / "mayhem.db";
    const std::string config = folder.write(
        "mayhem.toml", config_for(c, "mean_time_between = \"50ms\"\naction = \"pause\"\npause_for = \"1h\"\n"));
    {
        program daemon({mayhem, "run", "-c", config, "--store", store});
        ASSERT_TRUE(eventually([&] { return c.look().is_paused; })) << daemon.log();
        daemon.kill(SIGKILL);
        EXPECT_EQ(daemon.end(), "signal 9");
    }
    ASSERT_TRUE(c.look().is_paused);

    const std::string other = folder.write("other.toml", "dry_run = false\n");  // the group is not even there any more
    program next({mayhem, "run", "-c", other, "--store", store});

    EXPECT_TRUE(eventually([&] { return !c.look().is_paused; })) << next.log();
    EXPECT_TRUE(next.says("which was left paused, is resumed")) << next.log();
    next.kill(SIGTERM);
    EXPECT_EQ(next.end(), "exit 0");
}

TEST(DockerDaemonTest, AShutdownInTheMiddleOfAPauseResumes) {
    const test_folder folder;
    const test_container c;
    const std::string config = folder.write(
        "mayhem.toml", config_for(c, "mean_time_between = \"50ms\"\naction = \"pause\"\npause_for = \"1h\"\n"));
    program daemon({mayhem, "run", "-c", config, "--store", folder / "mayhem.db"});
    ASSERT_TRUE(eventually([&] { return c.look().is_paused; })) << daemon.log();

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_TRUE(eventually([&] { return !c.look().is_paused; }));  // dockerd may lag behind its own answer
}

TEST(DockerDaemonTest, AHaltInTheMiddleOfAPauseResumesWithinASecond) {
    const test_folder folder;
    const test_container c;
    const std::string store = folder / "mayhem.db";
    const std::string socket = folder / "control.sock";
    const std::string config = folder.write(
        "mayhem.toml", config_for(c, "mean_time_between = \"50ms\"\naction = \"pause\"\npause_for = \"1h\"\n"));
    program daemon({mayhem, "run", "-c", config, "--store", store, "--socket", socket});
    ASSERT_TRUE(eventually([&] { return c.look().is_paused; })) << daemon.log();

    EXPECT_EQ(run({mayhem, "halt", "--why", "the disk", "--socket", socket}).ended, "exit 0");

    EXPECT_TRUE(eventually([&] { return !c.look().is_paused; })) << daemon.log();
    EXPECT_TRUE(daemon.says("The pause of container " + c.name() + " is ended after ")) << daemon.log();
    EXPECT_TRUE(daemon.says("Recovered ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    const finished history = run({mayhem, "history", "--json", "--store", store});
    EXPECT_NE(history.out.find("its pause was ended after "), std::string::npos) << history.out;
    EXPECT_NE(history.out.find("Mayhem was halted by "), std::string::npos) << history.out;
    EXPECT_EQ(first_out_of_order(daemon.log(), {"Halted ", "The pause of ", "Ended pause of "}), "") << daemon.log();
}

TEST(DockerDaemonTest, AReloadDoesNotWaitForAPause) {
    const test_folder folder;
    const test_container c;
    const std::string pauses = config_for(c, "mean_time_between = \"50ms\"\naction = \"pause\"\npause_for = \"1h\"\n");
    const std::string config = folder.write("mayhem.toml", pauses);
    program daemon({mayhem, "run", "-c", config, "--store", folder / "mayhem.db"});
    ASSERT_TRUE(eventually([&] { return c.look().is_paused; })) << daemon.log();

    (void)folder.write("mayhem.toml", "dry_run = false\n");
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("0 groups")) << daemon.log();
    EXPECT_TRUE(eventually([&] { return !c.look().is_paused; }));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST(DockerDaemonTest, ARestartWhoseStartFailsIsSeenNotToRecoverAndOpensTheBreaker) {
    const test_folder folder;
    const std::string mounted = folder.write("mounted", "");
    nlohmann::json extra = drivers::opted_in("no");
    extra["HostConfig"]["Binds"] = {mounted + ":/mounted"};
    const test_container c(extra);
    const std::string store = folder / "mayhem.db";
    std::filesystem::remove(mounted);  // so that it can be stopped, and not started
    const std::string config =
        folder.write("mayhem.toml",
                     config_for(c, "mean_time_between = \"50ms\"\naction = \"restart\"\nrecovery_timeout = \"2s\"\n"));
    program daemon({mayhem, "run", "-c", config, "--store", store});

    EXPECT_TRUE(daemon.says("the breaker opens: ")) << daemon.log();

    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_FALSE(c.look().is_running);
    const finished history = run({mayhem, "history", "--json", "--store", store});
    EXPECT_NE(history.out.find("\"not_recovered\""), std::string::npos) << history.out;
    EXPECT_NE(history.out.find("the engine was asked to restart it, and then: "), std::string::npos) << history.out;
    EXPECT_EQ(history.out.find("\"restart_failed\""), std::string::npos) << history.out;
}

}  // namespace mayhem::testing
