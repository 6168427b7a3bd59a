// SIGHUP with a config file: a good one takes effect, a bad one changes nothing and says why. D13.

#include <csignal>

#include <gtest/gtest.h>

#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

std::string herds(int count) {
    std::string config;
    for (int number = 1; number <= count; ++number) {
        config += "[group.herd" + std::to_string(number) + "]\ndriver = \"simulated\"\nmean_time_between = \"20ms\"\n";
    }
    return config;
}

}  // namespace

TEST(ReloadTest, AGoodFileTakesEffect) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string config = folder.write("mayhem.toml", herds(1));
    program daemon({mayhem, "run", "-c", config, "--store", store});
    ASSERT_TRUE(daemon.says("1 groups"));
    ASSERT_TRUE(daemon.says("Refused to restart"));

    (void)folder.write("mayhem.toml", "dry_run = false\n" + herds(2));
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("armed; 2 groups")) << daemon.log();
    EXPECT_TRUE(daemon.says("Restarted ", daemon.log().find("2 groups")));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_EQ(read_record(store).count("running"), 0);
}

TEST(ReloadTest, ABadFileChangesNothingAndSaysWhy) {
    const test_folder folder;
    const std::string config = folder.write("mayhem.toml", herds(1));
    program daemon({mayhem, "run", "-c", config, "--store", folder / "mayhem.db"});
    ASSERT_TRUE(daemon.says("Refused to restart"));

    (void)folder.write("mayhem.toml", herds(1) + "recovery_timeot = \"1s\"\n");
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("stays as it was")) << daemon.log();
    EXPECT_NE(daemon.log().find(config + ":4:1: "), std::string::npos) << daemon.log();
    EXPECT_NE(daemon.log().find("recovery_timeout"), std::string::npos) << daemon.log();
    EXPECT_TRUE(daemon.says("Refused to restart", daemon.log().size()));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST(ReloadTest, LeavesEveryMessageOfBothFlowsOnRecord) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string config = folder.write("mayhem.toml", "dry_run = false\n" + herds(1));
    program daemon({mayhem, "run", "-c", config, "--store", store});
    ASSERT_TRUE(daemon.says("Done. "));

    daemon.kill(SIGHUP);  // the new flow must not draw the message ids of the old one again

    ASSERT_TRUE(daemon.says("Reloading"));
    ASSERT_TRUE(daemon.says("Mayhem is running", daemon.log().find("Reloading")));
    ASSERT_TRUE(daemon.says("Done. ", daemon.log().rfind("Mayhem is running")));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    const std::string log = daemon.log();
    const std::string published = "published=";
    const std::size_t at = log.find(published);
    ASSERT_NE(at, std::string::npos) << log;
    EXPECT_GE(static_cast<int>(read_record(store).ids.size()), std::stoi(log.substr(at + published.size())));
}

TEST(ReloadTest, AFileThatIsGoneChangesNothing) {
    const test_folder folder;
    const std::string config = folder.write("mayhem.toml", herds(1));
    program daemon({mayhem, "run", "-c", config, "--store", folder / "mayhem.db"});
    ASSERT_TRUE(daemon.says("Refused to restart"));

    std::filesystem::remove(config);
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("stays as it was")) << daemon.log();
    EXPECT_TRUE(daemon.says("Refused to restart", daemon.log().size()));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST(ReloadTest, AStormOfReloadsAndThenTheEnd) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string config = folder.write("mayhem.toml", "dry_run = false\n" + herds(3));
    program daemon({mayhem, "run", "-c", config, "--store", store});
    ASSERT_TRUE(daemon.says("Done. "));

    for (int i = 0; i < 50; ++i) {
        daemon.kill(SIGHUP);
        (void)eventually([] { return false; }, std::chrono::milliseconds{i % 10});
    }
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    const record r = read_record(store);
    EXPECT_EQ(r.count("running") + r.count("journalled"), 0);
    EXPECT_EQ(r.open_attempts, 0);
}

}  // namespace mayhem::testing
