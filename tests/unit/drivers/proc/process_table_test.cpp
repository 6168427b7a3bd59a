// Proves that processes are read right and that vanishing, forbidden and odd ones do no harm, on an imitation of /proc.
#include "drivers/proc/process_table.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/drivers/fake_proc.hpp"

namespace mayhem::drivers {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

namespace {

bool everything(const process_info&) { return true; }

std::vector<pid_t> pids(const std::vector<process_info>& processes) {
    std::vector<pid_t> found;
    for (const process_info& p : processes) {
        found.push_back(p.pid);
    }
    return found;
}

}  // namespace

TEST(ProcessTableTest, ReadsAWholeProcess) {
    const fake_proc proc;
    proc.add({.pid = 42, .parent = 7, .start_ticks = 5, .executable = "/usr/bin/worker", .user = 33});

    const auto process = process_table(proc.root()).read(42);

    ASSERT_TRUE(process);
    EXPECT_EQ(process->pid, 42);
    EXPECT_EQ(process->parent, 7);
    EXPECT_EQ(process->executable, "/usr/bin/worker");
    EXPECT_FALSE(process->is_executable_deleted);
    EXPECT_EQ(process->command_line, "worker --slow");
    EXPECT_EQ(process->control_group, "0::/system.slice/worker.service\n");
    EXPECT_EQ(process->user, 33U) << "the effective user";
}

TEST(ProcessTableTest, KnowsAProcessWhoseExecutableWasReplaced) {
    const fake_proc proc;
    proc.add({.pid = 42, .executable = "/usr/bin/worker (deleted)"});

    const auto process = process_table(proc.root()).read(42);

    EXPECT_EQ(process->executable, "/usr/bin/worker");
    EXPECT_TRUE(process->is_executable_deleted);
}

TEST(ProcessTableTest, KnowsAProcessWhoseExecutableMayNotBeRead) {
    const fake_proc proc;
    proc.add({.pid = 42, .executable = ""});

    EXPECT_EQ(process_table(proc.root()).read(42)->executable, "");
}

TEST(ProcessTableTest, CountsThePidNamespaces) {
    const fake_proc proc;
    proc.add({.pid = 42, .namespace_pids = "42"});
    proc.add({.pid = 43, .namespace_pids = "43\t7\t1"});
    proc.add({.pid = 44, .namespace_pids = ""});
    const process_table table(proc.root());

    EXPECT_EQ(table.read(42)->pid_namespaces, 1U);
    EXPECT_EQ(table.read(43)->pid_namespaces, 3U);
    EXPECT_EQ(table.read(44)->pid_namespaces, std::nullopt);
}

TEST(ProcessTableTest, KnowsTheProgramFileBehindAnyName) {
    const fake_proc proc;
    proc.add({.pid = 42, .executable = "/proc/self/exe"});
    proc.add({.pid = 43, .executable = "/nowhere/worker (deleted)"});
    const process_table table(proc.root());

    EXPECT_EQ(table.read(42)->executable_file, process_table().read(::getpid())->executable_file);
    EXPECT_TRUE(table.read(42)->executable_file);
    EXPECT_EQ(table.read(43)->executable_file, std::nullopt);
}

TEST(ProcessTableTest, ReadsCommandLinesOfAllForms) {
    const fake_proc proc;
    proc.add({.pid = 1, .name = "kworker/0:1", .command_line = ""});
    proc.add({.pid = 2, .command_line = std::string("nginx: worker process\0\0\0\0", 25)});
    proc.add({.pid = 3, .command_line = std::string("sh\0-c\0a\nb\0", 10)});
    proc.add({.pid = 4, .command_line = std::string(100'000, 'x')});
    const process_table table(proc.root());

    EXPECT_EQ(table.read(1)->command_line, "[kworker/0:1]");
    EXPECT_EQ(table.read(2)->command_line, "nginx: worker process");
    EXPECT_EQ(table.read(3)->command_line, "sh -c a?b");
    EXPECT_EQ(table.read(4)->command_line.size(), process_table::command_line_bytes_max);
}

TEST(ProcessTableTest, ScansAllProcessesAndNothingElse) {
    const fake_proc proc;
    proc.add({.pid = 1});
    proc.add({.pid = 42});
    proc.add({.pid = 43, .state = 'Z'});
    std::filesystem::create_directory(proc.root() / "0zero");
    std::filesystem::create_directory(proc.root() / "net");

    EXPECT_THAT(pids(process_table(proc.root()).scan(everything)), UnorderedElementsAre(1, 42, 43));
}

TEST(ProcessTableTest, PassesOverProcessesThatVanishMidway) {
    const fake_proc proc;
    proc.add({.pid = 42});
    proc.add({.pid = 43});
    proc.empty_out(42);
    std::filesystem::create_directory(proc.root() / "44");
    const process_table table(proc.root());

    EXPECT_THAT(pids(table.scan(everything)), ElementsAre(43));
    EXPECT_EQ(table.read(42), std::nullopt);
    EXPECT_EQ(table.read(44), std::nullopt);
    EXPECT_EQ(table.read(45), std::nullopt);
}

TEST(ProcessTableTest, ReadsOnlyTheStatOfProcessesThatAreNotWanted) {
    const fake_proc proc;
    proc.add({.pid = 42, .name = "worker"});
    proc.add({.pid = 43, .name = "other"});
    bool saw_unread_only = true;

    const auto found = process_table(proc.root()).scan([&](const process_info& p) {
        saw_unread_only = saw_unread_only && p.command_line.empty() && p.executable.empty() && !p.user;
        return p.name == "worker";
    });

    EXPECT_THAT(pids(found), ElementsAre(42));
    EXPECT_TRUE(saw_unread_only);
}

TEST(ProcessTableTest, FindsAncestorsNearestFirst) {
    const fake_proc proc;
    proc.add({.pid = 1, .parent = 0});
    proc.add({.pid = 10, .parent = 1});
    proc.add({.pid = 20, .parent = 10});

    EXPECT_THAT(process_table(proc.root()).ancestors(20), ElementsAre(10, 1));
    EXPECT_THAT(process_table(proc.root()).ancestors(99), IsEmpty());
}

TEST(ProcessTableTest, EndsWhereAncestorsRunInACircle) {
    const fake_proc proc;
    proc.add({.pid = 10, .parent = 20});
    proc.add({.pid = 20, .parent = 10});

    EXPECT_LE(process_table(proc.root()).ancestors(10).size(), 1000U);
}

TEST(ProcessTableTest, NamesTheIncarnation) {
    const fake_proc proc;
    proc.add({.pid = 42, .start_ticks = 777});
    const process_table table(proc.root());

    EXPECT_EQ(table.incarnation_of(*table.read(42)).to_string(), "42:777:" + std::string(fake_proc::boot_id));
}

TEST(ProcessTableTest, TellsTheTimeInTicks) {
    const fake_proc proc;
    const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    const process_table table(proc.root());

    EXPECT_EQ(table.now_ticks(), 1234 * per_second + 56 * per_second / 100);

    proc.set_uptime("nonsense");
    EXPECT_THROW((void)table.now_ticks(), std::runtime_error);
}

TEST(ProcessTableTest, SaysWhatIsMissing) { EXPECT_THROW(process_table("/nowhere"), std::runtime_error); }

TEST(ProcessTableTest, FindsItselfInTheRealProc) {
    const process_table table;

    const auto me = table.read(::getpid());

    ASSERT_TRUE(me);
    EXPECT_EQ(table.self(), ::getpid());
    EXPECT_EQ(me->parent, ::getppid());
    EXPECT_EQ(me->user, ::geteuid());
    EXPECT_LE(me->start_ticks, table.now_ticks());
    EXPECT_TRUE(me->is_running());
}

}  // namespace mayhem::drivers
