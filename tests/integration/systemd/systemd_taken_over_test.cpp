// Proves with the real program and a real systemd whose doing it is that a unit does not stand after an act: what an
// operator stops is his, and no failure; what ends by itself, or with something that has failed, is one. Runs in
// tests/support/systemd_bed.sh, and nowhere else.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/systemd/systemd_run.hpp"

namespace mayhem::testing {

using ::testing::HasSubstr;

class SystemdTakenOverTest : public SystemdRunTest {};

TEST_F(SystemdTakenOverTest, WhatAnOperatorStopsAfterTheActIsHisAndNoFailure) {
    for (const char* action : {"restart", "kill"}) {
        const test_unit one("mayhem-bed-web@1.service", "Restart=always\nRestartSec=50ms\n");
        program daemon(run_command(config("units = 'mayhem-bed-web@1.service'\naction = '" + std::string(action) +
                                          "'\nrecovery_timeout = '30s'\nstable_for = '3s'\n")));
        ASSERT_TRUE(daemon.says("Restarted mayhem-bed-web@1.service")) << daemon.log();
        ASSERT_TRUE(eventually([&] { return one.lives().size() >= 2 && one.is_active(); }));

        in_bed("systemctl stop mayhem-bed-web@1.service");

        EXPECT_TRUE(daemon.says("Taken over: mayhem-bed-web@1.service is somebody else's now")) << daemon.log();
        EXPECT_FALSE(one.is_active()) << "it stays as he wants it";
        daemon.kill(SIGTERM);
        EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
        EXPECT_THAT(daemon.log(), ::testing::Not(HasSubstr("the breaker opens"))) << action;
    }
    EXPECT_EQ(count("taken_over"), 2U);
    EXPECT_EQ(count("not_recovered") + count("unstable"), 0U);
}

TEST_F(SystemdTakenOverTest, WhatAnOperatorStopsWhileItWaitsForItsRestartIsHis) {
    const test_unit one("mayhem-bed-web@1.service", "Restart=on-failure\nRestartSec=5s\n");
    program daemon(run_command(
        config("units = 'mayhem-bed-web@1.service'\naction = 'kill'\nrecovery_timeout = '30s'\nstable_for = '1s'\n")));
    ASSERT_TRUE(daemon.says("Restarted mayhem-bed-web@1.service")) << daemon.log();
    ASSERT_TRUE(eventually(
        [] { return std::system("systemctl show -p SubState mayhem-bed-web@1.service | grep -q auto-restart") == 0; }));

    in_bed("systemctl stop mayhem-bed-web@1.service");

    EXPECT_TRUE(daemon.says("Taken over: mayhem-bed-web@1.service")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST_F(SystemdTakenOverTest, WhatLeavesByItselfAfterTheActIsAFailure) {
    const test_unit one("mayhem-bed-web@1.service");
    one.write("Restart=on-failure\nExecStart=\nExecStart=/bin/sleep 0.6\n");
    program daemon(
        run_command(config("units = 'mayhem-bed-web@1.service'\nrecovery_timeout = '4s'\nstable_for = '2s'\n")));

    EXPECT_TRUE(daemon.says("the breaker opens: mayhem-bed-web@1.service ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(count("taken_over"), 0U);
}

TEST_F(SystemdTakenOverTest, WhatIsStoppedWithSomethingThatFailedIsAFailureAndSaysSo) {
    const test_unit below("mayhem-bed-below.service", "Restart=no\nExecStop=/bin/false\n");
    const test_unit one("mayhem-bed-web@1.service", "Restart=always\nRestartSec=50ms\n",
                        "StartLimitIntervalSec=0\nBindsTo=mayhem-bed-below.service\nAfter=mayhem-bed-below.service\n");
    program daemon(
        run_command(config("units = 'mayhem-bed-web@1.service'\nrecovery_timeout = '6s'\nstable_for = '2s'\n")));
    ASSERT_TRUE(daemon.says("Restarted mayhem-bed-web@1.service")) << daemon.log();
    ASSERT_TRUE(eventually([&] { return one.lives().size() >= 2 && one.is_active(); }));

    in_bed("systemctl kill --signal=KILL mayhem-bed-below.service");

    EXPECT_TRUE(daemon.says("it was stopped with mayhem-bed-below.service, which has failed")) << daemon.log();
    EXPECT_TRUE(daemon.says("the breaker opens")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

}  // namespace mayhem::testing
