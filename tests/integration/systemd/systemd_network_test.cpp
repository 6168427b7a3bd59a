// Proves with the real program, a real systemd and the kernel's packet filter that a unit whose packets do not arrive
// is out of reach as its group says, that nobody else on the host is, and that nothing of it outlives its end. The
// other side is a network namespace of this test's own, behind a link. Runs in tests/support/systemd_bed.sh, and
// nowhere else.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/systemd/systemd_run.hpp"

namespace mayhem::testing {

using ::testing::HasSubstr;
using ::testing::Not;

namespace {

constexpr std::chrono::seconds is_back_within{2};

/// "peer", a network of its own, linked to this one: 10.9.0.2 there, 10.9.0.1 here.
class linked_network {
public:
    linked_network() {
        in_bed(
            "ip netns add peer; ip link add link0 type veth peer name link1 netns peer; "
            "ip addr add 10.9.0.1/24 dev link0; ip link set link0 up; "
            "ip -n peer addr add 10.9.0.2/24 dev link1; ip -n peer link set link1 up; ip -n peer link set lo up");
    }
    ~linked_network() { (void)std::system("ip link del link0; ip netns del peer"); }
    linked_network(const linked_network&) = delete;
    linked_network& operator=(const linked_network&) = delete;
};

std::string serves(int port) {
    return "ExecStart=\nExecStart=/bin/busybox httpd -f -p " + std::to_string(port) +
           " -h /run/page\nRestart=always\nRestartSec=50ms\nTimeoutStopSec=2s\n";
}

/// What the other side gets from a port of this one: "up", "refused", or "nothing" within a second.
std::string ask(int port) {
    const finished asked =
        run({"/bin/sh", "-c", "exec ip netns exec peer curl -sS -m 1 http://10.9.0.1:" + std::to_string(port) + "/"});
    return asked.out == "up\n" ? "up" : asked.ended == "exit 7" ? "refused" : "nothing";
}

/// How long the other side takes to get it, connecting included: two round trips. A minute: it does not get it.
std::chrono::milliseconds time_of(int port) {
    const finished asked =
        run({"/bin/sh", "-c",
             "exec ip netns exec peer curl -sS -m 20 -o /dev/null -w '%{time_total}' http://10.9.0.1:" +
                 std::to_string(port) + "/"});
    return asked.ended == "exit 0" ? std::chrono::milliseconds(static_cast<int>(1000 * std::stod(asked.out)))
                                   : std::chrono::minutes{1};
}

bool is_back(int port) {
    return eventually([port] { return ask(port) == "up"; }, is_back_within);
}

std::string listing() { return run({"/usr/sbin/nft", "list", "ruleset"}).out; }

/// Of a file that a unit writes to.
std::size_t lines_of(const std::string& file) {
    std::ifstream text(file);
    return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(text), {}, '\n'));
}

}  // namespace

class SystemdNetworkTest : public SystemdRunTest {
protected:
    SystemdNetworkTest() { in_bed("mkdir -p /run/page; echo up > /run/page/index.html; nft flush ruleset"); }

    [[nodiscard]] std::string on_web(const std::string& keys) const {
        return config("units = 'mayhem-bed-web@1.service'\nrecovery_timeout = '20s'\n" + keys, "500ms");
    }
    [[nodiscard]] std::string report() const { return run({mayhem, "report", "--store", store()}).out; }

    const linked_network network_;
};

TEST_F(SystemdNetworkTest, ItIsCutOffAndNobodyElseIs) {
    const test_unit one("mayhem-bed-web@1.service", serves(8081));
    const test_unit other("mayhem-bed-web@2.service", serves(8082));
    in_bed("nft add table inet of_others; nft add chain inet of_others input '{ type filter hook input priority 0; }'");
    const std::string before = listing();
    ASSERT_TRUE(is_back(8081) && is_back(8082));

    program daemon(run_command(on_web("action = 'cut'\nfor = '8s'\n")));
    ASSERT_TRUE(daemon.says("Began cut of mayhem-bed-web@1.service for 8.0 s")) << daemon.log();
    in_bed("ip neigh flush all; ip -n peer neigh flush all");
    EXPECT_EQ(ask(8081), "nothing");
    EXPECT_EQ(ask(8082), "up") << "although who is where had to be asked anew";
    const std::string meanwhile = listing();
    in_bed("nft flush ruleset");
    EXPECT_EQ(ask(8081), "nothing") << "what others remove is theirs";

    ASSERT_TRUE(daemon.says("Ended cut of mayhem-bed-web@1.service")) << daemon.log();
    EXPECT_TRUE(is_back(8081));
    EXPECT_TRUE(sees("recovered", 1)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();

    EXPECT_THAT(meanwhile, HasSubstr("mayhem cut /system.slice"));
    EXPECT_THAT(meanwhile, HasSubstr("mayhem-bed-web@1.service"));
    EXPECT_EQ(meanwhile.substr(0, before.size()), before) << "tables of others stand as they stood";
    EXPECT_THAT(listing(), Not(HasSubstr("mayhem")));
    EXPECT_THAT(report(), HasSubstr(" packets, "));
    EXPECT_EQ(one.lives().size(), 1U) << "nobody has restarted it";
}

TEST_F(SystemdNetworkTest, ItIsSlowAndNobodyElseIs) {
    const test_unit one("mayhem-bed-web@1.service", serves(8081));
    const test_unit other("mayhem-bed-web@2.service", serves(8082));
    ASSERT_TRUE(is_back(8081) && is_back(8082));
    const auto before = std::min({time_of(8082), time_of(8082), time_of(8082)});

    program daemon(run_command(on_web("action = 'delay'\nlatency = '300ms'\nfor = '8s'\n")));
    ASSERT_TRUE(daemon.says("Began delay of mayhem-bed-web@1.service for 8.0 s")) << daemon.log();
    const auto meanwhile = std::min(time_of(8081), time_of(8081));
    const auto of_others = std::min({time_of(8082), time_of(8082), time_of(8082)});
    const std::string rules = listing();
    ASSERT_TRUE(daemon.says("Ended delay of mayhem-bed-web@1.service")) << daemon.log();
    EXPECT_TRUE(eventually([] { return time_of(8081) < std::chrono::milliseconds{300}; }, is_back_within));
    EXPECT_TRUE(sees("recovered", 1)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();

    EXPECT_GE(meanwhile, std::chrono::milliseconds{600}) << "once for each round trip";
    EXPECT_LT(meanwhile, std::chrono::milliseconds{900});
    EXPECT_LT(of_others, 2 * before + std::chrono::milliseconds{20});
    EXPECT_THAT(rules, HasSubstr("mayhem delay by queue "));
    EXPECT_THAT(listing(), Not(HasSubstr("mayhem")));
    EXPECT_THAT(report(), HasSubstr(" packets delayed"));
    EXPECT_EQ(one.lives().size(), 1U) << "nobody has restarted it";
}

TEST_F(SystemdNetworkTest, RejectedTheOtherSideIsToldAtOnce) {
    const test_unit one("mayhem-bed-web@1.service", serves(8081));
    const test_unit other("mayhem-bed-web@2.service", serves(8082));
    program daemon(run_command(on_web("action = 'cut'\nhow = 'reject'\nfor = '10m'\n")));
    ASSERT_TRUE(daemon.says("Began cut of mayhem-bed-web@1.service")) << daemon.log();

    EXPECT_EQ(ask(8081), "refused");
    EXPECT_EQ(ask(8082), "up");

    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_TRUE(is_back(8081));
}

TEST_F(SystemdNetworkTest, WhatItConnectsToItDoesNotReachAndWhoConnectsToItDoes) {
    in_bed("ip netns exec peer busybox httpd -p 10.9.0.2:8090 -h /run/page");
    const test_unit one("mayhem-bed-web@1.service",
                        serves(8081) +
                            "ExecStartPost=/bin/sh -c 'while sleep 0.1; do curl -sS -m 1 "
                            "http://10.9.0.2:8090/ >> /run/reached; done > /dev/null 2>&1 &'\n");
    ASSERT_TRUE(eventually([] { return lines_of("/run/reached") > 2; }, patience));
    program daemon(run_command(on_web("action = 'cut'\ndirection = 'out'\nports = [8090]\nfor = '5s'\n")));
    ASSERT_TRUE(daemon.says("Began cut of mayhem-bed-web@1.service")) << daemon.log();

    const std::size_t at_first = lines_of("/run/reached");
    EXPECT_EQ(ask(8081), "up");
    std::this_thread::sleep_for(std::chrono::seconds{1});
    EXPECT_LE(lines_of("/run/reached"), at_first + 1) << "but for what was under way";

    ASSERT_TRUE(daemon.says("Ended cut of mayhem-bed-web@1.service")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_TRUE(eventually([&] { return lines_of("/run/reached") > at_first + 1; }, is_back_within));
    in_bed("kill $(ip netns pids peer)");
}

/// A server that is asked by TCP, as one for names can be.
TEST_F(SystemdNetworkTest, NoNameServerAnswersItAndAllOthersDo) {
    in_bed("ip netns exec peer busybox httpd -p 10.9.0.2:53 -h /run/page");
    in_bed("ip netns exec peer busybox httpd -p 10.9.0.2:8090 -h /run/page");
    const auto asks = [](int port, const std::string& file) {
        return "ExecStartPost=/bin/sh -c 'while sleep 0.1; do curl -sS -m 1 http://10.9.0.2:" + std::to_string(port) +
               "/ >> " + file + "; done > /dev/null 2>&1 &'\n";
    };
    const test_unit one("mayhem-bed-web@1.service", serves(8081) + asks(53, "/run/named") + asks(8090, "/run/got"));
    ASSERT_TRUE(eventually([] { return lines_of("/run/named") > 2 && lines_of("/run/got") > 2; }, patience));
    program daemon(run_command(on_web("action = 'dns'\nfor = '5s'\n")));
    ASSERT_TRUE(daemon.says("Began dns of mayhem-bed-web@1.service")) << daemon.log();

    const std::size_t named = lines_of("/run/named");
    const std::size_t got = lines_of("/run/got");
    std::this_thread::sleep_for(std::chrono::seconds{1});
    EXPECT_LE(lines_of("/run/named"), named + 1) << "but for what was under way";
    EXPECT_GT(lines_of("/run/got"), got + 1);

    ASSERT_TRUE(daemon.says("Ended dns of mayhem-bed-web@1.service")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_TRUE(eventually([&] { return lines_of("/run/named") > named + 1; }, is_back_within));
    in_bed("kill $(ip netns pids peer)");
}

TEST_F(SystemdNetworkTest, ALifeThatBeginsMeanwhileIsInReach) {
    const test_unit one("mayhem-bed-web@1.service", serves(8081));
    program daemon(run_command(on_web("action = 'cut'\nfor = '10m'\n")));
    ASSERT_TRUE(daemon.says("Began cut of mayhem-bed-web@1.service")) << daemon.log();
    EXPECT_EQ(ask(8081), "nothing");

    in_bed("systemctl restart mayhem-bed-web@1.service");

    EXPECT_TRUE(is_back(8081)) << "whoever was told to restart it has helped";
    ASSERT_TRUE(daemon.says("Ended cut of mayhem-bed-web@1.service")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST_F(SystemdNetworkTest, ADaemonThatIsKilledLeavesNothing) {
    const test_unit one("mayhem-bed-web@1.service", serves(8081));
    program daemon(run_command(on_web("action = 'cut'\nfor = '10m'\n")));
    ASSERT_TRUE(daemon.says("Began cut of mayhem-bed-web@1.service")) << daemon.log();
    EXPECT_EQ(ask(8081), "nothing");

    daemon.kill(SIGKILL);
    EXPECT_EQ(daemon.end(), "signal 9");

    EXPECT_TRUE(is_back(8081));
    EXPECT_THAT(listing(), Not(HasSubstr("mayhem")));
}

TEST_F(SystemdNetworkTest, WhomItWouldNotReachItLeavesAlone) {
    const test_unit one("mayhem-bed-web@1.service", "Restart=always\n", "", false);
    std::ofstream("/etc/systemd/system/mayhem-bed-web@1.socket") << "[Socket]\nListenStream=8085\n";
    in_bed("systemctl daemon-reload; systemctl start mayhem-bed-web@1.socket mayhem-bed-web@1.service");
    program daemon(run_command(on_web("action = 'cut'\nfor = '10m'\n")));

    EXPECT_TRUE(daemon.says("mayhem-bed-web@1.socket")) << daemon.log();
    EXPECT_TRUE(eventually([&] { return !read_attempts(store()).empty(); }, patience));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    for (const attempt& a : read_attempts(store())) {
        EXPECT_EQ(a.refused_by, "no_effect_possible");
    }
    in_bed(
        "systemctl stop mayhem-bed-web@1.socket; rm /etc/systemd/system/mayhem-bed-web@1.socket; "
        "systemctl daemon-reload");
}

}  // namespace mayhem::testing
