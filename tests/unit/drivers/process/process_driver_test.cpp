// Proves what the process driver lists, refuses to be built with, and refuses to act on, on an imitation of /proc. The
// acts themselves are proven on real processes (tests/integration/drivers).
#include "drivers/process/process_driver.hpp"

#include <algorithm>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/command_id.hpp"
#include "support/may_act.hpp"
#include "unit/drivers/fake_proc.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

class ProcessDriverTest : public ::testing::Test {
protected:
    ProcessDriverTest() { proc_.add_self(); }

    process_driver make(process_criteria criteria, once_teller::teller tell = nullptr) {
        return process_driver({.selector = process_selector(std::move(criteria)),
                               .bus_address = "unix:path=/nowhere/bus",
                               .proc_root = proc_.root()},
                              pool_, std::move(tell));
    }

    std::vector<std::string> listed_names(process_criteria criteria) {
        process_driver driver = make(std::move(criteria));
        std::vector<std::string> names;
        for (const core::target& t : run_task(loop_, driver.list())) {
            names.push_back(t.name);
        }
        return names;
    }

    fake_proc proc_;
    async::virtual_clock clock_;
    async::thread_pool pool_{1, "test"};
    async::loop loop_{clock_};
};

}  // namespace

TEST_F(ProcessDriverTest, ListsWhatTheSelectorMatches) {
    proc_.add({.pid = 42, .start_ticks = 777, .name = "worker"});
    proc_.add({.pid = 43, .name = "other"});
    process_driver driver = make({.name = "worker"});

    const auto listed = run_task(loop_, driver.list());

    EXPECT_EQ(driver.kind(), "process");
    EXPECT_THAT(listed, ElementsAre(core::target{.id = core::command_id("worker --slow"),
                                                 .incarnation = "42:777:" + std::string(fake_proc::boot_id),
                                                 .name = "worker[42]"}));
}

TEST_F(ProcessDriverTest, ShowsArgumentsOnlyWhereTheGroupSaysSo) {
    proc_.add({.pid = 42, .command_line = std::string("worker\0--password\0hunter2\0", 26)});
    process_driver silent = make({.name = "worker"});
    process_driver open(
        {.selector = process_selector({.name = "worker"}), .show_arguments = true, .proc_root = proc_.root()}, pool_);

    EXPECT_EQ(run_task(loop_, silent.list()).at(0).id.find("hunter2"), std::string::npos);
    EXPECT_EQ(run_task(loop_, open.list()).at(0).id, "worker --password hunter2");
}

TEST_F(ProcessDriverTest, FindsTheSuccessorOfAnIdOfEitherForm) {
    proc_.add({.pid = 42, .start_ticks = 900});
    const std::string before = "41:800:" + std::string(fake_proc::boot_id);
    process_driver driver = make({.name = "worker"});

    for (const std::string& id : {core::command_id("worker --slow"), std::string("worker --slow")}) {
        EXPECT_TRUE(run_task(loop_, driver.successor({.id = id, .incarnation = before, .name = "worker[41]"}))) << id;
    }
    EXPECT_FALSE(run_task(loop_, driver.successor({.id = "worker", .incarnation = before, .name = "worker[41]"})));
}

TEST_F(ProcessDriverTest, WhatItHasFrozenIsAnotherIncarnationAfterwards) {
    proc_.add({.pid = 42, .start_ticks = 777, .name = "worker"});
    process_driver driver({.selector = process_selector({.name = "worker"}),
                           .action = process_action::freeze,
                           .terms = {.length = std::chrono::seconds{7}},
                           .allow_dead = true,
                           .proc_root = proc_.root()},
                          pool_, nullptr, "1.2");
    ASSERT_NE(driver.lasts(), nullptr);
    const core::target before = run_task(loop_, driver.list()).at(0);

    driver.lasts()->note_stood(before);
    const core::target after = run_task(loop_, driver.list()).at(0);

    const std::string life = "42:777:" + std::string(fake_proc::boot_id);
    EXPECT_EQ(before.incarnation, life + "#1.2.0");
    EXPECT_EQ(after.incarnation, life + "#1.2.1");
    EXPECT_EQ(incarnation_of(after).to_string(), life);
    EXPECT_EQ(driver.act(), "freeze");
    EXPECT_EQ(driver.lasts()->terms().length, std::chrono::seconds{7});
    EXPECT_EQ(driver.neighbours(), nullptr) << "who stands still takes nobody along";
}

TEST_F(ProcessDriverTest, ListsNothingThatIsProtected) {
    const pid_t self = ::getpid();
    proc_.add({.pid = 1, .parent = 0, .name = "init"});
    proc_.add({.pid = 900'001, .parent = 1, .name = "bash"});
    proc_.add({.pid = self, .parent = 900'001, .name = "mayhem", .executable = "/usr/bin/mayhem"});
    proc_.add({.pid = 900'002, .flags = fake_proc::kernel_thread_flag, .name = "kworker"});
    proc_.add({.pid = 900'003, .name = "sshd"});
    proc_.add({.pid = 900'004, .name = "systemd-journal"});
    proc_.add({.pid = 900'005, .state = 'Z', .name = "zombie"});
    proc_.add({.pid = 900'006, .name = "victim"});

    EXPECT_THAT(listed_names({.user = 0}), ElementsAre("victim[900006]"));
}

TEST_F(ProcessDriverTest, SparesWhoeverIsAtWorkOrElsewhere) {
    proc_.add({.pid = 900'001, .name = "mayhem", .executable = "/usr/bin/mayhem"});
    proc_.add({.pid = 900'002, .name = "vim", .terminal = 34816});
    proc_.add({.pid = 900'003, .name = "redis", .namespace_pids = "900003\t1"});
    proc_.add({.pid = 900'004, .name = "victim"});

    EXPECT_THAT(listed_names({.user = 0}), ElementsAre("victim[900004]"));
}

TEST_F(ProcessDriverTest, SaysWhomItLeavesAloneIfNobodyIsLeft) {
    proc_.add({.pid = 900'001, .name = "vim", .terminal = 34816});
    std::vector<std::string> told;
    process_driver driver({.selector = process_selector({.name = "vim"}), .proc_root = proc_.root()}, pool_,
                          [&told](std::string_view text) { told.emplace_back(text); });

    try {
        run_task(loop_, driver.list());
        FAIL() << "should have said that nobody may be hit";
    } catch (const core::targets_unlisted& e) {
        EXPECT_THAT(e.what(), HasSubstr("process vim is left alone: it has a controlling terminal"));
    }
    EXPECT_THAT(told, ElementsAre(HasSubstr("allow_terminal = true")));
}

TEST_F(ProcessDriverTest, HitsWhatHasATerminalWhereTheGroupSaysSo) {
    proc_.add({.pid = 900'001, .name = "worker", .terminal = 34816});
    process_driver driver(
        {.selector = process_selector({.name = "worker"}), .allow_terminal = true, .proc_root = proc_.root()}, pool_);

    EXPECT_EQ(run_task(loop_, driver.list()).size(), 1U);
}

TEST_F(ProcessDriverTest, AsksAgainRightBeforeTheAct) {
    proc_.add({.pid = ::getppid(), .start_ticks = 777, .name = "worker"});
    process_driver driver = make({.name = "worker"});
    const core::target t = {.id = "worker",
                            .incarnation = std::to_string(::getppid()) + ":777:" + std::string(fake_proc::boot_id),
                            .name = "worker"};
    proc_.add({.pid = ::getppid(), .start_ticks = 777, .name = "worker", .terminal = 34816});

    const ports::act_result result = run_task(loop_, driver.restart(t, test::may_act));

    EXPECT_EQ(result.refused_by, core::guard::not_opted_in);
    EXPECT_THAT(result.trouble, HasSubstr("controlling terminal"));
}

TEST_F(ProcessDriverTest, SaysWhyAProcessIsNoTarget) {
    proc_.add({.pid = 900'001, .name = "vim", .executable = "/usr/bin/vim", .terminal = 34816});
    proc_.add({.pid = 900'002, .name = "nginx", .executable = "/usr/sbin/nginx", .user = 33});
    proc_.add({.pid = 900'003, .name = "sshd", .executable = "/usr/sbin/sshd"});
    process_driver driver = make({.user = 0, .except = {"worker"}});
    const auto why = [&](const char* name) { return run_task(loop_, driver.explain(name)); };

    EXPECT_THAT(why("vim"), ElementsAre(HasSubstr("process vim[900001]: it has a controlling terminal")));
    EXPECT_THAT(why("nginx[900002]"), ElementsAre("process nginx[900002]: its user is 33, not 0"));
    EXPECT_THAT(why("900003"), ElementsAre("process sshd[900003]: sshd: the way back in"));
    proc_.add({.pid = 900'004, .name = "worker"});
    EXPECT_THAT(why("worker"), ElementsAre("process worker[900004]: the group excludes it"));
    EXPECT_THAT(why("nobody"), ElementsAre());
}

TEST_F(ProcessDriverTest, TellsOfASelectorThatMatchesManyPrograms) {
    pid_t pid = 900'000;
    for (const char* program : {"bash", "bash", "nginx", "redis", "worker"}) {
        proc_.add({.pid = ++pid, .name = program, .executable = std::string("/usr/bin/") + program});
    }
    std::vector<std::string> told;
    process_driver driver = make({.user = 0}, [&told](std::string_view text) { told.emplace_back(text); });

    EXPECT_EQ(run_task(loop_, driver.list()).size(), 5U);
    EXPECT_EQ(run_task(loop_, driver.list()).size(), 5U);

    const std::string breadth = "matches 5 processes of 4 programs: bash 2, nginx 1, redis 1, worker 1; name the one";
    EXPECT_EQ(std::ranges::count_if(told, [&](const std::string& t) { return t.find(breadth) != std::string::npos; }),
              1);
}

TEST_F(ProcessDriverTest, SaysHowManyMeetEachCondition) {
    proc_.add({.pid = 900'001, .name = "nginx", .executable = "/usr/sbin/nginx", .user = 33});
    proc_.add({.pid = 900'002, .name = "worker", .user = 0});
    process_driver driver = make({.name = "worker", .user = 33});

    EXPECT_THAT(run_task(loop_, driver.near_misses()),
                ElementsAre("of 3 processes, so many meet each condition by itself: name 'worker': 1; user 33: 1"));
}

TEST_F(ProcessDriverTest, TellsOnceOfWhomNobodyIsKnownToStartAgainUnlessTheGroupSaysThatAllIsWell) {
    proc_.add({.pid = 900'001, .name = "bash", .executable = "/bin/bash"});
    proc_.add({.pid = 900'002, .parent = 900'001});
    proc_.add({.pid = 900'003, .parent = 900'001});
    std::vector<std::string> told;
    const auto tell = [&told](std::string_view text) { told.emplace_back(text); };
    process_driver driver = make({.name = "worker"}, tell);
    process_driver sure(
        {.selector = process_selector({.name = "worker"}), .allow_dead = true, .proc_root = proc_.root()}, pool_, tell);

    EXPECT_EQ(run_task(loop_, sure.list()).size(), 2U);
    EXPECT_THAT(told, ElementsAre());
    EXPECT_EQ(run_task(loop_, driver.list()).size(), 2U);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_THAT(told.front(), HasSubstr("nobody is known to start it again: its parent bash[900001] is not known to"));
    EXPECT_THAT(told.front(), HasSubstr("worker.service cannot be asked about"));
}

TEST_F(ProcessDriverTest, LeavesOutWhatItsSupervisorDoesNotStartAgain) {
    proc_.add({.pid = 900'001, .name = "cron", .executable = "/usr/sbin/cron"});
    proc_.add({.pid = 900'002, .parent = 900'001});
    std::vector<std::string> told;
    process_driver driver = make({.name = "worker"}, [&told](std::string_view text) { told.emplace_back(text); });

    EXPECT_THROW(run_task(loop_, driver.list()), core::targets_unlisted);
    EXPECT_THAT(told, ElementsAre(HasSubstr("process worker is left alone: cron[900001] started it")));
    EXPECT_THAT(run_task(loop_, driver.explain("worker")), ElementsAre(HasSubstr("cron[900001] started it")));
}

TEST_F(ProcessDriverTest, RefusesToListMoreThanItsLimit) {
    for (pid_t pid = 900'001; pid <= 900'003; ++pid) {
        proc_.add({.pid = pid});
    }
    const process_selector workers({.name = "worker"});
    process_driver three({.selector = workers, .targets_max = 3, .proc_root = proc_.root()}, pool_);
    process_driver two({.selector = workers, .targets_max = 2, .proc_root = proc_.root()}, pool_);

    EXPECT_EQ(run_task(loop_, three.list()).size(), 3U);
    EXPECT_THROW(run_task(loop_, two.list()), core::targets_unlisted);
}

TEST_F(ProcessDriverTest, RefusesToActOnWhatIsNoIncarnation) {
    process_driver driver = make({.name = "worker"});

    try {
        run_task(loop_,
                 driver.restart({.id = "worker", .incarnation = "yesterday", .name = "worker[42]"}, test::may_act));
        FAIL() << "should have been refused";
    } catch (const core::restart_failed& e) {
        EXPECT_THAT(e.what(), HasSubstr("worker[42]: 'yesterday'"));
    }
}

TEST_F(ProcessDriverTest, RefusesTheProcOfAnotherNamespace) {
    proc_.set_self(::getpid() + 1);

    EXPECT_THROW(make({.name = "worker"}), std::runtime_error);
}

TEST_F(ProcessDriverTest, RefusesASignalThatEndsNothing) {
    EXPECT_THROW(process_driver({.selector = process_selector({.name = "worker"}), .signal = SIGSTOP}, pool_),
                 std::invalid_argument);
}

}  // namespace mayhem::drivers
