// Proves with the real program, a real container engine and the kernel's packet filter that a container whose packets
// do not arrive is out of reach and no other one is, whatever becomes of Mayhem, and that who shares its network is
// left alone. The containers have no network but a loopback of their own, on which each serves a page.
#include <chrono>
#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/containers/container_engine.hpp"
#include "program.hpp"

namespace mayhem::testing {

using drivers::opted_in;
using drivers::test_container;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

constexpr std::chrono::seconds is_back_within{2};
const std::string serves = "echo up > /tmp/index.html; exec busybox httpd -f -p 8080 -h /tmp";

/// Runs it in the network of the container.
finished run_inside(const test_container& c, const std::string& command) {
    return run({"/bin/sh", "-c", "exec nsenter -n -t " + std::to_string(c.look().pid) + ' ' + command});
}

bool is_up(const test_container& c) { return run_inside(c, "curl -s -m 1 http://127.0.0.1:8080/").out == "up\n"; }

bool is_back(const test_container& c) {
    return eventually([&c] { return is_up(c); }, is_back_within);
}

class DockerNetworkTest : public ::testing::Test {
protected:
    [[nodiscard]] std::vector<std::string> run_command(const test_container& c, const std::string& keys) const {
        return {mayhem,
                "run",
                "-c",
                folder_.write("mayhem.toml",
                              "dry_run = false\n[group.web]\ndriver = \"docker\"\nsocket = \"" + c.engine().socket() +
                                  "\"\nrecovery_poll = \"20ms\"\nstable_for = \"0s\"\nmean_time_between = \"300ms\"\n"
                                  "recovery_timeout = \"30s\"\nmax_failures = 0\nname = \"" +
                                  c.name() + "\"\n" + keys),
                "--store",
                store_};
    }

    const test_folder folder_;
    const std::string store_ = folder_ / "mayhem.db";
};

TEST_F(DockerNetworkTest, IsCutOffForItsTimeAndNoOtherIs) {
    const test_container one(opted_in(), serves);
    const test_container other(opted_in(), serves);
    ASSERT_TRUE(eventually([&] { return is_up(one) && is_up(other); }));
    program daemon(run_command(one, "action = \"cut\"\nfor = \"4s\"\npeers = \"127.0.0.0/8\"\n"));

    ASSERT_TRUE(daemon.says("Began cut of " + one.name() + " for 4.0 s")) << daemon.log();
    EXPECT_FALSE(is_up(one));
    EXPECT_TRUE(is_up(other));
    const std::string meanwhile = run_inside(one, "nft list ruleset").out;
    ASSERT_TRUE(daemon.says("Ended cut of " + one.name())) << daemon.log();
    ASSERT_TRUE(daemon.says("Recovered ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();

    EXPECT_TRUE(is_back(one));
    EXPECT_THAT(meanwhile, HasSubstr("mayhem cut"));
    EXPECT_THAT(run_inside(one, "nft list ruleset").out, Not(HasSubstr("mayhem")));
    EXPECT_THAT(run({mayhem, "report", "--store", store_}).out, ContainsRegex("[1-9][0-9]* packets?, "));
}

TEST_F(DockerNetworkTest, IsSlowForItsTimeAndNoOtherIs) {
    const test_container one(opted_in(), serves);
    const test_container other(opted_in(), serves);
    ASSERT_TRUE(eventually([&] { return is_up(one) && is_up(other); }));
    const auto is_up_within = [](const test_container& c, const std::string& seconds) {
        return run_inside(c, "curl -s -m " + seconds + " http://127.0.0.1:8080/").out == "up\n";
    };
    program daemon(run_command(one,
                               "action = \"delay\"\nlatency = \"1s\"\njitter = \"100ms\"\nfor = \"12s\"\n"
                               "ports = [8080]\ndirection = \"in\"\npeers = \"127.0.0.0/8\"\n"));

    ASSERT_TRUE(daemon.says("Began delay of " + one.name() + " for 12.0 s")) << daemon.log();
    EXPECT_FALSE(is_up_within(one, "1.7"));
    EXPECT_TRUE(is_up_within(one, "6")) << "two round trips";
    EXPECT_TRUE(is_up_within(other, "1.7"));
    ASSERT_TRUE(daemon.says("Ended delay of " + one.name())) << daemon.log();
    ASSERT_TRUE(daemon.says("Recovered ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();

    EXPECT_TRUE(is_back(one));
    EXPECT_THAT(run({mayhem, "report", "--store", store_}).out, ContainsRegex("[1-9][0-9]* packets delayed"));
}

TEST_F(DockerNetworkTest, ADaemonThatIsKilledLeavesNothing) {
    const test_container one(opted_in(), serves);
    ASSERT_TRUE(eventually([&] { return is_up(one); }));
    program daemon(run_command(one, "action = \"cut\"\nfor = \"10m\"\npeers = \"127.0.0.0/8\"\n"));
    ASSERT_TRUE(daemon.says("Began cut of " + one.name())) << daemon.log();
    EXPECT_FALSE(is_up(one));

    daemon.kill(SIGKILL);
    EXPECT_EQ(daemon.end(), "signal 9");

    EXPECT_TRUE(is_back(one));
}

TEST_F(DockerNetworkTest, UndoEndsWhatAHolderThatWasLeftBehindHolds) {
    const test_container one(opted_in(), serves);
    ASSERT_TRUE(eventually([&] { return is_up(one); }));
    program daemon(run_command(one, "action = \"cut\"\nfor = \"10m\"\npeers = \"127.0.0.0/8\"\n"));
    ASSERT_TRUE(daemon.says("Began cut of " + one.name())) << daemon.log();

    const finished undone = run({mayhem, "undo", "--store", store_});

    EXPECT_EQ(undone.ended, "exit 0") << undone.log;
    EXPECT_TRUE(is_back(one)) << undone.out << undone.log;
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST_F(DockerNetworkTest, WhoSharesItsNetworkIsNotHitWithIt) {
    const test_container one(opted_in(), serves);
    nlohmann::json beside = opted_in();
    beside["HostConfig"]["NetworkMode"] = "container:" + one.name();
    const test_container other(beside);
    program daemon(run_command(one, "action = \"cut\"\nfor = \"10m\"\n"));

    EXPECT_TRUE(daemon.says("shares_its_cgroup")) << daemon.log();
    EXPECT_TRUE(is_up(one));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_THAT(daemon.log(), HasSubstr("container " + other.name() + " lives in its network"));
}

}  // namespace

}  // namespace mayhem::testing
