// What the commands print, and how they end, for good and bad arguments, files and databases.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace mayhem::testing {

namespace {

constexpr const char* good_config = "[group.herd]\ndriver = \"simulated\"\n";
constexpr const char* bad_config = "[group.herd]\ndriver = \"simulated\"\nhots = 3\n";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(CommandLineTest, TellsItsVersion) {
    const finished f = run({mayhem, "--version"});

    EXPECT_EQ(f.ended, "exit 0");
    EXPECT_TRUE(f.out.starts_with("mayhem ")) << f.out;
}

TEST(CommandLineTest, GivesAnExampleOfEachCommand) {
    for (const std::string command : {"run", "exec", "plan", "history", "report", "check"}) {
        const finished f = run({mayhem, command, "--help"});

        EXPECT_EQ(f.ended, "exit 0");
        EXPECT_TRUE(has(f.out, "Example")) << f.out;
        EXPECT_TRUE(has(f.out, "\n  mayhem " + command)) << f.out;
        EXPECT_TRUE(has(f.out, "Exit status")) << f.out;
    }
}

TEST(CommandLineTest, RefusesWhatCannotBeMeant) {
    const std::vector<std::vector<std::string>> wrong{{mayhem},
                                                      {mayhem, "walk"},
                                                      {mayhem, "run", "--colour"},
                                                      {mayhem, "exec"},
                                                      {mayhem, "exec", "--signal", "CONT", "--", "true"},
                                                      {mayhem, "exec", "--for", "5", "--", "true"},
                                                      {mayhem, "run", "--log-level", "loud"},
                                                      {mayhem, "history", "-n", "many"}};
    for (const std::vector<std::string>& command : wrong) {
        const finished f = run(command);

        EXPECT_EQ(f.ended, "exit 64") << command.back();
        EXPECT_NE(f.log, "") << command.back();
    }
}

TEST(CommandLineTest, ChecksAConfig) {
    const test_folder folder;
    const std::string good = folder.write("good.toml", good_config);
    const std::string bad = folder.write("bad.toml", bad_config);

    const finished valid = run({mayhem, "check", "-c", good});
    const finished invalid = run({mayhem, "check", bad});
    const finished json = run({mayhem, "check", "--json", "-c", bad});
    const finished missing = run({mayhem, "check", folder / "missing.toml"});

    EXPECT_EQ(valid.ended, "exit 0") << valid.log;
    EXPECT_EQ(invalid.ended, "exit 78");
    EXPECT_TRUE(has(invalid.log, bad + ":3:1: ")) << invalid.log;
    EXPECT_TRUE(has(invalid.log, "hosts")) << invalid.log;
    EXPECT_EQ(json.ended, "exit 78");
    EXPECT_EQ(nlohmann::json::parse(json.out)["errors"][0]["line"], 3);
    EXPECT_EQ(missing.ended, "exit 78");
    EXPECT_TRUE(has(missing.log, "missing.toml")) << missing.log;
}

TEST(CommandLineTest, DoesNotRunWithABadConfig) {
    const test_folder folder;
    const std::string bad = folder.write("bad.toml", bad_config);

    const finished f = run({mayhem, "run", "-c", bad, "--store", folder / "mayhem.db"});

    EXPECT_EQ(f.ended, "exit 78");
    EXPECT_TRUE(has(f.log, bad + ":3:1: ")) << f.log;
    EXPECT_FALSE(std::filesystem::exists(folder / "mayhem.db"));
}

TEST(CommandLineTest, SaysThatThereIsNoRecord) {
    const test_folder folder;
    for (const std::string command : {"history", "report"}) {
        const finished f = run({mayhem, command, "--store", folder / "none.db"});

        EXPECT_EQ(f.ended, "exit 74");
        EXPECT_TRUE(has(f.log, folder / "none.db")) << f.log;
        EXPECT_TRUE(has(f.log, "no such file")) << f.log;
        EXPECT_FALSE(std::filesystem::exists(folder / "none.db"));
    }
}

TEST(CommandLineTest, ReadsTheEnvironment) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";

    const finished f =
        run({mayhem, "exec", "--", "/bin/sleep", "100"},
            {.environment = {"MAYHEM_STORE=" + store, "MAYHEM_COUNT=1", "MAYHEM_MEAN_TIME_BETWEEN=50ms",
                             "MAYHEM_LOG_FORMAT=json", "MAYHEM_SIGNAL=INT", "MAYHEM_READY_WITHIN=5s", "MAYHEM_FOR=20s"},
             .in_child = {}});
    const finished history =
        run({mayhem, "history", "--json"}, {.environment = {"MAYHEM_STORE=" + store}, .in_child = {}});
    const finished wrong = run({mayhem, "exec", "--", "true"}, {.environment = {"MAYHEM_FOR=soon"}, .in_child = {}});

    EXPECT_EQ(f.ended, "exit 0") << f.log;
    EXPECT_NO_THROW((void)nlohmann::json::parse(f.log.substr(0, f.log.find('\n')))) << f.log;
    EXPECT_TRUE(has(f.log, "SIGINT")) << f.log;
    EXPECT_EQ(nlohmann::json::parse(history.out)["attempts"].size(), 1U) << history.out;
    EXPECT_EQ(wrong.ended, "exit 64");
}

}  // namespace mayhem::testing
