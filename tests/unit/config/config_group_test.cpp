// Proves that a group arrives in full, and that each mistake in one is reported where it stands. Above all: no group
// selects everything.
#include "config/config_group.hpp"

#include <chrono>
#include <csignal>
#include <variant>

#include <gtest/gtest.h>

#include "drivers/process/process_driver.hpp"
#include "drivers/simulated/simulated_driver.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using test::errors_of;
using lines = std::vector<std::string>;

drivers::process_info nginx() {
    drivers::process_info process;
    process.pid = 4242;
    process.name = "nginx";
    process.executable = "/usr/sbin/nginx";
    process.command_line = "nginx: worker process";
    process.user = 0;
    return process;
}

TEST(ConfigGroupTest, ReadsHowMuchSlowerIsTooSlow) {
    const auto times = [](const std::string& line) {
        return test::read("[group.a]\ndriver = \"simulated\"\n" + line).groups.at(0).settings.limits.slower_than;
    };

    EXPECT_EQ(times(""), 0);
    EXPECT_EQ(times("slower_than = \"2x\""), 2);
    EXPECT_EQ(times("slower_than = \"1.5x\""), 1.5);
    EXPECT_EQ(times("slower_than = \"1x\""), 1);
    EXPECT_EQ(times("slower_than = \"1000x\""), 1000);
}

TEST(ConfigGroupTest, ReadsWhatTheProbeMaySayWhileSomethingStands) {
    const auto during = [](const std::string& lines) {
        return test::read(
                   "[group.a]\ndriver = \"process\"\nname = \"nginx\"\nmean_time_between = \"1d\"\n"
                   "action = \"freeze\"\n" +
                   lines)
            .groups.at(0)
            .settings.during;
    };
    const std::string probe = "probe = {tcp = \"127.0.0.1:80\"}\n";

    EXPECT_EQ(during(""), core::during_policy::may_fail);
    EXPECT_EQ(during("during = \"may_fail\"\n"), core::during_policy::may_fail);
    EXPECT_EQ(during("during = \"must_pass\"\n" + probe), core::during_policy::must_pass);
}

TEST(ConfigGroupTest, WhatTheProbeMaySayNeedsSomethingThatStandsAndMustPassAProbe) {
    const std::string probe = "probe = {tcp = \"127.0.0.1:80\"}\n";
    const auto wrong = [](const std::string& action, const std::string& lines) {
        return errors_of("[group.a]\ndriver = \"process\"\nname = \"nginx\"\nmean_time_between = \"1d\"\n" + action +
                         lines);
    };

    EXPECT_EQ(wrong("action = \"freeze\"\n", "during = \"must_pass\"\n"),
              (lines{"m.toml:6:10: group.a.during: needs a probe to pass: give the group one, [group.NAME.probe]"}));
    EXPECT_EQ(wrong("", "during = \"must_pass\"\n" + probe),
              (lines{"m.toml:5:10: group.a.during: has an effect only with an action that lasts, such as \"freeze\" or "
                     "\"pause\""}));
    EXPECT_EQ(errors_of("[group.a]\ndriver = \"simulated\"\nduring = \"must_pass\"\n").size(), 1U);
    EXPECT_EQ(errors_of("[group.a]\ndriver = \"simulated\"\nduring = \"may_fail\"\n"), lines{}) << "as it does";
    EXPECT_EQ(wrong("action = \"freeze\"\n", "during = \"always\"\n").size(), 1U);
}

TEST(ConfigGroupTest, ReadsWhatEndsWhatStands) {
    const std::string frozen =
        "[group.a]\ndriver = \"process\"\nname = \"nginx\"\nmean_time_between = \"1d\"\n"
        "action = \"freeze\"\n";
    const auto stop_if = [&](const std::string& value) {
        return test::read(frozen + "stop_if = " + value + "\n").groups.at(0).stop_if;
    };

    EXPECT_TRUE(test::read(frozen).groups.at(0).stop_if.empty());
    const auto one = stop_if("{http = \"http://127.0.0.1/all\", status = 204}");
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(std::get<probes::http_probe_settings>(one[0].what).status, 204);
    EXPECT_EQ(one[0].timeout, 1s) << "what hangs is to end it soon";
    EXPECT_EQ(stop_if("[{tcp = \"127.0.0.1:80\", timeout = \"3s\"}, {command = [\"true\"]}]").at(0).timeout, 3s);
    EXPECT_EQ(errors_of(frozen + "stop_if = {}\n").size(), 1U);
    EXPECT_EQ(
        errors_of(frozen + "stop_if = \"always\"\n"),
        (lines{"m.toml:6:11: group.a.stop_if: must be a table, such as stop_if = {tcp = \"127.0.0.1:5432\"}, or a "
               "list of 1 to 16 of them"}));
    EXPECT_EQ(
        errors_of("[group.a]\ndriver = \"simulated\"\nstop_if = {command = [\"true\"]}\n"),
        (lines{"m.toml:3:11: group.a.stop_if: has an effect only with an action that lasts, such as \"freeze\" or "
               "\"pause\""}));
}

TEST(ConfigGroupTest, SaysHowToWriteSoManyTimes) {
    const auto wrong = [](const std::string& value) {
        return errors_of("[group.a]\ndriver = \"simulated\"\nslower_than = " + value + "\n");
    };

    for (const char* const value : {"\"2\"", "\"twice\"", "\"2xx\"", "\"x\"", "\"2 x\""}) {
        const std::string text = value;
        EXPECT_EQ(wrong(value), (lines{"m.toml:3:15: group.a.slower_than: " + text +
                                       " is not so many times: write \"2x\" for twice its usual or more"}));
    }
    for (const char* const value : {"\"0.5x\"", "\"-2x\"", "\"1001x\"", "\"infx\"", "\"nanx\""}) {
        const std::string text = value;
        EXPECT_EQ(wrong(value),
                  (lines{"m.toml:3:15: group.a.slower_than: " + text + " is out of range: from 1x to 1000x"}));
    }
    EXPECT_EQ(wrong("2").size(), 1U);
}

TEST(ConfigGroupTest, ReadsAProcessGroup) {
    const config c = test::read(R"(
[group.web]
driver = "process"
mean_time_between = "4h"
expires_after = "2m"
recovery_timeout = "30s"
recovery_poll = "100ms"
stable_for = "90s"
executable = "/usr/sbin/nginx"
name = "nginx"
command_line = "worker process"
user = "root"
except = ["nginx-canary", "/opt/*"]
signal = "quit"
kill_after = "10s"
allow_terminal = true
show_arguments = true
)");

    ASSERT_EQ(c.groups.size(), 1U);
    const pipeline::group_settings& settings = c.groups[0].settings;
    EXPECT_EQ(settings.name, "web");
    EXPECT_EQ(settings.schedule.value().mean_time_between, 4h);
    EXPECT_EQ(settings.expires_after, 2min);
    EXPECT_EQ(settings.recovery_timeout, 30s);
    EXPECT_EQ(settings.recovery_poll, 100ms);
    EXPECT_EQ(settings.stable_for, 90s) << "longer than recovery_timeout";
    const auto& driver = std::any_cast<const drivers::process_driver_settings&>(c.groups[0].driver);
    EXPECT_EQ(driver.selector.describe(),
              "executable '/usr/sbin/nginx', name 'nginx', command line 'worker process', user 0, not 'nginx-canary', "
              "not '/opt/*'");
    EXPECT_EQ(driver.signal, SIGQUIT);
    EXPECT_EQ(driver.kill_after, 10s);
    EXPECT_TRUE(driver.allow_terminal);
    EXPECT_TRUE(driver.show_arguments);
    EXPECT_TRUE(driver.selector.matches(nginx()));
}

TEST(ConfigGroupTest, WhatComesBackMustStandForSomeSecondsUnlessItIsImagined) {
    const config c = test::read(
        "[group.a]\ndriver = 'process'\nname = 'x'\nmean_time_between = '1h'\n"
        "[group.b]\ndriver = 'process'\nname = 'x'\nmean_time_between = '1h'\nstable_for = '0s'\n"
        "[group.c]\ndriver = 'simulated'\n[group.d]\ndriver = 'simulated'\nstable_for = '1s'\n");

    ASSERT_EQ(c.groups.size(), 4U);
    EXPECT_EQ(c.groups[0].settings.stable_for, 5s);
    EXPECT_EQ(c.groups[1].settings.stable_for, 0s);
    EXPECT_EQ(c.groups[2].settings.stable_for, 0s);
    EXPECT_EQ(c.groups[3].settings.stable_for, 1s);
}

TEST(ConfigGroupTest, ReadsASimulatedGroup) {
    const config c = test::read("[group.cattle]\ndriver = 'simulated'\nhosts = 12\nfailure_probability = 1\n");

    ASSERT_EQ(c.groups.size(), 1U);
    EXPECT_EQ(c.groups[0].settings.name, "cattle");
    EXPECT_EQ(c.groups[0].settings.schedule, std::nullopt);
    const auto& driver = std::any_cast<const drivers::simulated_driver_settings&>(c.groups[0].driver);
    EXPECT_EQ(driver.hosts, 12U);
    EXPECT_EQ(driver.failure_probability, 1.0);
}

TEST(ConfigGroupTest, ReadsGroupsInTheOrderOfTheirNames) {
    const config c = test::read("[group.b]\ndriver = 'simulated'\n[group.a]\ndriver = 'simulated'\n");

    ASSERT_EQ(c.groups.size(), 2U);
    EXPECT_EQ(c.groups[0].settings.name, "a");
    EXPECT_EQ(c.groups[1].settings.name, "b");
}

TEST(ConfigGroupTest, ReadsSignalsByNumber) {
    for (const std::string_view signal : {"9", "'9'", "'KILL'", "'SIGKILL'"}) {
        const config c = test::read("[group.g]\ndriver = 'process'\nname = 'x'\nmean_time_between = '1h'\nsignal = " +
                                    std::string(signal));

        EXPECT_EQ(std::any_cast<const drivers::process_driver_settings&>(c.groups.at(0).driver).signal, SIGKILL)
            << signal;
    }
}

TEST(ConfigGroupTest, OneSelectorIsEnough) {
    for (const std::string_view selector :
         {"executable = 'nginx'", "name = 'nginx'", "command_line = 'worker'", "user = 'root'", "user = '0'"}) {
        EXPECT_EQ(errors_of("[group.g]\ndriver = 'process'\nmean_time_between = '1h'\n" + std::string(selector)),
                  lines{})
            << selector;
    }
}

TEST(ConfigGroupTest, KnowsWhatAGroupMayBeCalled) {
    for (const std::string& name : {std::string("a"), std::string("web-2_b"), std::string("0"), std::string(64, 'x')}) {
        EXPECT_TRUE(is_group_name(name)) << name;
    }
    for (const std::string& name : {std::string(), std::string("Web"), std::string("a b"), std::string("a.b"),
                                    std::string("\xc3\xa4"), std::string(65, 'x')}) {
        EXPECT_FALSE(is_group_name(name)) << name;
    }
}

struct mistake {
    std::string_view keys;
    std::string_view error;
};

class ProcessGroupMistakeTest : public testing::TestWithParam<mistake> {};

TEST_P(ProcessGroupMistakeTest, IsReportedWhereItStands) {
    const std::string head = "[group.g]\ndriver = 'process'\n";

    EXPECT_EQ(errors_of(head + std::string(GetParam().keys)), lines{"m.toml:" + std::string(GetParam().error)});
}

INSTANTIATE_TEST_SUITE_P(
    Selectors, ProcessGroupMistakeTest,
    testing::Values(
        mistake{"mean_time_between = '1h'",
                "1:1: [group.g]: selects nothing: give at least one of executable, name, command_line and user"},
        mistake{"mean_time_between = '1h'\nname = ''", "4:8: group.g.name: is empty: give a text or leave the key out"},
        mistake{"mean_time_between = '1h'\nexecutable = ''",
                "4:14: group.g.executable: is empty: give a text or leave the key out"},
        mistake{"mean_time_between = '1h'\ncommand_line = ''",
                "4:16: group.g.command_line: is empty: give a text or leave the key out"},
        mistake{"mean_time_between = '1h'\nuser = ''", "4:8: group.g.user: is empty: give a text or leave the key out"},
        mistake{"mean_time_between = '1h'\nuser = 0",
                "4:8: group.g.user: must be a text in quotes, but is a whole number"},
        mistake{"mean_time_between = '1h'\nuser = 'no-such-user'",
                "4:8: group.g.user: there is no user 'no-such-user' on this host: give one that exists, or a number"},
        mistake{
            "mean_time_between = '1h'\nexecutable = 'bin/nginx'",
            "4:14: group.g.executable: \"bin/nginx\" is a relative path: give an absolute path or the file name alone"},
        mistake{"mean_time_between = '1h'\nname = 'x'\nexe = '/bin/x'",
                R"(5:1: unknown key "group.g.exe": did you mean "executable"?)"}));

INSTANTIATE_TEST_SUITE_P(
    OtherKeys, ProcessGroupMistakeTest,
    testing::Values(
        mistake{
            "name = 'x'",
            R"(1:1: [group.g]: lacks mean_time_between: how long on average from one restart to the next, such as "4h")"},
        mistake{"name = 'x'\nmean_time_between = '0s'",
                R"(4:21: group.g.mean_time_between: "0s" is out of range: from 1 ms to 365 d)"},
        mistake{
            "name = 'x'\nmean_time_between = '4 hours'",
            R"(4:21: group.g.mean_time_between: "4 hours" has an unknown unit "hours": use d, h, m, s, ms, us or ns)"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nsignal = 'TREM'",
                R"(5:10: group.g.signal: "TREM" is no signal: did you mean "TERM"?)"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nsignal = 'STOP'",
                R"(5:10: group.g.signal: "STOP" does not end a process: give a signal that does, such as "TERM")"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nsignal = 99",
                R"(5:10: group.g.signal: "99" is no signal: give a name such as "TERM", or its number)"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nsignal = true",
                "5:10: group.g.signal: must be a text in quotes, but is true or false"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nkill_after = '1us'",
                R"(5:14: group.g.kill_after: "1us" is out of range: from 10 ms to 7 d)"},
        mistake{
            "name = 'x'\nmean_time_between = '1h'\nfor = '5s'",
            R"(5:7: group.g.for: has an effect only with action = "freeze", "cut", "loss", "dns", "delay" or "fill")"},
        mistake{"name = 'x'\nmean_time_between = '1h'\naction = 'freeze'\nkill_after = '5s'",
                R"(6:14: group.g.kill_after: has no effect with action = "freeze")"},
        mistake{"name = 'x'\nmean_time_between = '1h'\naction = 'freeze'\nfor = '500ms'",
                R"(6:7: group.g.for: "500ms" is out of range: from 1 s to 10 m)"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nexcept = ['y', 'x*']",
                "5:10: group.g.except: excludes everything that the group selects"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nhosts = 3",
                R"(5:1: unknown key "group.g.hosts": it belongs to groups with driver = "simulated")"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nstable_for = '8d'",
                R"(5:14: group.g.stable_for: "8d" is out of range: from 0 ns to 7 d)"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nrecovery_poll = '2m'",
                "5:17: group.g.recovery_poll: recovery_poll (2 m) must not be longer than recovery_timeout (1 m)"},
        mistake{"name = 'x'\nmean_time_between = '1h'\nrecovery_timeout = '100ms'",
                "5:20: group.g.recovery_timeout: recovery_poll (250 ms) must not be longer than recovery_timeout (100 "
                "ms)"}));

class GroupMistakeTest : public testing::TestWithParam<mistake> {};

TEST_P(GroupMistakeTest, IsReportedWhereItStands) {
    EXPECT_EQ(errors_of(GetParam().keys), lines{"m.toml:" + std::string(GetParam().error)});
}

INSTANTIATE_TEST_SUITE_P(
    Drivers, GroupMistakeTest,
    testing::Values(
        mistake{
            "[group.g]",
            R"(1:1: [group.g]: lacks a driver: give driver = "process", "systemd", "docker" or "command", or "simulated" to try things out)"},
        mistake{
            "[group.g]\ndriver = 'proces'",
            R"(2:10: group.g.driver: "proces" is none of "process", "systemd", "docker", "command", "simulated": did you mean "process"?)"},
        mistake{"[group.g]\ndriver = 'cloud'",
                R"(2:10: group.g.driver: "cloud" is none of "process", "systemd", "docker", "command", "simulated")"},
        mistake{
            "[group.g]\ndriver = 'supervised'",
            R"(2:10: group.g.driver: a supervised command is not for a config file: run "mayhem exec -- COMMAND" instead)"},
        mistake{"[group.g]\ndriver = 'simulated'\nname = 'x'",
                R"(3:1: unknown key "group.g.name": it belongs to groups with driver = "process" or "docker")"},
        mistake{"[group.g]\ndriver = 'simulated'\nhosts = 10001",
                "3:9: group.g.hosts: 10001 is out of range: from 0 to 10000"},
        mistake{"[group.g]\ndriver = 'simulated'\nfailure_probability = 1.5",
                "3:23: group.g.failure_probability: 1.5 is out of range: from 0 to 1"},
        mistake{"[group.g]\ndriver = 'simulated'\nfailure_probability = nan",
                "3:23: group.g.failure_probability: nan is out of range: from 0 to 1"},
        mistake{"[group.g]\ndriver = 'simulated'\nfailure_probability = 'often'",
                "3:23: group.g.failure_probability: must be a number, but is a text"}));

INSTANTIATE_TEST_SUITE_P(
    Names, GroupMistakeTest,
    testing::Values(mistake{"[group]\ndriver = 'process'",
                            "2:1: group.driver: must be a group: write [group.NAME], and its keys below"},
                    mistake{"[[group.a]]\ndriver = 'simulated'",
                            "1:9: group.a: must be a group: write [group.NAME], and its keys below"},
                    mistake{"[group.Web]\ndriver = 'simulated'",
                            R"(1:8: group "Web": a name has 1 to 64 of a-z, 0-9, _ and -)"},
                    mistake{"[group.'a b']\ndriver = 'simulated'",
                            R"(1:8: group "a b": a name has 1 to 64 of a-z, 0-9, _ and -)"}));

TEST(ConfigGroupTest, RefusesAGroupInAGroup) {
    const std::string_view inner = "[group.web]\ndriver = 'simulated'\n[group.web.spare]\ndriver = 'simulated'\n";

    EXPECT_EQ(errors_of(inner), lines{R"(m.toml:3:12: unknown key "group.web.spare")"});
}

TEST(ConfigGroupTest, OneBadGroupDoesNotHideAnother) {
    EXPECT_EQ(errors_of("[group.a]\ndriver = 'x'\n[group.b]\ndriver = 'y'\n").size(), 2U);
}

TEST(ConfigGroupTest, RefusesAProbeThatCanNeverPass) {
    const auto errors = [](const std::string& probe) {
        return test::group_errors_of("simulated", "probe = {http = '" + probe + "'}\n");
    };

    EXPECT_EQ(errors("http://127.0.0.1:8080/health"), std::vector<std::string>{});
    EXPECT_EQ(
        errors("127.0.0.1"),
        std::vector<std::string>{"4:17: group.g.probe.http: must begin with http:// or https:// and contain no space"});
    EXPECT_EQ(errors("http://[::1/"),
              std::vector<std::string>{"4:17: group.g.probe.http: must name a host after the //, such as "
                                       "http://127.0.0.1:8080/"});
    EXPECT_EQ(errors("http://x:99999999/"),
              std::vector<std::string>{"4:17: group.g.probe.http: must have a port of 1 to 65535, or none"});
}

std::vector<std::string> probe_errors_of(const std::string& probe) {
    return test::group_errors_of("simulated", "probe = " + probe + "\n");
}

std::vector<probes::probe_settings> probes_of(const std::string& probe) {
    return test::read("[group.g]\ndriver = \"simulated\"\nprobe = " + probe + "\n").groups.front().probes;
}

TEST(ConfigGroupTest, ReadsOneProbeAndSeveral) {
    EXPECT_EQ(probes_of("{tcp = \"127.0.0.1:1\"}").size(), 1U);
    const auto both = probes_of("[{tcp = \"127.0.0.1:1\"}, {command = [\"true\"], timeout = \"2s\"}]");
    ASSERT_EQ(both.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<probes::tcp_probe_settings>(both[0].what));
    EXPECT_EQ(both[1].timeout, std::chrono::seconds{2});
    EXPECT_EQ(test::read("[group.g]\ndriver = \"simulated\"\n[[group.g.probe]]\ntcp = \"127.0.0.1:1\"\n"
                         "[[group.g.probe]]\nhttp = \"http://127.0.0.1/\"\n")
                  .groups.front()
                  .probes.size(),
              2U);
    EXPECT_TRUE(test::read("[group.g]\ndriver = \"simulated\"\n").groups.front().probes.empty());
}

TEST(ConfigGroupTest, RefusesProbesThatAreNone) {
    const std::string wanted =
        "4:9: group.g.probe: must be a table, such as probe = {tcp = \"127.0.0.1:5432\"}, or a "
        "list of 1 to 16 of them";
    for (const char* none : {"[]", "[1]", "\"x\"", "[{tcp = \"127.0.0.1:1\"}, 1]"}) {
        EXPECT_EQ(probe_errors_of(none), std::vector{wanted}) << none;
    }
    std::string many = "[";
    for (int i = 0; i < 17; ++i) {
        many += "{tcp = \"127.0.0.1:1\"},";
    }
    EXPECT_EQ(probe_errors_of(many + "]"), std::vector{wanted});
    const auto two = probe_errors_of("{tcp = \"127.0.0.1:1\", http = \"http://127.0.0.1/\"}");
    ASSERT_EQ(two.size(), 1U);
    EXPECT_NE(two[0].find("give exactly one of http, tcp, command, prometheus and alertmanager"), std::string::npos);
}

TEST(ConfigGroupTest, ReadsWhatPrometheusAndAlertmanagerAreAsked) {
    const auto read = probes_of(R"([{prometheus = {url = "http://127.0.0.1:9090/prefix/", query = "up", is = "< 0.01"}},
        {alertmanager = {url = "https://alerts.example.org", matchers = 'service="web"'}}])");

    ASSERT_EQ(read.size(), 2U);
    const auto& prometheus = std::get<probes::prometheus_probe_settings>(read[0].what);
    EXPECT_EQ(prometheus.url, "http://127.0.0.1:9090/prefix");
    EXPECT_EQ(prometheus.query, "up");
    EXPECT_EQ(prometheus.is.describe(), "< 0.01");
    const auto& alertmanager = std::get<probes::alertmanager_probe_settings>(read[1].what);
    EXPECT_EQ(alertmanager.url, "https://alerts.example.org");
    EXPECT_EQ(alertmanager.matchers, std::vector<std::string>{R"(service="web")"});
}

TEST(ConfigGroupTest, SaysWhatIsWrongWithWhatTheyAreAsked) {
    const struct {
        const char* probe;
        const char* error;
    } cases[] = {
        {R"({prometheus = "http://x"})", "group.g.probe.prometheus: must be a table, such as prometheus = {url"},
        {R"({prometheus = {}})", "lacks the server's address: give url = \"http://127.0.0.1:9090\""},
        {R"({prometheus = {}})", "lacks the query"},
        {R"({prometheus = {}})", "lacks what the answer must be: give is"},
        {R"({prometheus = {url = "127.0.0.1:9090", query = "up", is = "< 1"}})", "must begin with http:// or https://"},
        {R"({prometheus = {url = "http://x/api?a=b", query = "up", is = "< 1"}})", "the server's address alone"},
        {R"({prometheus = {url = "http://u:p@x", query = "up", is = "< 1"}})", "must name neither user nor password"},
        {R"({prometheus = {url = "http://x", query = "up", is = "1"}})",
         "group.g.probe.prometheus.is: must be one of <,"},
        {R"({prometheus = {url = "http://x", query = "", is = "< 1"}})", "group.g.probe.prometheus.query: "},
        {R"({prometheus = {url = "http://x", query = "up", is = "< 1", timeout = "1s"}})",
         "it belongs beside prometheus = {...}, in [group.NAME.probe]"},
        {R"({url = "http://x", tcp = "127.0.0.1:1"})",
         "it belongs to prometheus = {...} or alertmanager = {...} of [group.NAME.probe]"},
        {R"({alertmanager = {url = "http://x"}})", "lacks the matchers"},
        {R"({alertmanager = {url = "http://x", matchers = []}})", "group.g.probe.alertmanager.matchers: "},
        {R"({alertmanager = {url = "http://x", matchers = ["service=web"]}})", "must have its value in quotes"},
        {R"({alertmanager = {url = "http://x", matchers = ["service"]}})", "'service' is no matcher"},
        {R"({alertmanager = {url = "http://x", matchers = ['a="b"'], is = "< 1"}})", "unknown key"}};
    for (const auto& c : cases) {
        std::string all;
        for (const std::string& error : probe_errors_of(c.probe)) {
            all += error + '\n';
        }
        EXPECT_NE(all.find(c.error), std::string::npos) << c.probe << "\n" << all;
    }
}

}  // namespace
}  // namespace mayhem::app
