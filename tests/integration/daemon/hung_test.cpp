// Something that the daemon asked the kernel for never comes back, or fails as nothing should: a signal ends it all the
// same, in bounded time, and with the status that says so.

#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "held_threads.hpp"
#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

const std::string herd = "[shutdown]\ngrace = \"100ms\"\n[group.herd]\ndriver = \"simulated\"\n";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

class HungTest : public ::testing::Test {
protected:
    std::vector<std::string> run_with(const std::string& text) const {
        return {mayhem, "run", "-c", folder.write("mayhem.toml", text), "--store", store};
    }

    const test_folder folder;
    const std::string store = folder / "mayhem.db";
};

/// How much memory of its own the process has.
rlim_t data_bytes(pid_t process) {
    std::istringstream status(read_text("/proc/" + std::to_string(process) + "/status"));
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmData:")) {
            return std::stoull(line.substr(7)) * 1024;
        }
    }
    ADD_FAILURE() << "no VmData in the status of process " << process;
    return 0;
}

/// From now on it gets so much more.
void allow(pid_t process, rlim_t bytes) {
    const rlimit some{.rlim_cur = data_bytes(process) + bytes, .rlim_max = RLIM_INFINITY};
    ASSERT_EQ(::prlimit(process, RLIMIT_DATA, &some, nullptr), 0);
}

bool has_files_thread(pid_t process) {
    std::error_code gone;
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", gone)) {
        if (read_text(task.path() / "comm").starts_with("mayhem-io")) {
            return true;
        }
    }
    return false;
}

}  // namespace

TEST_F(HungTest, AReloadThatHangsIsEndedByASignal) {
    program daemon(run_with(herd));
    ASSERT_TRUE(daemon.says("Done. "));
    const held_threads files(daemon.pid(), "mayhem-io");
    daemon.kill(SIGHUP);
    ASSERT_TRUE(daemon.says("Reloading")) << daemon.log();

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 75") << daemon.log();
    EXPECT_TRUE(has(daemon.log(), "the shutdown hangs, ending the process without it")) << daemon.log();
    EXPECT_TRUE(has(daemon.log(), "reload")) << daemon.log();  // the dump says who is left
    EXPECT_EQ(read_record(store).integrity, "ok");
}

TEST_F(HungTest, AReloadThatWaitsForAHungDiskIsEndedByASignal) {
    program daemon(run_with("[shutdown]\ngrace = \"100ms\"\n"));  // nothing is in hand that it would wait for
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    const held_threads disk(daemon.pid(), "mayhem-database");
    daemon.kill(SIGHUP);
    ASSERT_TRUE(eventually([&daemon] {
        daemon.kill(SIGUSR1);
        return has(daemon.log(), "start_flow_when_possible");  // it has come as far as that
    })) << daemon.log();

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 75") << daemon.log();
}

TEST_F(HungTest, ASecondSignalEndsItAtOnce) {
    program daemon(run_with("[shutdown]\ngrace = \"1h\"\n"));
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    const held_threads files(daemon.pid(), "mayhem-io");
    daemon.kill(SIGHUP);
    ASSERT_TRUE(daemon.says("Reloading")) << daemon.log();
    daemon.kill(SIGTERM);
    ASSERT_TRUE(daemon.says("Received exit signal")) << daemon.log();

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 143") << daemon.log();
}

TEST_F(HungTest, AStartThatHangsIsEndedByASignal) {
    {
        program first(run_with(""));
        ASSERT_TRUE(first.says("Mayhem is running"));
        first.kill(SIGTERM);
        ASSERT_EQ(first.end(), "exit 0");
    }
    ASSERT_EQ(::mkfifo((store + "-journal").c_str(), 0600), 0);  // SQLite looks into it, and nobody writes
    program daemon(run_with(herd));
    ASSERT_TRUE(eventually([&daemon] { return has_files_thread(daemon.pid()); }));  // signals are held since long

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 75") << daemon.log();
    EXPECT_TRUE(has(daemon.log(), "open_record")) << daemon.log();
}

#ifndef MAYHEM_SANITIZED  // whose allocator ends the process
TEST_F(HungTest, WhatNobodyCaughtInAReloadEndsItInOrder) {
    program daemon(run_with(herd));
    ASSERT_TRUE(daemon.says("Done. "));
    // To read the file takes 1 MiB at once, and everybody else little. With none at all it might be anybody who fails.
    allow(daemon.pid(), 512 * 1024);
    daemon.kill(SIGHUP);

    EXPECT_EQ(daemon.end(), "exit 70") << daemon.log();

    EXPECT_EQ(
        first_out_of_order(daemon.log(), {"Caught exception: task 'daemon/life", "Shutting down...", "Cancelling ",
                                          "Nacking ", "Closing database connections", "Shutdown complete."}),
        "")
        << daemon.log();
    const record r = read_record(store);
    EXPECT_EQ(r.count("running") + r.count("journalled"), 0);
}
#endif

}  // namespace mayhem::testing
