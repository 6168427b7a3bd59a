// Proves the whole way, from a config file to rows in the record, with the real program and a real systemd: each
// restart is a new life of the unit, measured, once; refusals are explained; the bus and the daemon may die in the
// middle. Runs in tests/support/systemd_bed.sh, and nowhere else. What is counted comes from the units themselves,
// which write down the InvocationID of each life.
#include "integration/systemd/systemd_run.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <set>

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mayhem::testing {

namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* user_bus = "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/bed-user/bus";

}  // namespace

TEST_F(SystemdRunTest, ProvesEachRestartAndMeasuresItsRecovery) {
    const test_unit one("mayhem-bed-web@1.service");
    const test_unit two("mayhem-bed-web@2.service");
    const test_unit other("mayhem-bed-other.service");
    program daemon(run_command(config("units = ['re:mayhem-bed-web@[0-9]\\.service']\n")));

    ASSERT_TRUE(sees("recovered", 12)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    expect_proven({&one, &two});
    const std::size_t acts = count("recovered") + count("unwatched");
    EXPECT_TRUE(eventually([&] { return one.lives().size() + two.lives().size() >= 2 + acts; }));
    EXPECT_EQ(one.lives().size() + two.lives().size(), 2 + acts) << "each act is one new life, and nothing else is";
    EXPECT_EQ(other.lives().size(), 1U);
    EXPECT_TRUE(one.becomes_active() && two.becomes_active());
    const finished report = run({mayhem, "report", "--store", store()});
    EXPECT_THAT(report.out, HasSubstr(one.name()));
}

TEST_F(SystemdRunTest, ARestartThatTheShutdownOvertakesIsOnRecord) {
    in_bed("touch /run/mayhem-bed-gate");
    const test_unit one("mayhem-bed-web@1.service",
                        "ExecStartPre=/bin/sh -c 'until test -e /run/mayhem-bed-gate; do sleep 0.1; done'\n");
    in_bed("rm /run/mayhem-bed-gate");
    const std::string file = config("units = 'mayhem-bed-web@1.service'\n");
    program daemon(run_command(file));
    ASSERT_TRUE(eventually([&] { return one.lives().size() == 2; })) << daemon.log();

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(count("unwatched"), 1U) << daemon.log();
    EXPECT_EQ(count("cancelled"), 0U) << daemon.log();
    in_bed("touch /run/mayhem-bed-gate");
    EXPECT_TRUE(one.becomes_active());
    EXPECT_EQ(one.lives().size(), 2U);
}

TEST_F(SystemdRunTest, KillsTheMainProcessAndRestartBringsItBack) {
    const test_unit one("mayhem-bed-web@1.service");
    program daemon(run_command(config("units = 'mayhem-bed-web@*.service'\naction = 'kill'\n")));

    ASSERT_TRUE(sees("recovered", 5)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    expect_proven({&one});
}

TEST_F(SystemdRunTest, WhoIsNotOfTheGroupDoesNotFallUnlessItSaysSo) {
    const test_unit lead("mayhem-bed-lead.service");
    const test_unit bound("mayhem-bed-bound.service", "Restart=always\n",
                          "BindsTo=mayhem-bed-lead.service\nAfter=mayhem-bed-lead.service\n");
    const std::string file = config("units = 'mayhem-bed-lead.service'\naction = 'kill'\n");
    program daemon(run_command(file));

    ASSERT_TRUE(sees("refused", 1)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(read_attempts(store()).front().refused_by, "out_of_reach");
    EXPECT_THAT(read_attempts(store()).front().error, HasSubstr("mayhem-bed-bound.service (BindsTo="));
    EXPECT_EQ(lead.lives().size(), 1U);
    EXPECT_EQ(bound.lives().size(), 1U);
    EXPECT_THAT(run({mayhem, "check", "-c", file}).log,
                HasSubstr("mayhem-bed-bound.service (BindsTo=mayhem-bed-lead.service)"));
}

TEST_F(SystemdRunTest, WhatFellWithAUnitMustStandAgain) {
    const test_unit lead("mayhem-bed-lead.service");
    const test_unit bound("mayhem-bed-bound.service", "Restart=always\n",
                          "BindsTo=mayhem-bed-lead.service\nAfter=mayhem-bed-lead.service\n");
    program daemon(
        run_command(config("units = 'mayhem-bed-lead.service'\naction = 'kill'\nreach = 'any'\nmax_unavailable = "
                           "1\nrecovery_timeout = '3s'\n")));

    ASSERT_TRUE(sees("not_recovered", 1)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    const std::vector<attempt> all = read_attempts(store());
    const auto found = std::ranges::find(all, std::string("not_recovered"), &attempt::verdict);
    ASSERT_NE(found, all.end());
    EXPECT_THAT(
        found->error,
        HasSubstr("mayhem-bed-bound.service (BindsTo=mayhem-bed-lead.service) fell with it and does not stand"));
    EXPECT_EQ(lead.lives().size(), 2U);
    EXPECT_FALSE(bound.is_active()) << "systemd has stopped it for good";
    EXPECT_THAT(run({mayhem, "report", "--store", store()}).out, HasSubstr("1 of which STAYED DOWN"));
}

TEST_F(SystemdRunTest, WhoIsRestartedWithAUnitIsWatchedAndIsOnRecord) {
    const test_unit lead("mayhem-bed-web@1.service");
    const test_unit part("mayhem-bed-web@2.service", "Restart=always\n", "PartOf=mayhem-bed-web@1.service\n");
    program daemon(run_command(config("units = 'mayhem-bed-web@*.service'\nmin_healthy = 0\n", "500ms")));

    ASSERT_TRUE(eventually([&] { return part.lives().size() > 3 && count("recovered") > 3; }, patience))
        << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_THAT(run({mayhem, "report", "--store", store()}).out, HasSubstr("others fell with them"));
    EXPECT_THAT(run({mayhem, "history", "--json", "--store", store()}).out,
                HasSubstr("PartOf=mayhem-bed-web@1.service"));
}

TEST_F(SystemdRunTest, AUnitThatMayTakeTheHostDownIsNeverHit) {
    const test_unit one("mayhem-bed-web@1.service", "Restart=always\n", "FailureAction=reboot-force\n");
    program daemon(run_command(config("units = 'mayhem-bed-web@1.service'\naction = 'kill'\nreach = 'any'\n")));

    ASSERT_TRUE(sees("refused", 1)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(read_attempts(store()).front().refused_by, "out_of_reach");
    EXPECT_EQ(one.lives().size(), 1U);
}

TEST_F(SystemdRunTest, TheLastOneOfThoseThatAreNamedIsSparedByANewLifeToo) {
    const test_unit one("mayhem-bed-web@1.service");
    const test_unit two("mayhem-bed-web@2.service", "Restart=always\n", "StartLimitIntervalSec=0\n", false);
    const test_unit three("mayhem-bed-web@3.service", "Restart=always\n", "StartLimitIntervalSec=0\n", false);
    program daemon(run_command(
        config("units = ['mayhem-bed-web@1.service', 'mayhem-bed-web@2.service', 'mayhem-bed-web@3.service']\n")));

    ASSERT_TRUE(sees("refused", 3)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(read_attempts(store()).front().refused_by, "too_few_healthy");
    EXPECT_EQ(one.lives().size(), 1U);
}

TEST_F(SystemdRunTest, StopsAndWatchesWhatSomethingElseStartsAgain) {
    const test_unit one("mayhem-bed-web@1.service", "Restart=no\n");
    in_bed(
        "printf '[Timer]\\nOnUnitInactiveSec=50ms\\nAccuracySec=1ms\\nUnit=mayhem-bed-web@1.service\\n' > "
        "/run/systemd/system/mayhem-bed-again.timer; systemctl daemon-reload; systemctl start "
        "mayhem-bed-again.timer");
    program daemon(
        run_command(config("units = 'mayhem-bed-web@1.service'\naction = 'stop'\nallow_dead = true\n", "300ms")));

    EXPECT_TRUE(sees("recovered", 3)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    expect_proven({&one});
    in_bed(
        "systemctl stop mayhem-bed-again.timer; rm /run/systemd/system/mayhem-bed-again.timer; systemctl "
        "daemon-reload");
}

TEST_F(SystemdRunTest, StaysBelowTheStartLimit) {
    const test_unit one("mayhem-bed-web@1.service", "", "StartLimitIntervalSec=2s\nStartLimitBurst=2\n");
    program daemon(run_command(config("units = '*-bed-web@1.service'\nmax_unavailable = 10\n")));

    ASSERT_TRUE(sees("recovered", 4)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    expect_proven({&one});
    EXPECT_TRUE(one.becomes_active()) << "more than two starts in two seconds leave it dead";
    EXPECT_EQ(count("not_recovered"), 0U);
    EXPECT_GE(count("refused"), 1U);
    std::size_t explained = 0;
    for (const attempt& a : read_attempts(store())) {
        if (a.refused_by == "would_stay_dead") {
            EXPECT_THAT(a.error, HasSubstr("its start limit is 2 starts in 2 s"));
            ++explained;
        }
    }
    EXPECT_GE(explained, 1U);
    EXPECT_EQ(count_places_of_refusals(store()), 0U);
}

TEST_F(SystemdRunTest, RefusesAndExplainsWhatWouldStayDead) {
    const test_unit one("mayhem-bed-web@1.service", "Restart=no\n");
    const std::string file = config("units = 'mayhem-bed-web@1.service'\naction = 'kill'\n");
    const std::string why = "unit mayhem-bed-web@1.service is left alone: with Restart=no systemd does not restart it";

    const finished check = run({mayhem, "check", "-c", file});
    const finished plan = run({mayhem, "plan", "-c", file, "--store", store(), "--for", "1s", "--json"});
    const finished offline = run({mayhem, "check", "--offline", "-c", file});
    program daemon(run_command(file));

    EXPECT_EQ(check.ended, "exit 0");
    EXPECT_THAT(check.log, HasSubstr(file + ": warning: group 'web': " + why));
    EXPECT_EQ(plan.ended, "exit 0");
    EXPECT_THAT(plan.out, HasSubstr(why));
    EXPECT_EQ(offline.ended, "exit 0");
    EXPECT_EQ(offline.log, "");
    EXPECT_TRUE(daemon.says("no unit that matches may be hit: " + why)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_EQ(one.lives().size(), 1U);
}

TEST_F(SystemdRunTest, AYoungUnitIsLeftAlone) {
    const std::string moments = folder_ / "moments";
    const test_unit one("mayhem-bed-web@1.service", "ExecStartPre=/bin/sh -c 'date +%%s%%N >> " + moments + "'\n");
    const std::string file = config("units = 'mayhem-bed-web@1.service'\nmin_age = '1500ms'\n");
    program daemon(run_command(file));

    ASSERT_TRUE(sees("recovered", 2)) << daemon.log();
    finished why;
    const auto explains_the_age = [&] {  // unless the unit is down when it looks
        why = run({mayhem, "why", "mayhem-bed-web@1.service", "-c", file, "--store", store()});
        return why.out.find("min_age is 1.5 s") != std::string::npos &&
               why.out.find("an unknown time") == std::string::npos;
    };
    EXPECT_TRUE(eventually(explains_the_age)) << why.out;
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    const std::vector<attempt> all = read_attempts(store());
    EXPECT_THAT(all, Contains(::testing::Field(&attempt::refused_by, "too_young")));
    std::int64_t last_ns = 0;
    std::ifstream lives(moments);
    for (std::int64_t ns = 0; lives >> ns; last_ns = ns) {
        EXPECT_GE(ns - last_ns, 1'500'000'000) << "the life before was ended younger than min_age";
    }
    EXPECT_GT(last_ns, 0);
}

TEST_F(SystemdRunTest, GoesOnAfterSuddenDeathAndNoSecondDaemonGetsIn) {
    const test_unit one("mayhem-bed-web@1.service");
    const test_unit two("mayhem-bed-web@2.service");
    const std::string file = config("units = 'mayhem-bed-web@*.service'\n", "50ms");
    std::size_t seen = 0;
    std::size_t lives_max = 2;
    for (int life = 0; life < 4; ++life) {
        program daemon(run_command(file));
        ASSERT_TRUE(sees("recovered", seen + 3)) << daemon.log();
        const finished second = run(run_command(file));
        EXPECT_EQ(second.ended, "exit 74") << second.log;
        daemon.kill(SIGKILL);
        EXPECT_EQ(daemon.end(), "signal 9");
        seen = count("recovered");
        // A life that the daemon may have hit when it died is left alone by the next one: so each gets a new one.
        in_bed("systemctl restart " + one.name() + ' ' + two.name());
        lives_max += 2;
    }
    program last(run_command(file));
    ASSERT_TRUE(sees("recovered", seen + 3)) << last.log();
    last.kill(SIGTERM);

    EXPECT_EQ(last.end(), "exit 0") << last.log();
    expect_proven({&one, &two});
    for (const attempt& a : read_attempts(store())) {
        // Of what a sudden end has cut, the next life may find that it is out of date before it finds that it was hit.
        const bool may_have_been_hit =
            a.verdict != "refused" || a.refused_by == "already_restarted" || a.refused_by == "expired";
        lives_max += may_have_been_hit ? 1 : 0;
    }
    EXPECT_LE(one.lives().size() + two.lives().size(), lives_max) << "a life that nobody asked for";
}

TEST_F(SystemdRunTest, GoesOnWhenTheBusIsRestartedOrAway) {
    const test_unit one("mayhem-bed-web@1.service");
    program daemon(run_command(config("units = 'mayhem-bed-web@1.service'\nmax_failures = 0\n")));
    ASSERT_TRUE(sees("recovered", 2)) << daemon.log();

    // An act that the bus took down with it counts as done until the time to recover is over: so there is a new life.
    in_bed("systemctl restart dbus.service; systemctl restart " + one.name());
    const std::size_t after_restart = count("recovered");
    ASSERT_TRUE(sees("recovered", after_restart + 2)) << daemon.log();

    in_bed("systemctl stop dbus.socket dbus.service 2> /dev/null");
    EXPECT_TRUE(daemon.says("cannot list its targets: cannot reach systemd's bus at ")) << daemon.log();
    in_bed("systemctl start dbus.socket dbus.service; systemctl restart " + one.name());
    const std::size_t after_stop = count("recovered");
    ASSERT_TRUE(sees("recovered", after_stop + 2)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    expect_proven({&one});
}

TEST_F(SystemdRunTest, ABusThatHangsIsATimeout) {
    const test_unit one("mayhem-bed-web@1.service");
    const std::string file = config("units = 'mayhem-bed-web@1.service'\ntimeout = '1s'\nmax_failures = 0\n");
    program daemon(run_command(file));
    ASSERT_TRUE(sees("recovered", 1)) << daemon.log();

    in_bed("systemctl show -P MainPID dbus.service > /run/mayhem-bed-bus; kill -STOP $(cat /run/mayhem-bed-bus)");
    EXPECT_TRUE(daemon.says("did not answer")) << daemon.log();
    const finished check = run({mayhem, "check", "-c", file});
    in_bed("kill -CONT $(cat /run/mayhem-bed-bus); systemctl restart " + one.name());

    EXPECT_EQ(check.ended, "exit 0") << "a bus that cannot be asked does not make the file wrong";
    EXPECT_THAT(check.log, HasSubstr("did not answer"));
    const std::size_t before = count("recovered");
    ASSERT_TRUE(sees("recovered", before + 2)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST_F(SystemdRunTest, AStartThatTakesTooLongIsAFindingAndOpensTheBreaker) {
    const test_unit one("mayhem-bed-web@1.service");
    program daemon(
        run_command(config("units = 'mayhem-bed-web@1.service'\njob_timeout = '3s'\nrecovery_timeout = '3s'\n")));
    ASSERT_TRUE(sees("recovered", 1)) << daemon.log();
    one.write("Type=notify\nTimeoutStartSec=60s\n");  // nobody says READY=1

    EXPECT_TRUE(daemon.says("the breaker opens")) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    std::string error;
    for (const attempt& a : read_attempts(store())) {
        error = a.verdict == "not_recovered" ? a.error : error;
    }
    EXPECT_THAT(error, HasSubstr("systemd was asked to restart it, and then: systemd's job has not ended within 3 s"));
    EXPECT_THAT(error, HasSubstr("; it is activating (start): see systemctl status mayhem-bed-web@1.service"));
}

TEST_F(SystemdRunTest, WhatDiesSoonAfterEachStartIsUnstableAndOpensTheBreaker) {
    const test_unit one("mayhem-bed-web@1.service");
    one.write("Restart=always\nRestartSec=100ms\nExecStart=\nExecStart=/bin/sh -c 'sleep 0.8; exit 1'\n");
    program daemon(
        run_command(config("units = 'mayhem-bed-web@1.service'\nrecovery_timeout = '4s'\nstable_for = '2s'\n")));

    EXPECT_TRUE(daemon.says("the breaker opens: mayhem-bed-web@1.service came back and did not stay")) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(count("recovered"), 0U);
    EXPECT_EQ(count("unstable"), 1U);
    for (const attempt& a : read_attempts(store())) {
        EXPECT_TRUE(a.verdict != "unstable" || a.error.find("it came back after ") != std::string::npos) << a.error;
    }
}

TEST_F(SystemdRunTest, RestartsUnitsOfAUserManager) {
    const std::string unit = "mayhem-bed-user.service";
    const std::string ctl = "XDG_RUNTIME_DIR=/run/bed-user systemctl --user ";
    in_bed(
        "mkdir -p /run/bed-user/systemd/user; printf '[Unit]\\nStartLimitIntervalSec=0\\n[Service]\\nExecStart="
        "/bin/sleep 1000\\n' > /run/bed-user/systemd/user/" +
        unit + "; " + ctl + "daemon-reload; " + ctl + "start " + unit);
    program daemon(run_command(config("units = '" + unit + "'\nmanager = 'user'\n")),
                   {.environment = {user_bus}, .in_child = {}});

    EXPECT_TRUE(sees("recovered", 3)) << daemon.log();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    in_bed(ctl + "stop " + unit + "; rm /run/bed-user/systemd/user/" + unit);
}

TEST_F(SystemdRunTest, AnOrdinaryUserIsToldWhichPolkitRuleIsMissing) {
    const test_unit one("mayhem-bed-web@1.service");
    in_bed("useradd --system --no-create-home mayhem-bed");
    in_bed("chown mayhem-bed " + folder_ / "");
    const auto become_user = [] {
        constexpr unsigned nobody_else = 0;
        const int uid = std::atoi(read_text("/run/mayhem-bed-uid").c_str());
        if (::setgroups(nobody_else, nullptr) != 0 || ::setgid(static_cast<gid_t>(uid)) != 0 ||
            ::setuid(static_cast<uid_t>(uid)) != 0) {
            ::_exit(99);
        }
    };
    in_bed("id -u mayhem-bed > /run/mayhem-bed-uid");
    const std::string file =
        config("units = 'mayhem-bed-web@1.service'\nmax_failures = 0\ntimeout = '60s'\nrecovery_timeout = '10s'\n");
    program daemon(run_command(file), {.environment = {}, .in_child = become_user});

    const std::string advice = "write this to /etc/polkit-1/rules.d/50-mayhem.rules: ";
    ASSERT_TRUE(eventually(
        [&] {
            const std::vector<attempt> all = read_attempts(store());
            return std::ranges::any_of(all,
                                       [&](const attempt& a) { return a.error.find(advice) != std::string::npos; });
        },
        2 * patience))
        << daemon.log();
    std::string rule;
    for (const attempt& a : read_attempts(store())) {
        if (const auto at = a.error.find(advice); at != std::string::npos) {
            rule = a.error.substr(at + advice.size());
        }
    }
    EXPECT_EQ(one.lives().size(), 1U) << "nothing was done";
    std::ofstream("/etc/polkit-1/rules.d/50-mayhem.rules") << rule << '\n';

    EXPECT_TRUE(sees("recovered", 2)) << rule << '\n' << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    expect_proven({&one});
    in_bed("rm /etc/polkit-1/rules.d/50-mayhem.rules");
}

}  // namespace mayhem::testing
