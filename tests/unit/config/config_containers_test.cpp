// Proves that the groups of containers and of commands arrive in full, and that each mistake in one is reported where
// it stands.
#include <csignal>

#include <gtest/gtest.h>

#include "drivers/command/command_driver.hpp"
#include "drivers/docker/docker_driver.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

TEST(ConfigDockerTest, ReadsEveryKey) {
    const config c = test::read(R"(
[group.web]
driver = "docker"
mean_time_between = "4h"
socket = "/run/podman/podman.sock"
label = ["app=shop", "tier"]
name = "web-*"
image = "nginx"
opt_in = false
action = "crash"
signal = "segv"
allow_dead = true
timeout = "3s"
)");

    const auto& s = std::any_cast<const drivers::docker_driver_settings&>(c.groups.at(0).driver);
    EXPECT_EQ(s.socket, "/run/podman/podman.sock");
    EXPECT_EQ(s.selector.describe(), "label app=shop, label tier, name web-*, image nginx");
    EXPECT_EQ(s.action, drivers::docker_action::crash);
    EXPECT_EQ(s.signal, SIGSEGV);
    EXPECT_TRUE(s.allow_dead);
    EXPECT_EQ(s.timeout, 3s);
}

TEST(ConfigDockerTest, ReadsTheLengthsOfPauseAndRestart) {
    const config c = test::read(
        "[group.a]\ndriver = 'docker'\nmean_time_between = '1h'\nlabel = 'x'\naction = 'pause'\npause_for = '90s'\n"
        "[group.b]\ndriver = 'docker'\nmean_time_between = '1h'\nlabel = 'x'\nstop_timeout = '30s'\n");

    EXPECT_EQ(std::any_cast<const drivers::docker_driver_settings&>(c.groups.at(0).driver).terms.length, 90s);
    const auto& b = std::any_cast<const drivers::docker_driver_settings&>(c.groups.at(1).driver);
    EXPECT_EQ(b.stop_timeout, 30s);
    EXPECT_EQ(b.selector.describe(), "label x, label mayhem.enabled=true");
}

TEST(ConfigDockerTest, ReadsAFaultOfTheNetwork) {
    const config c = test::read(
        "[group.a]\ndriver = 'docker'\nmean_time_between = '1h'\nlabel = 'x'\naction = 'loss'\nloss = 30\n"
        "ports = [80]\ndirection = 'in'\n");

    const auto& s = std::any_cast<const drivers::docker_driver_settings&>(c.groups.at(0).driver);
    EXPECT_EQ(s.action, drivers::docker_action::loss);
    EXPECT_EQ(s.terms.length, 30s);
    EXPECT_EQ(s.terms.network.percent, 30U);
    EXPECT_EQ(s.terms.network.way, core::network_fault::direction::in);
    EXPECT_EQ(
        test::group_errors_of("docker", "name = 'x'\naction = 'pause'\nfor = '1s'"),
        (lines{
            R"(6:7: group.g.for: has an effect only with action = "cut", "loss", "dns", "delay", "fill" or "throttle")"}));
}

TEST(ConfigDockerTest, ReadsWhatIsExcluded) {
    const config c = test::read(
        "[group.a]\ndriver = 'docker'\nmean_time_between = '1h'\nlabel = ['p=shop', '!s=db']\n"
        "name = ['shop-*', '!shop-db-*']\nexcept = 'shop-cache-*'\n");

    EXPECT_EQ(std::any_cast<const drivers::docker_driver_settings&>(c.groups.at(0).driver).selector.describe(),
              "label p=shop, label !s=db, name shop-*, name !shop-db-*, name !shop-cache-*, label mayhem.enabled=true");
}

TEST(ConfigDockerTest, ReportsWhatExcludesEverything) {
    EXPECT_EQ(test::group_errors_of("docker", "name = 'web-1'\nexcept = ['db', 'web-*']"),
              (lines{"5:10: group.g.except: excludes everything that the group selects"}));
    EXPECT_EQ(test::group_errors_of("docker", "label = ['a', '!a']"),
              (lines{"4:9: group.g.label: excludes everything that the group selects"}));
    EXPECT_EQ(test::group_errors_of("docker", "label = '!a'"),
              (lines{"1:1: [group.g]: selects nothing: it only excludes; give a label, name or image without \"!\" as "
                     "well"}));
    EXPECT_EQ(test::group_errors_of("docker", "image = '!nginx'"),
              (lines{"4:9: group.g.image: cannot be excluded: exclude containers by name or label"}));
    EXPECT_EQ(test::group_errors_of("docker", "name = 'a'\nexcept = '!b'"),
              (lines{R"(5:10: group.g.except: "!b" begins with "!": what stands here is excluded as it is)"}));
    EXPECT_EQ(test::group_errors_of("docker", "name = 'a'\nexcept = 'unknown'"), lines{});
}

TEST(ConfigDockerTest, SelectsNothingByOmission) {
    EXPECT_EQ(test::group_errors_of("docker", ""),
              (lines{"1:1: [group.g]: selects nothing: give at least one of label, name and image"}));
}

TEST(ConfigDockerTest, ReportsMistakes) {
    EXPECT_EQ(
        test::group_errors_of("docker", "name = 'x'\naction = 'reboot'"),
        (lines{
            R"(5:10: group.g.action: "reboot" is none of "restart", "kill", "crash", "pause", "cut", "loss", "dns", "delay", "fill", "throttle")"}));
    EXPECT_EQ(test::group_errors_of("docker", "name = 'x'\nsocket = 'docker.sock'"),
              (lines{"5:10: group.g.socket: must be the absolute path of a Unix socket, such as "
                     "\"/run/podman/podman.sock\""}));
    EXPECT_EQ(test::group_errors_of("docker", "label = ['=x']"),
              (lines{"4:9: group.g.label: has no name: write \"name\" or \"name=value\""}));
    EXPECT_EQ(test::group_errors_of("docker", "name = 'x'\nstop_timeout = '1500ms'"),
              (lines{"5:16: group.g.stop_timeout: must be whole seconds: the engines know no others"}));
    EXPECT_EQ(test::group_errors_of("docker", "name = 'x'\npause_for = '1s'"),
              (lines{"5:13: group.g.pause_for: has an effect only with action = \"pause\""}));
    EXPECT_EQ(test::group_errors_of("docker", "name = 'x'\nsignal = 'TERM'"),
              (lines{"5:10: group.g.signal: has an effect only with action = \"kill\" or \"crash\""}));
}

TEST(ConfigCommandTest, ReadsEveryKey) {
    const config c = test::read(R"(
[group.cloud]
driver = "command"
mean_time_between = "1d"
list = ["cloud", "list"]
restart = ["cloud", "reboot", "{id}"]
observe = ["cloud", "boot-id", "{id}", ""]
environment = { LANG = "C", REGION = "eu" }
timeout = "2m"
)");

    const auto& s = std::any_cast<const drivers::command_driver_settings&>(c.groups.at(0).driver);
    EXPECT_EQ(s.list, (lines{"cloud", "list"}));
    EXPECT_EQ(s.restart, (lines{"cloud", "reboot", "{id}"}));
    EXPECT_EQ(s.observe, (lines{"cloud", "boot-id", "{id}", ""}));
    EXPECT_EQ(s.environment, (std::vector<std::pair<std::string, std::string>>{{"LANG", "C"}, {"REGION", "eu"}}));
    EXPECT_EQ(s.timeout, 2min);
}

TEST(ConfigCommandTest, ReportsMistakes) {
    const std::string both = "list = ['a']\nrestart = ['b', '{id}']\n";

    EXPECT_EQ(test::group_errors_of("command", ""),
              (lines{"1:1: [group.g]: lacks the command list: give it as a list of texts",
                     "1:1: [group.g]: lacks the command restart: give it as a list of texts"}));
    EXPECT_EQ(
        test::group_errors_of("command", "list = 'a b'\nrestart = ['b', '{id}']"),
        (lines{"4:8: group.g.list: must be a list of texts, such as [\"/usr/bin/program\", \"argument\"], but is a "
               "text"}));
    EXPECT_EQ(test::group_errors_of("command", "list = []\nrestart = ['b', '{id}']"),
              (lines{"4:8: group.g.list: is empty: give at least one text, or leave the key out"}));
    EXPECT_EQ(test::group_errors_of("command", "list = ['a', 1]\nrestart = ['b', '{id}']"),
              (lines{"4:8: group.g.list: must contain texts in quotes, but one is a whole number"}));
    EXPECT_EQ(test::group_errors_of("command", "list = ['a']\nrestart = ['b', '{name}']"),
              (lines{"5:11: group.g.restart: does not say which target: put {id} where its id belongs"}));
    EXPECT_EQ(test::group_errors_of("command", both + "environment = { 'A=B' = 'x' }"),
              (lines{"6:15: group.g.environment: a name is empty or contains \"=\""}));
    EXPECT_EQ(test::group_errors_of("command", both + "observe = ['', '{id}']"),
              (lines{"6:11: group.g.observe: begins with an empty text: the first is the program"}));
}

}  // namespace
}  // namespace mayhem::app
