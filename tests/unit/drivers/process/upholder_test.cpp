// Proves who is said to start a process again, over what may be known about it.
#include "drivers/process/upholder.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::drivers {

using ::testing::HasSubstr;
using answer = upholder::answer;
using system::signal_disposition;

namespace {

process_info process(pid_t pid, std::string name, std::string executable = "") {
    process_info p;
    p.pid = pid;
    p.name = name;
    p.executable = executable.empty() ? "/usr/bin/" + name : std::move(executable);
    p.command_line = std::move(name);
    return p;
}

process_origin below(std::vector<process_info> ancestors) {
    return {.process = process(812, "web"), .ancestors = std::move(ancestors)};
}

process_origin in_service(std::string restart, pid_t main_process = 812) {
    process_origin o = below({process(1, "systemd")});
    o.service.unit = "web.service";
    systemd_unit& u = o.unit.emplace();
    u.id = "web.service";
    u.load_state = "loaded";
    u.active_state = "active";
    u.restart = std::move(restart);
    u.main_process = main_process;
    return o;
}

}  // namespace

TEST(UpholderTest, TheMainProcessOfAServiceComesBackAsItsUnitSays) {
    EXPECT_EQ(find_upholder(in_service("always"), SIGTERM).is, answer::starts_it_again);
    EXPECT_EQ(find_upholder(in_service("always"), SIGTERM).why, "web.service starts it again (Restart=always)");
    EXPECT_EQ(find_upholder(in_service("on-failure"), SIGKILL).is, answer::starts_it_again);

    const upholder no = find_upholder(in_service("no"), SIGTERM);
    EXPECT_EQ(no.is, answer::leaves_it);
    EXPECT_THAT(no.why, HasSubstr("web.service, whose main process it is, would stay down: with Restart=no systemd"));
    EXPECT_THAT(no.why, HasSubstr("allow_dead = true"));
}

TEST(UpholderTest, ASignalThatTheMainProcessHandlesMayEndItInAnyWay) {
    process_origin o = in_service("on-failure");
    o.does = signal_disposition::handled;

    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::leaves_it);
    EXPECT_EQ(find_upholder(in_service("on-abnormal"), SIGKILL).is, answer::starts_it_again);
}

TEST(UpholderTest, AWorkerComesBackFromItsMaster) {
    process_origin o = in_service("no", 700);
    o.ancestors = {process(700, "web"), process(1, "systemd")};

    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::starts_it_again);
    EXPECT_THAT(find_upholder(o, SIGTERM).why, HasSubstr("its parent web[700] runs the same program"));
}

TEST(UpholderTest, KnownSupervisorsStartItAgain) {
    for (const char* name : {"runsv", "s6-supervise", "supervise", "supervise-daemo", "circusd", "PM2 v5.3.0: God"}) {
        EXPECT_EQ(find_upholder(below({process(7, name, "/x")}), SIGTERM).is, answer::starts_it_again) << name;
    }
    const upholder through = find_upholder(below({process(9, "sh"), process(7, "runsv")}), SIGTERM);
    EXPECT_EQ(through.why, "runsv[7] starts it again, if sh[9] ends with it");
}

TEST(UpholderTest, SupervisordIsTakenAtItsWord) {
    process_origin o = below({process(7, "supervisord", "/usr/bin/python3")});
    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::starts_it_again) << "as a rule";

    o.entry = {.section = "program:web", .autorestart = "false"};
    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::leaves_it);
    EXPECT_THAT(find_upholder(o, SIGTERM).why, HasSubstr("supervisord[7] does not start it again: it has "
                                                         "autorestart=false in [program:web]"));
    o.entry->autorestart = "true";
    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::starts_it_again);

    o.entry->autorestart = "unexpected";
    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::starts_it_again) << "a death by signal is never expected";
    o.does = signal_disposition::handled;
    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::leaves_it);
    EXPECT_EQ(find_upholder(o, SIGKILL).is, answer::starts_it_again);
}

TEST(UpholderTest, CronStartsNothingBecauseItEnded) {
    process_info shell = process(9, "sh");
    shell.command_line = "/bin/sh -c backup";
    EXPECT_EQ(find_upholder(below({shell, process(8, "cron"), process(7, "cron")}), SIGTERM).is, answer::leaves_it);

    EXPECT_EQ(find_upholder(below({process(9, "loop.sh"), shell, process(7, "cron")}), SIGTERM).is, answer::not_known)
        << "a script in between may do anything";
}

TEST(UpholderTest, WhatNobodyKnowsIsSaid) {
    EXPECT_EQ(describe(find_upholder(below({process(9, "loop.sh"), process(1, "init")}), SIGTERM)),
              "nobody is known to start it again: its parent loop.sh[9] is not known to");
    EXPECT_EQ(find_upholder(below({process(1, "tini")}), SIGTERM).why,
              "its parent is PID 1, tini, which may have adopted it");

    process_origin o = in_service("no", 0);
    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::not_known);
    EXPECT_THAT(find_upholder(o, SIGTERM).why, HasSubstr("it is not the main process of web.service"));
    o.unit.reset();
    o.unit_trouble = "no bus";
    EXPECT_THAT(find_upholder(o, SIGTERM).why, HasSubstr("web.service cannot be asked about: no bus"));
}

TEST(UpholderTest, MonitStartsAgainWhatItsUnitDoesNot) {
    process_origin o = in_service("no");
    o.monit = monit_check{.name = "nginx", .pid_file = "/run/nginx.pid", .pattern = {}};

    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::starts_it_again);
    EXPECT_EQ(find_upholder(o, SIGTERM).why, "monit starts it again when it looks next (check process nginx)");

    o.monit->is_started_again = false;
    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::leaves_it);
    EXPECT_THAT(find_upholder(o, SIGTERM).why, HasSubstr("and monit, which looks at it, does not start it"));
}

TEST(UpholderTest, AMonitWhoseConfigMayNotBeReadIsSaidToBeOne) {
    process_origin o = below({process(1, "systemd")});
    o.is_monit_silent = true;

    EXPECT_EQ(find_upholder(o, SIGTERM).is, answer::not_known);
    EXPECT_THAT(find_upholder(o, SIGTERM).why, HasSubstr("whether monit does cannot be known"));
}

}  // namespace mayhem::drivers
