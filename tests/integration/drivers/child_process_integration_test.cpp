// Proves that a supervised command starts clean, and that its whole process group ends with its owner, whichever way
// that goes, on real processes that this test starts itself.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/process/guardian_name.hpp"
#include "drivers/supervised/child_process.hpp"
#include "integration/drivers/test_process.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

namespace {

std::vector<process_info> group_of(const process_table& table, pid_t member) {
    const pid_t group = table.read(member).value().group;
    return table.scan([group](const process_info& p) { return p.group == group; });
}

/// Handles on all processes whose command line has the marker, and on those that guard them.
std::vector<system::pidfd> hold_all(const process_table& table, const std::string& marker, pid_t except = 0) {
    std::vector<system::pidfd> held;
    for (const process_info& p : table.scan([](const process_info&) { return true; })) {
        if (p.pid != ::getpid() && p.pid != except && p.command_line.find(marker) != std::string::npos) {
            held.push_back(system::pidfd::open(p.pid).value());
        }
    }
    return held;
}

bool all_end_soon(const std::vector<system::pidfd>& processes) {
    return std::ranges::all_of(processes, [](const system::pidfd& p) { return p.ends_within(soon); });
}

std::string file_text(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A child that executes its command.
class running_child : public child_process {
public:
    running_child(async::loop& l, const std::vector<std::string>& command) : child_process(command) {
        run_task(l, started());
    }
};

class ChildProcessIntegrationTest : public ::testing::Test {
protected:
    void TearDown() override { EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left behind"; }

    system::exit_status run(const std::vector<std::string>& command) {
        running_child child(loop_, command);
        return run_task(loop_, child.wait());
    }

    std::vector<std::string> victim(const std::string& mode) const { return {MAYHEM_VICTIM, mode, marker_}; }

    /// Waits until the child's SIGTERM handling is set up: it ignores the signal or not, as asked.
    static void wait_until_set_up(pid_t pid, bool ignores) {
        const auto deadline = std::chrono::steady_clock::now() + soon;
        while (has_signal(pid, "SigIgn", SIGTERM) != ignores) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "not set up";
            std::this_thread::sleep_for(5ms);
        }
    }

    const std::string marker_ = unique_marker();
    const process_table table_;
    async::real_clock clock_;
    async::loop loop_{clock_};
};

}  // namespace

TEST_F(ChildProcessIntegrationTest, TellsHowTheCommandEnded) {
    EXPECT_EQ(run({"true"}).describe(), "exited with status 0");
    EXPECT_EQ(run({"sh", "-c", "exit 3"}).describe(), "exited with status 3");
    EXPECT_EQ(run({"sh", "-c", "kill -USR1 $$"}).describe(), "killed by SIGUSR1");
}

TEST_F(ChildProcessIntegrationTest, SaysWhyACommandCannotBeStarted) {
    const auto why = [this](const std::vector<std::string>& command) -> std::string {
        try {
            running_child child(loop_, command);
            return "it could";
        } catch (const spawn_failed& e) {
            return e.what();
        }
    };

    EXPECT_THAT(why({"no-such-command"}),
                HasSubstr("cannot start 'no-such-command': No such file or directory; is it"));
    EXPECT_THAT(why({"/etc"}), HasSubstr("cannot start '/etc': Permission denied; is it"));
    EXPECT_THAT(why({""}), HasSubstr("No such file or directory"));
    EXPECT_THAT(why({}), HasSubstr("No such file or directory"));
}

TEST_F(ChildProcessIntegrationTest, EndsAGroupWhoseCommandDoesNotExecuteYet) {
    child_process child({"sleep", "1000"});

    run_task(loop_, child.end(10s, table_));

    EXPECT_TRUE(run_task(loop_, child.wait()).by_signal);
}

TEST_F(ChildProcessIntegrationTest, StartsTheCommandWithNoSignalBlockedOrIgnoredByUs) {
    sigset_t term;
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    const auto former = std::signal(SIGPIPE, SIG_IGN);

    running_child child(loop_, {"sleep", "1000"});
    const bool is_blocked = has_signal(child.pid(), "SigBlk", SIGTERM);
    const bool is_ignored = has_signal(child.pid(), "SigIgn", SIGPIPE);
    ::sigprocmask(SIG_UNBLOCK, &term, nullptr);
    std::signal(SIGPIPE, former);

    EXPECT_FALSE(is_blocked);
    EXPECT_FALSE(is_ignored);
}

TEST_F(ChildProcessIntegrationTest, GivesTheCommandAGroupThatAGuardianLeads) {
    running_child child(loop_, {"sleep", "1000"});

    const auto group = group_of(table_, child.pid());

    ASSERT_THAT(group, SizeIs(2));
    const process_info& guardian = group[group[0].pid == child.pid() ? 1 : 0];
    EXPECT_EQ(guardian.pid, guardian.group);
    EXPECT_NE(guardian.group, ::getpgrp());
}

TEST_F(ChildProcessIntegrationTest, TheGuardianHoldsNothingButItsLifeline) {
    running_child other(loop_, {"sleep", "1000"});
    running_child child(loop_, {"sleep", "1000"});
    const pid_t guardian = table_.read(child.pid()).value().group;
    for (const auto deadline = std::chrono::steady_clock::now() + soon;
         table_.read(guardian).value().name != guardian_name && std::chrono::steady_clock::now() < deadline;) {
        std::this_thread::sleep_for(5ms);
    }

    const std::filesystem::directory_iterator open_files("/proc/" + std::to_string(guardian) + "/fd");

    EXPECT_EQ(std::distance(begin(open_files), end(open_files)), 1);
}

TEST_F(ChildProcessIntegrationTest, TheDestructorEndsTheWholeGroup) {
    auto child = std::make_unique<running_child>(loop_, victim("tree"));
    while (group_of(table_, child->pid()).size() < 3) {  // guardian, victim and its stubborn child
        std::this_thread::sleep_for(5ms);
    }
    wait_until_set_up(child->pid(), false);
    std::vector<system::pidfd> group;
    for (const process_info& p : group_of(table_, child->pid())) {
        group.push_back(system::pidfd::open(p.pid).value());
    }

    child.reset();

    EXPECT_TRUE(all_end_soon(group));
}

TEST_F(ChildProcessIntegrationTest, EndsAtOnceWhenEverybodyObeys) {
    running_child child(loop_, {"sh", "-c", "sleep 1000 & wait"});
    const auto begin = std::chrono::steady_clock::now();

    run_task(loop_, child.end(1h, table_));

    EXPECT_LT(std::chrono::steady_clock::now() - begin, soon);
    EXPECT_EQ(run_task(loop_, child.wait()).describe(), "killed by SIGTERM");
}

TEST_F(ChildProcessIntegrationTest, KillsAfterTheGraceWhoDoesNotObey) {
    running_child child(loop_, victim("ignore-term"));
    wait_until_set_up(child.pid(), true);

    run_task(loop_, child.end(50ms, table_));

    EXPECT_EQ(run_task(loop_, child.wait()).describe(), "killed by SIGKILL");
}

TEST_F(ChildProcessIntegrationTest, GivesTheRestOfTheGroupItsGraceToo) {
    const std::string file = ::testing::TempDir() + marker_;
    const std::string slow =
        "trap 'sleep 0.2; echo done > " + file + "; exit' TERM; echo; while :; do sleep 0.01; done";
    running_child child(loop_, {"sh", "-c", "sh -c \"$0\" & wait", slow});
    while (group_of(table_, child.pid()).size() < 4) {  // guardian, shell, inner shell, its sleep
        std::this_thread::sleep_for(5ms);
    }

    run_task(loop_, child.end(10s, table_));

    EXPECT_EQ(file_text(file), "done\n");
    std::filesystem::remove(file);
}

TEST_F(ChildProcessIntegrationTest, EndsAStoppedCommandGracefully) {
    running_child child(loop_, {"sleep", "1000"});
    ASSERT_TRUE(child.signal(SIGSTOP));

    run_task(loop_, child.end(10s, table_));

    EXPECT_EQ(run_task(loop_, child.wait()).describe(), "killed by SIGTERM");
}

TEST_F(ChildProcessIntegrationTest, SignalsNobodyOnceItIsReaped) {
    running_child child(loop_, {"true"});
    run_task(loop_, child.wait());

    EXPECT_FALSE(child.signal(SIGKILL));
    run_task(loop_, child.end_rest());
    child.signal_group(SIGKILL);
}

TEST_F(ChildProcessIntegrationTest, TheWholeGroupEndsWhenTheSupervisingProcessIsKilled) {
    for (int round = 0; round < 5; ++round) {
        auto owner =
            std::make_unique<test_process>(std::vector<std::string>{MAYHEM_SUPERVISE, MAYHEM_VICTIM, "tree", marker_});
        const auto tree = hold_all(table_, marker_, owner->pid());
        ASSERT_GE(tree.size(), 3U) << "guardian, main process and its stubborn child";

        owner->kill(SIGKILL);

        EXPECT_TRUE(all_end_soon(tree));
        EXPECT_EQ(owner->reap(), SIGKILL);
    }
}

TEST_F(ChildProcessIntegrationTest, TheWholeGroupEndsWhenTheSupervisingProcessIsAsked) {
    test_process owner({MAYHEM_SUPERVISE, MAYHEM_VICTIM, "tree", marker_});
    const auto tree = hold_all(table_, marker_, owner.pid());

    owner.kill(SIGTERM);

    EXPECT_TRUE(all_end_soon(tree));
    EXPECT_EQ(owner.reap(), 0);
}

TEST_F(ChildProcessIntegrationTest, TheCommandMayEndInItsOwnWayWhenTheSupervisingProcessIsAsked) {
    const std::string polite = "trap 'echo goodbye; exit' TERM; echo ready; while :; do sleep 0.01; done";
    test_process owner({MAYHEM_SUPERVISE, "sh", "-c", polite, marker_});

    owner.kill(SIGTERM);

    EXPECT_THAT(owner.read_until("goodbye\n"), HasSubstr("goodbye"));
    EXPECT_EQ(owner.reap(), 0);
}

TEST_F(ChildProcessIntegrationTest, TheCommandEndsWithItsOwnerEvenWithoutAGuardian) {
    test_process owner({MAYHEM_SUPERVISE, MAYHEM_VICTIM, "wait", marker_});
    const auto main =
        table_.scan([&](const process_info& p) { return p.parent == owner.pid() && p.name == "drivers_victim"; });
    ASSERT_THAT(main, SizeIs(1));
    const system::pidfd command = system::pidfd::open(main.front().pid).value();
    const system::pidfd guardian = system::pidfd::open(main.front().group).value();

    ASSERT_TRUE(guardian.send(SIGKILL));
    ASSERT_TRUE(guardian.ends_within(soon));
    EXPECT_FALSE(command.ends_within(50ms));
    owner.kill(SIGKILL);

    EXPECT_TRUE(command.ends_within(soon));
}

}  // namespace mayhem::drivers
