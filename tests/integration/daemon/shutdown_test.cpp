// A shutdown that takes long, because somebody else holds the database or a command ignores SIGTERM: what signals do
// meanwhile, and how it is bounded. D5, D6.

#include <csignal>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

const std::vector<std::string> stubborn{"/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"};

std::vector<std::string> exec_of(const std::vector<std::string>& command) {
    std::vector<std::string> all{mayhem, "exec", "--mean-time-between", "1h", "--"};
    all.insert(all.end(), command.begin(), command.end());
    return all;
}

/// The command of `exec_of(stubborn)` ignores SIGTERM from now on.
bool is_up(const program& p) {
    return eventually([&p] { return p.out().find("up") != std::string::npos; });
}

/// How often `part` stands in `text`.
int count(const std::string& text, std::string_view part) {
    int found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

}  // namespace

// Which step fails for want of descriptors depends on how many there are; with one number or another it is one whose
// failure nobody expects.
TEST(ShutdownTest, F22F24D12WhatNobodyCaughtEndsItOnceInOrderAndNotWithSuccess) {
    int uncaught = 0;
    for (rlim_t descriptors = 16; descriptors < 32; ++descriptors) {
        const test_folder folder;
        program daemon({mayhem, "run", "--store", folder / "mayhem.db", "--socket", folder / "control.sock"},
                       {.environment = {}, .in_child = [descriptors] {
                            const rlimit few{.rlim_cur = descriptors, .rlim_max = descriptors};
                            (void)::setrlimit(RLIMIT_NOFILE, &few);
                        }});
        const bool has_failed =
            !daemon.says("Mayhem is running") || daemon.log().find("Shutting down...") != std::string::npos;
        if (!has_failed) {
            break;  // enough of them
        }
        const std::string ended = daemon.end();
        if (daemon.log().find("Caught exception: ") > daemon.log().find("Cancelling ")) {
            continue;  // it was ending already, for a reason that it knows
        }
        ++uncaught;
        EXPECT_EQ(ended, "exit 70") << daemon.log();
        EXPECT_EQ(first_out_of_order(daemon.log(), {"Caught exception: task '", "Shutting down...", "Cancelling ",
                                                    "Closing database connections", "Shutdown complete."}),
                  "")
            << daemon.log();
        EXPECT_EQ(count(daemon.log(), "Shutting down..."), 1) << daemon.log();
    }
    EXPECT_GT(uncaught, 0);
}

TEST(ShutdownTest, NacksWhatIsJustBeingSent) {
    const test_folder folder;
    const std::string config =
        folder.write("mayhem.toml", "[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"1ms\"\n");
    for (int i = 0; i < 10; ++i) {
        const std::string store = folder / (std::to_string(i) + ".db");
        program daemon({mayhem, "run", "-c", config, "--store", store});
        ASSERT_TRUE(daemon.says("Done. "));

        daemon.kill(SIGTERM);

        ASSERT_EQ(daemon.end(), "exit 0");
        const record r = read_record(store);
        ASSERT_EQ(r.count("running") + r.count("journalled"), 0) << "of " << r.ids.size() << " messages";
    }
}

TEST(SlowShutdownTest, ASecondSignalForcesTheEnd) {
    for (const int second : {SIGTERM, SIGINT}) {
        program daemon(exec_of(stubborn));
        ASSERT_TRUE(is_up(daemon));
        daemon.kill(SIGTERM);
        ASSERT_TRUE(daemon.says("Received exit signal"));

        daemon.kill(second);

        EXPECT_EQ(daemon.end(), "exit " + std::to_string(128 + second)) << daemon.log();
        EXPECT_NE(daemon.log().find("again: ending at once"), std::string::npos);
    }
}

TEST(SlowShutdownTest, OtherSignalsDoNotDisturbIt) {
    program daemon(exec_of(stubborn));
    ASSERT_TRUE(is_up(daemon));
    daemon.kill(SIGTERM);
    ASSERT_TRUE(daemon.says("Received exit signal"));

    daemon.kill(SIGUSR1);
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("supervisor")) << daemon.log();  // the dump names who is still there
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_NE(daemon.log().find("Successfully shutdown"), std::string::npos);
}

TEST(SlowShutdownTest, AReloadThatComesTooLateIsRefused) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string config =
        folder.write("mayhem.toml", "[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"10ms\"\n");
    program daemon({mayhem, "run", "--no-dry-run", "-c", config, "--store", store});
    ASSERT_TRUE(daemon.says("Done. "));
    held_database other(store);
    daemon.kill(SIGTERM);
    ASSERT_TRUE(daemon.says("Received exit signal"));

    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("nothing to reload any more")) << daemon.log();
    other.release();
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(read_record(store).count("running"), 0);
}

TEST(SlowShutdownTest, IsCutAfterTheGrace) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string config =
        folder.write("mayhem.toml",
                     "dry_run = false\n[shutdown]\ngrace = \"100ms\"\n[group.herd]\ndriver = \"simulated\"\n"
                     "mean_time_between = \"10ms\"\n");
    program daemon({mayhem, "run", "-c", config, "--store", store});
    ASSERT_TRUE(daemon.says("Done. Acked"));
    held_database other(store);  // whoever writes waits: messages are made a hundred times a second

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 75") << daemon.log();
    EXPECT_NE(daemon.log().find("sqlite_store"), std::string::npos) << daemon.log();  // the dump names who is left
    other.release();
    EXPECT_EQ(read_record(store).integrity, "ok");
}

}  // namespace mayhem::testing
