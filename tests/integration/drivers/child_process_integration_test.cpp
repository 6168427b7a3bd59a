// Proves that a supervised command starts clean, and that it ends with its owner, whichever way that goes, and with it
// all who come from it, wherever they went; on real processes that this test starts itself.
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

/// The number that somebody writes to the file; 0 if nobody does.
pid_t hold_number(const std::string& file) {
    for (const auto deadline = std::chrono::steady_clock::now() + soon; std::chrono::steady_clock::now() < deadline;) {
        const std::string text = file_text(file);
        if (text.ends_with('\n')) {
            return std::stoi(text);
        }
        std::this_thread::sleep_for(5ms);
    }
    return 0;
}

/// A handle on the process whose number somebody writes to the file; none if nobody does.
std::vector<system::pidfd> hold_written(const std::string& file) {
    std::vector<system::pidfd> held;
    if (const pid_t pid = hold_number(file); pid > 0) {
        held.push_back(system::pidfd::open(pid).value());
    }
    return held;
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

TEST_F(ChildProcessIntegrationTest, GivesTheCommandAGroupOfItsOwnAndAGuardianAsItsParent) {
    running_child child(loop_, {"sleep", "1000"});

    const process_info command = table_.read(child.pid()).value();
    const process_info guardian = table_.read(command.parent).value();

    EXPECT_EQ(command.group, command.pid);
    EXPECT_EQ(guardian.group, guardian.pid);
    EXPECT_EQ(guardian.parent, ::getpid());
}

TEST_F(ChildProcessIntegrationTest, TheGuardianHoldsNothingButItsPipes) {
    running_child other(loop_, {"sleep", "1000"});
    running_child child(loop_, {"sleep", "1000"});
    const pid_t guardian = table_.read(child.pid()).value().parent;

    const std::filesystem::directory_iterator open_files("/proc/" + std::to_string(guardian) + "/fd");

    EXPECT_EQ(table_.read(guardian).value().name, guardian_name);
    EXPECT_EQ(std::distance(begin(open_files), end(open_files)), 2);
}

TEST_F(ChildProcessIntegrationTest, WhoLeavesTheGroupEndsWithTheCommand) {
    for (const std::string how :
         {"setsid sleep 1000 & echo $! >$0; wait",                        // a session of its own
          "setsid sh -c '(sleep 1000 & echo $! >$0)' $0; sleep 1000"}) {  // a daemon, with no parent left
        const std::string file = ::testing::TempDir() + marker_;
        running_child child(loop_, {"sh", "-c", how, file});
        const std::vector<system::pidfd> stray = hold_written(file);
        ASSERT_THAT(stray, SizeIs(1)) << how;

        ASSERT_TRUE(child.signal(SIGKILL));
        const system::exit_status ended = run_task(loop_, child.wait());
        EXPECT_FALSE(stray.front().ends_within(0ms)) << how;
        run_task(loop_, child.end_rest());

        EXPECT_EQ(ended.describe(), "killed by SIGKILL");
        EXPECT_TRUE(stray.front().ends_within(0ms)) << how;
        EXPECT_THAT(child.left(), SizeIs(0));
        std::filesystem::remove(file);
    }
}

TEST_F(ChildProcessIntegrationTest, WhoLeavesTheGroupIsAskedToEndFirst) {
    const std::string file = ::testing::TempDir() + marker_;
    const std::string daemon = "trap 'echo done >$0; exit' TERM; echo $$ >$0.pid; while :; do sleep 0.01; done";
    running_child child(loop_, {"sh", "-c", "setsid sh -c \"$0\" $1 & wait", daemon, file});
    const std::vector<system::pidfd> stray = hold_written(file + ".pid");
    ASSERT_THAT(stray, SizeIs(1));

    run_task(loop_, child.end(10s, table_));

    EXPECT_EQ(file_text(file), "done\n");
    EXPECT_TRUE(stray.front().ends_within(0ms));
    std::filesystem::remove(file);
    std::filesystem::remove(file + ".pid");
}

TEST_F(ChildProcessIntegrationTest, TheGuardianReapsWhoIsLeftToIt) {
    const std::string file = ::testing::TempDir() + marker_;
    running_child child(loop_, {"sh", "-c", "sh -c '(setsid true & echo $! >$0)' $0; exec sleep 1000", file});
    const pid_t daemon = hold_number(file);
    ASSERT_GT(daemon, 0);

    const auto deadline = std::chrono::steady_clock::now() + soon;
    while (table_.read(daemon) && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(5ms);
    }

    EXPECT_FALSE(table_.read(daemon)) << "a zombie";
    std::filesystem::remove(file);
}

TEST_F(ChildProcessIntegrationTest, WhoChangesTheUserEndsWithTheCommand) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root may become somebody else";
    }
    const std::string file = ::testing::TempDir() + marker_;
    running_child child(
        loop_, {"sh", "-c", "setpriv --reuid 65534 --clear-groups setsid sleep 1000 & echo $! >$0; wait", file});
    const std::vector<system::pidfd> stray = hold_written(file);
    ASSERT_THAT(stray, SizeIs(1));

    run_task(loop_, child.end(50ms, table_));

    EXPECT_TRUE(stray.front().ends_within(0ms));
    EXPECT_THAT(child.left(), SizeIs(0));
    std::filesystem::remove(file);
}

TEST_F(ChildProcessIntegrationTest, TheDestructorEndsTheWholeGroup) {
    auto child = std::make_unique<running_child>(loop_, victim("tree"));
    while (group_of(table_, child->pid()).size() < 2) {  // victim and its stubborn child
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
    while (group_of(table_, child.pid()).size() < 3) {  // shell, inner shell, its sleep
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

TEST_F(ChildProcessIntegrationTest, WhoLeftTheGroupEndsWhenTheSupervisingProcessIsKilled) {
    const std::string file = ::testing::TempDir() + marker_;
    test_process owner(
        {MAYHEM_SUPERVISE, "sh", "-c", "echo ready; setsid sh -c '(sleep 1000 & echo $! >$0)' $0; sleep 1000", file});
    const std::vector<system::pidfd> stray = hold_written(file);
    ASSERT_THAT(stray, SizeIs(1));

    owner.kill(SIGKILL);

    EXPECT_TRUE(stray.front().ends_within(soon));
    EXPECT_EQ(owner.reap(), SIGKILL);
    std::filesystem::remove(file);
}

TEST_F(ChildProcessIntegrationTest, TheCommandAndItsGroupEndWithTheirGuardian) {
    running_child child(loop_, victim("tree"));
    while (group_of(table_, child.pid()).size() < 2) {
        std::this_thread::sleep_for(5ms);
    }
    std::vector<system::pidfd> group;
    for (const process_info& p : group_of(table_, child.pid())) {
        group.push_back(system::pidfd::open(p.pid).value());
    }
    const system::pidfd guardian = system::pidfd::open(table_.read(child.pid()).value().parent).value();

    ASSERT_TRUE(guardian.send(SIGKILL));
    const system::exit_status ended = run_task(loop_, child.wait());
    run_task(loop_, child.end_rest());

    EXPECT_EQ(ended.describe(), "killed by SIGKILL");
    EXPECT_TRUE(all_end_soon(group));
    EXPECT_TRUE(child.is_unguarded());
}

}  // namespace mayhem::drivers
