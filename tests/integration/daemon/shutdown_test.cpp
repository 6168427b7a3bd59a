// A shutdown that takes long, because somebody else holds the database or a command ignores SIGTERM: what signals do
// meanwhile, and how it is bounded. D5, D6.

#include <csignal>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

const std::vector<std::string> stubborn{"/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"};

std::vector<std::string> exec_of(const std::vector<std::string>& command) {
    std::vector<std::string> all{mayhem, "exec", "--mean-time-between", "1h", "--"};
    all.insert(all.end(), command.begin(), command.end());
    return all;
}

}  // namespace

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
        ASSERT_TRUE(daemon.says("Started the command"));
        daemon.kill(SIGTERM);
        ASSERT_TRUE(daemon.says("Received exit signal"));

        daemon.kill(second);

        EXPECT_EQ(daemon.end(std::chrono::seconds{4}), "exit " + std::to_string(128 + second)) << daemon.log();
        EXPECT_NE(daemon.log().find("again: ending at once"), std::string::npos);
    }
}

TEST(SlowShutdownTest, OtherSignalsDoNotDisturbIt) {
    program daemon(exec_of(stubborn));
    ASSERT_TRUE(daemon.says("Started the command"));
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
    const std::string config = folder.write("mayhem.toml", "[group.herd]\ndriver = \"simulated\"\n");
    program daemon({mayhem, "run", "--no-dry-run", "-c", config, "--store", store});
    ASSERT_TRUE(daemon.says("Saved "));
    SQLite::Database other(store, SQLite::OPEN_READWRITE, 5000);
    other.exec("BEGIN IMMEDIATE");
    daemon.kill(SIGTERM);
    ASSERT_TRUE(daemon.says("Received exit signal"));

    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("nothing to reload any more")) << daemon.log();
    other.exec("ROLLBACK");
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
    SQLite::Database other(store, SQLite::OPEN_READWRITE, 20'000);
    other.exec("BEGIN IMMEDIATE");  // whoever writes waits: messages are made a hundred times a second

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 75") << daemon.log();
    EXPECT_NE(daemon.log().find("sqlite_store"), std::string::npos) << daemon.log();  // the dump names who is left
    other.exec("ROLLBACK");
    EXPECT_EQ(read_record(store).integrity, "ok");
}

}  // namespace mayhem::testing
