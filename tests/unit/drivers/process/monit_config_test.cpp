// Proves what is read of a monit's config, on texts as people write them and on files that include others.
#include "drivers/process/monit_config.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mayhem::drivers {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

constexpr std::string_view config = R"(# check process none
set daemon 30
check process nginx with pidfile /run/nginx.pid
    start program = "/bin/systemctl start nginx" with timeout 60 seconds
    stop program  = "/bin/systemctl stop nginx"
    if failed port 80 then alert
    if 5 restarts within 5 cycles then unmonitor
CHECK PROCESS worker MATCHING 'worker.*--queue'
    start "/usr/bin/worker"
check file passwd with path /etc/passwd
check process told with pidfile "/run/told.pid"
    start program = "/bin/true"
    if does not exist for 2 cycles then alert
check process passive with pidfile /run/passive.pid mode passive
    start program = "/bin/true"
check process bare with pidfile /run/bare.pid
include /etc/monit/conf.d/*
)";

}  // namespace

TEST(MonitConfigTest, ReadsWhoIsStartedAgain) {
    const std::vector<monit_check> checks = find_checks(config);

    ASSERT_THAT(checks, SizeIs(5));
    EXPECT_EQ(checks[0].name, "nginx");
    EXPECT_EQ(checks[0].pid_file, "/run/nginx.pid");
    EXPECT_TRUE(checks[0].is_started_again);
    EXPECT_EQ(checks[1].pattern, "worker.*--queue");
    EXPECT_TRUE(checks[1].is_started_again);
}

TEST(MonitConfigTest, WhoIsOnlyToldOfIsNot) {
    const std::vector<monit_check> checks = find_checks(config);

    EXPECT_EQ(checks[2].name, "told");
    EXPECT_FALSE(checks[2].is_started_again);
    EXPECT_FALSE(checks[3].is_started_again) << "mode passive";
    EXPECT_FALSE(checks[4].is_started_again) << "there is nothing to start it with";
}

TEST(MonitConfigTest, ReadsIncludesAndTheFilesThatTheyMean) {
    EXPECT_THAT(included_by_monit(config), ElementsAre("/etc/monit/conf.d/*"));
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / ("mayhem-monit-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder / "conf.d");
    std::ofstream(folder / "monitrc") << "include conf.d/*\n";
    std::ofstream(folder / "conf.d" / "web") << "check process web with pidfile /run/web.pid\nstart program = \"/x\"\n";

    const auto checks = read_monit_config(folder / "monitrc");

    ASSERT_TRUE(checks);
    ASSERT_THAT(*checks, SizeIs(1));
    EXPECT_EQ(checks->front().name, "web");
    EXPECT_FALSE(read_monit_config(folder / "missing"));
    std::filesystem::remove_all(folder);
}

TEST(MonitConfigTest, WhatIsCutOffIsNoReasonToFail) {
    EXPECT_THAT(find_checks("check process"), IsEmpty());
    EXPECT_THAT(find_checks("check process x with pidfile"), SizeIs(1));
    EXPECT_THAT(find_checks("check process x matching \"never ends"), SizeIs(1));
    EXPECT_THAT(find_checks("check process x if not exist"), SizeIs(1));
}

}  // namespace mayhem::drivers
