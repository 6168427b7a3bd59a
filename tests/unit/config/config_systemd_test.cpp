// Proves that groups of systemd units arrive in full, and that each mistake in one is reported where it stands.
#include <csignal>

#include <gtest/gtest.h>

#include "drivers/systemd/systemd_driver.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

lines errors_of(const std::string& keys) { return test::group_errors_of("systemd", keys); }

TEST(ConfigSystemdTest, ReadsEveryKey) {
    const config c = test::read(R"(
[group.web]
driver = "systemd"
mean_time_between = "4h"
units = ["web.service", "web-*.service", 're:app[0-9]+\.service']
manager = "user"
action = "kill"
signal = "abrt"
allow_dead = true
timeout = "3s"
)");

    const auto& s = std::any_cast<const drivers::systemd_driver_settings&>(c.groups.at(0).driver);
    EXPECT_EQ(s.units, (lines{"web.service", "web-*.service", "re:app[0-9]+\\.service"}));
    EXPECT_EQ(s.manager, drivers::systemd_manager::user);
    EXPECT_EQ(s.action, drivers::systemd_action::kill);
    EXPECT_EQ(s.signal, SIGABRT);
    EXPECT_TRUE(s.allow_dead);
    EXPECT_EQ(s.call_limit, 3s);
}

TEST(ConfigSystemdTest, RestartsUnitsOfTheSystemUnlessTold) {
    const config c = test::read(
        "[group.web]\ndriver = 'systemd'\nmean_time_between = '4h'\nunits = 'web.service'\njob_timeout = '10s'\n");

    const auto& s = std::any_cast<const drivers::systemd_driver_settings&>(c.groups.at(0).driver);
    EXPECT_EQ(s.units, lines{"web.service"});
    EXPECT_EQ(s.manager, drivers::systemd_manager::system);
    EXPECT_EQ(s.action, drivers::systemd_action::restart);
    EXPECT_EQ(s.job_limit, 10s);
    EXPECT_FALSE(s.allow_dead);
}

TEST(ConfigSystemdTest, SelectsNothingByOmission) {
    EXPECT_EQ(errors_of(""),
              (lines{R"(1:1: [group.g]: selects nothing: give units = ["web.service", "web@*.service"] or the like)"}));
    EXPECT_EQ(errors_of("units = []"),
              (lines{"4:9: group.g.units: is empty: give at least one text, or leave the key out"}));
    EXPECT_EQ(errors_of("units = ['']"), (lines{"4:9: group.g.units: \"\" is empty: name a service"}));
}

TEST(ConfigSystemdTest, ReadsWhatIsExcluded) {
    const config c = test::read(
        "[group.web]\ndriver = 'systemd'\nmean_time_between = '4h'\nunits = ['web-*.service', '!web-db.service']\n"
        "except = 're:.*canary.*'\n");

    EXPECT_EQ(std::any_cast<const drivers::systemd_driver_settings&>(c.groups.at(0).driver).units,
              (lines{"web-*.service", "!web-db.service", "!re:.*canary.*"}));
}

TEST(ConfigSystemdTest, ReportsMistakesInWhatIsExcluded) {
    EXPECT_EQ(errors_of("units = 'a.service'\nexcept = ['b.service', 'a*']"),
              (lines{"5:10: group.g.except: excludes everything that the group selects"}));
    EXPECT_EQ(errors_of("units = ['a.service', '!a.service']"),
              (lines{"4:9: group.g.units: excludes everything that the group selects"}));
    EXPECT_EQ(errors_of("units = '*.service'\nexcept = 'web'"),
              (lines{R"(5:10: group.g.except: "web" lacks its suffix: did you mean "web.service"?)"}));
    EXPECT_EQ(errors_of("units = '*.service'\nexcept = ['']"),
              (lines{"5:10: group.g.except: contains an empty text: leave it out"}));
    for (const char* foreign : {"ignore", "exclude_units", "not"}) {
        EXPECT_EQ(errors_of(std::string("units = '*.service'\n") + foreign + " = ['web.service']"),
                  (lines{R"(5:1: unknown key "group.g.)" + std::string(foreign) +
                         R"(": to leave targets out, write except = ["name", "pattern-*"])"}));
    }
    EXPECT_EQ(errors_of("units = '*.service'\nexclude = ['web-db']"),
              (lines{R"(5:12: group.g.exclude: "web-db" is no date: write, say, "2026-12-24", "12-24" for every year, )"
                     R"(or "12-20..01-06"; to leave targets out, write them to except)"}));
}

TEST(ConfigSystemdTest, ReportsMistakes) {
    const std::string units = "units = 'a.service'\n";

    EXPECT_EQ(
        errors_of("units = ['web', 'db.service', 'x.socket']"),
        (lines{R"(4:9: group.g.units: "web" lacks its suffix: did you mean "web.service"?)",
               R"(4:9: group.g.units: "x.socket" is no service: only units whose names end in .service can be hit)"}));
    EXPECT_EQ(errors_of("unit = 'a.service'"),
              (lines{R"(1:1: [group.g]: selects nothing: give units = ["web.service", "web@*.service"] or the like)",
                     R"(4:1: unknown key "group.g.unit": did you mean "units"?)"}));
    EXPECT_EQ(errors_of(units + "manager = 'root'"),
              (lines{R"(5:11: group.g.manager: "root" is none of "system", "user")"}));
    EXPECT_EQ(
        errors_of(units + "action = 'kil'"),
        (lines{
            R"(5:10: group.g.action: "kil" is none of "restart", "kill", "stop", "freeze", "cut", "loss", "dns", "delay", "fill", "throttle": did you mean "kill"?)"}));
    EXPECT_EQ(errors_of(units + "signal = 'TERM'"),
              (lines{R"(5:10: group.g.signal: has an effect only with action = "kill")"}));
    EXPECT_EQ(errors_of(units + "action = 'kill'\njob_timeout = '1s'"),
              (lines{R"(6:15: group.g.job_timeout: has an effect only with action = "restart" or "stop")"}));
    EXPECT_EQ(errors_of(units + "action = 'stop'"),
              (lines{R"(5:10: group.g.action: "stop" leaves a unit dead, because systemd does not restart what was )"
                     R"(stopped: use "restart" or "kill", or add allow_dead = true if something else starts it again, )"
                     R"(such as a socket)"}));
    EXPECT_EQ(errors_of(units + "action = 'stop'\nallow_dead = true"), lines{});
    EXPECT_EQ(
        errors_of(units + "for = '5s'"),
        (lines{
            R"(5:7: group.g.for: has an effect only with action = "freeze", "cut", "loss", "dns", "delay", "fill" or "throttle")"}));
    EXPECT_EQ(errors_of(units + "action = 'freeze'\nfor = '11m'"),
              (lines{R"(6:7: group.g.for: "11m" is out of range: from 1 s to 10 m)"}));
    EXPECT_EQ(errors_of(units + "action = 'freeze'\nallow_dead = true"),
              (lines{"6:14: group.g.allow_dead: has no effect with action = \"freeze\", after which nothing need be "
                     "started again"}));
    EXPECT_EQ(errors_of(units + "action = 'freeze'\nfor = '5s'"), lines{});
}

}  // namespace
}  // namespace mayhem::app
