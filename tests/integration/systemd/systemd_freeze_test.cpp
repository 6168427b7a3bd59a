// Proves with the real program and a real systemd that a frozen service hangs as a whole and nobody else does, that its
// watchdog sees it, and that who wants to stop it is not kept waiting. Runs in tests/support/systemd_bed.sh, and
// nowhere else.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/systemd/systemd_run.hpp"

namespace mayhem::testing {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::SizeIs;

namespace {

/// What /proc/PID/status says of all processes of a unit.
std::vector<std::string> states_of(const std::string& unit) {
    const std::string list = "/run/states-of-" + unit;
    in_bed("for p in $(grep -l -F /" + unit +
           " /proc/[0-9]*/cgroup 2> /dev/null | cut -d / -f 3); do grep ^State /proc/$p/status; done > " + list +
           "; true");
    std::ifstream file(list);
    std::vector<std::string> states;
    for (std::string line; std::getline(file, line);) {
        states.push_back(line);
    }
    return states;
}

const std::string three_processes =
    "ExecStart=\nExecStart=/bin/sh -c '/bin/sleep 1000 & /bin/sleep 1000 & wait'\nRestart=always\nRestartSec=50ms\n";

}  // namespace

class SystemdFreezeTest : public SystemdRunTest {
protected:
    [[nodiscard]] std::string report() const { return run({mayhem, "report", "--store", store()}).out; }
};

TEST_F(SystemdFreezeTest, StandsStillAsAWholeAndNobodyElseDoes) {
    const test_unit one("mayhem-bed-web@1.service", three_processes);
    const test_unit other("mayhem-bed-other.service", three_processes);
    program daemon(run_command(config(
        "units = 'mayhem-bed-web@1.service'\naction = 'freeze'\nfor = '3s'\nrecovery_timeout = '30s'\n", "500ms")));
    ASSERT_TRUE(daemon.says("Began freeze of mayhem-bed-web@1.service for 3.0 s (3 tasks of 3 processes)"))
        << daemon.log();
    EXPECT_THAT(states_of(one.name()), SizeIs(3));
    EXPECT_THAT(states_of(one.name()), Each(HasSubstr("tracing stop")));
    EXPECT_THAT(states_of(other.name()), Each(HasSubstr("sleeping")));

    ASSERT_TRUE(daemon.says("Ended freeze of mayhem-bed-web@1.service")) << daemon.log();
    EXPECT_TRUE(sees("recovered", 1)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_THAT(states_of(one.name()), Each(HasSubstr("sleeping")));
    EXPECT_EQ(one.lives().size(), 1U) << "nobody has restarted it";
}

TEST_F(SystemdFreezeTest, ItsWatchdogSeesItAndTheReportSaysWhoEndedIt) {
    const test_unit one("mayhem-bed-web@1.service",
                        "ExecStart=\nExecStart=/bin/sh -c 'while :; do systemd-notify WATCHDOG=1; sleep 0.2; done'\n"
                        "NotifyAccess=all\nWatchdogSec=2s\nTimeoutAbortSec=1s\nRestart=always\nRestartSec=50ms\n");
    program daemon(run_command(
        config("units = 'mayhem-bed-web@1.service'\naction = 'freeze'\nfor = '60s'\nrecovery_timeout = '30s'\n")));

    ASSERT_TRUE(daemon.says("Ended freeze of mayhem-bed-web@1.service")) << daemon.log();
    EXPECT_TRUE(eventually([&] { return count("recovered") >= 1; }, patience)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();

    EXPECT_GE(one.lives().size(), 2U);
    EXPECT_THAT(report(), HasSubstr("recovered, by its supervisor"));
}

TEST_F(SystemdFreezeTest, WhoWantsToStopItIsNotKeptWaiting) {
    const test_unit one("mayhem-bed-web@1.service", three_processes + "TimeoutStopSec=60s\n");
    program daemon(run_command(
        config("units = 'mayhem-bed-web@1.service'\naction = 'freeze'\nfor = '10m'\nrecovery_timeout = '5s'\n")));
    ASSERT_TRUE(daemon.says("Began freeze of mayhem-bed-web@1.service")) << daemon.log();

    const auto asked = std::chrono::steady_clock::now();
    in_bed("systemctl stop mayhem-bed-web@1.service");
    const auto took = std::chrono::steady_clock::now() - asked;

    EXPECT_LT(took, std::chrono::seconds{10}) << "of the 60 that systemd would wait";
    ASSERT_TRUE(daemon.says("Ended freeze of mayhem-bed-web@1.service")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_FALSE(one.is_active());
}

TEST_F(SystemdFreezeTest, WhatRunsContainersIsLeftAloneAndIsRestartedAllTheSame) {
    const std::string engine = folder_ / "conmon";
    std::filesystem::copy_file("/bin/sleep", engine);
    const test_unit one("mayhem-bed-web@1.service",
                        "ExecStart=\nExecStart=" + engine + " 1000\nRestart=always\nRestartSec=50ms\n");
    program daemon(
        run_command(config("units = 'mayhem-bed-web@1.service'\nactions = [{action = 'freeze', for = '1s'}, "
                           "{action = 'restart'}]\nrecovery_timeout = '30s'\n")));

    EXPECT_TRUE(
        daemon.says("mayhem-bed-web@1.service is left alone: it runs Podman's containers, which would be hit "
                    "with it: name the one that is meant"))
        << daemon.log();
    EXPECT_TRUE(sees("recovered", 1)) << "by a restart: " << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(daemon.log().find("Began freeze"), std::string::npos) << daemon.log();
}

TEST_F(SystemdFreezeTest, ADaemonThatIsKilledLeavesNothingFrozen) {
    const test_unit one("mayhem-bed-web@1.service", three_processes);
    program daemon(run_command(
        config("units = 'mayhem-bed-web@1.service'\naction = 'freeze'\nfor = '10m'\nrecovery_timeout = '5s'\n")));
    ASSERT_TRUE(daemon.says("Began freeze of mayhem-bed-web@1.service")) << daemon.log();

    daemon.kill(SIGKILL);
    EXPECT_EQ(daemon.end(), "signal 9");

    EXPECT_TRUE(eventually(
        [&] {
            const std::vector<std::string> all = states_of(one.name());
            return std::ranges::none_of(all, [](const auto& s) { return s.find("tracing stop") != std::string::npos; });
        },
        std::chrono::seconds{2}));
    EXPECT_EQ(one.lives().size(), 1U);
}

}  // namespace mayhem::testing
