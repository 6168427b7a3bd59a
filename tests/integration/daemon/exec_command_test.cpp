// `mayhem exec`: the command is killed, comes back, is reported on, and never outlives Mayhem.

#include <csignal>
#include <cstdlib>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace mayhem::testing {

namespace {

std::vector<std::string> exec(std::vector<std::string> options, const std::string& script) {
    std::vector<std::string> all{mayhem, "exec"};
    all.insert(all.end(), options.begin(), options.end());
    all.insert(all.end(), {"--", "/bin/sh", "-c", script});
    return all;
}

pid_t read_pid(const std::string& path) { return std::atoi(read_text(path).c_str()); }

/// Writes its own number and that of a grandchild, which ignores SIGTERM.
std::string family(const test_folder& folder) {
    return "(trap '' TERM; echo $$ >" + (folder / "self") + "; exec /bin/sh -c 'echo $$ >" + (folder / "grandchild") +
           "; while :; do sleep 0.05; done') & wait";
}

}  // namespace

TEST(ExecTest, KillsAsOftenAsAskedAndReports) {
    const finished f = run(exec({"--count", "3", "--mean-time-between", "50ms"}, "exec sleep 100"));

    EXPECT_EQ(f.ended, "exit 0") << f.log;
    EXPECT_NE(f.out.find("3 restarts, 3 came back"), std::string::npos) << f.out;
}

TEST(ExecTest, EndsAfterTheTimeGiven) {
    const finished f = run(exec({"--for", "500ms", "--mean-time-between", "1h"}, "sleep 100"));

    EXPECT_EQ(f.ended, "exit 0") << f.log;
    EXPECT_NE(f.log.find("The time is over"), std::string::npos);
}

TEST(ExecTest, ReportsAsJson) {
    const finished f = run(exec({"--json", "--count", "2", "--mean-time-between", "50ms"}, "exec sleep 100"));

    ASSERT_EQ(f.ended, "exit 0") << f.log;
    const nlohmann::json report = nlohmann::json::parse(f.out);
    EXPECT_EQ(report["total"]["restarts"], 2);
    EXPECT_EQ(report["total"]["recovered"], 2);
    EXPECT_EQ(report["messages"]["acked"], 2);
}

TEST(ExecTest, SaysThatThereIsNoSuchCommand) {
    const finished f = run({mayhem, "exec", "--", "/nowhere/at-all"});

    EXPECT_EQ(f.ended, "exit 127");
    EXPECT_NE(f.log.find("/nowhere/at-all"), std::string::npos);
}

TEST(ExecTest, SaysThatTheCommandMayNotBeExecuted) {
    const test_folder folder;

    const finished f = run({mayhem, "exec", "--", folder.write("text", "no program")});

    EXPECT_EQ(f.ended, "exit 126");
    EXPECT_NE(f.log.find(folder / "text"), std::string::npos);
}

TEST(ExecTest, FindsThatTheCommandDoesNotComeBack) {
    const test_folder folder;
    const std::string once = folder / "once";
    std::filesystem::copy_file("/bin/sleep", once);
    program p({mayhem, "exec", "--mean-time-between", "50ms", "--ready-within", "300ms", "--", once, "100"});
    ASSERT_TRUE(p.says("Started the command"));
    std::filesystem::remove(once);
    ASSERT_TRUE(p.says("Not recovered: ")) << p.log();

    p.kill(SIGTERM);

    EXPECT_EQ(p.end(), "exit 1") << p.log();
    EXPECT_NE(p.out().find(" DID NOT"), std::string::npos) << p.out();
}

TEST(ExecTest, NoticesACrashLoop) {
    program p(exec({"--mean-time-between", "1h"}, "exit 3"));
    ASSERT_TRUE(p.says("crash loop")) << p.log();

    p.kill(SIGTERM);

    EXPECT_EQ(p.end(), "exit 1") << "nothing was killed, but it is no success";
    EXPECT_NE(p.log().find("exited with status 3"), std::string::npos) << p.log();
    EXPECT_NE(p.out().find("crash loop"), std::string::npos) << p.out();
}

TEST(ExecTest, DoesNotSayThatAllIsDoneWhenItWasStopped) {
    program p(exec({"--count", "3", "--mean-time-between", "1h"}, "sleep 100"));
    ASSERT_TRUE(p.says("Started the command"));

    p.kill(SIGTERM);

    EXPECT_EQ(p.end(), "exit 0") << p.log();
    EXPECT_EQ(p.log().find("All work is done"), std::string::npos) << p.log();
}

TEST(ExecTest, EndsWhoHasLeftTheCommandWithEachLife) {
    const test_folder folder;
    const std::string pids = folder / "pids";

    const finished f = run(exec({"--count", "2", "--mean-time-between", "300ms"},
                                "setsid sh -c 'sleep 1000 & echo $! >>" + pids + "' & wait; exec sleep 1000"));

    EXPECT_EQ(f.ended, "exit 0") << f.log;
    std::istringstream numbers(read_text(pids));
    int count = 0;
    for (pid_t pid = 0; numbers >> pid; ++count) {
        EXPECT_NE(::kill(pid, 0), 0) << pid << " has outlived Mayhem";
    }
    EXPECT_GE(count, 2);
}

TEST(ExecTest, LetsTheCommandEndGracefully) {
    const test_folder folder;
    program p(
        exec({"--mean-time-between", "1h"}, "trap 'echo goodbye; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
    ASSERT_TRUE(eventually([&] { return p.out().find("up") != std::string::npos; }));

    p.kill(SIGTERM);

    EXPECT_EQ(p.end(), "exit 0") << p.log();
    EXPECT_NE(p.out().find("goodbye"), std::string::npos) << p.out();
}

TEST(ExecTest, LeavesNobodyBehindHoweverItEnds) {
    for (const int signal : {SIGTERM, SIGINT, SIGKILL}) {
        const test_folder folder;
        program p(exec({"--mean-time-between", "1h"}, family(folder)));
        ASSERT_TRUE(eventually([&] { return read_pid(folder / "grandchild") > 0 && read_pid(folder / "self") > 0; }))
            << p.log();
        const pid_t child = read_pid(folder / "self");
        const pid_t grandchild = read_pid(folder / "grandchild");

        p.kill(signal);

        EXPECT_EQ(p.end(), signal == SIGKILL ? "signal 9" : "exit 0");
        EXPECT_TRUE(eventually([&] { return is_gone(child) && is_gone(grandchild); })) << "after signal " << signal;
    }
}

}  // namespace mayhem::testing
