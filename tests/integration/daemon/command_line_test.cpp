// What the commands print, and how they end, for good and bad arguments, files and databases.

#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

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
                                                      {mayhem, "exec", "--mean-time-between", "0s", "--", "true"},
                                                      {mayhem, "exec", "--ready-within", "0s", "--", "true"},
                                                      {mayhem, "exec", "--count", "-1", "--", "true"},
                                                      {mayhem, "history", "-n", "many"},
                                                      {mayhem, "history", "-n", "-1"},
                                                      {mayhem, "history", "-n", "0"},
                                                      {mayhem, "history", "-n", "99999999999999999999999"},
                                                      {mayhem, "plan", "--limit", "-1"},
                                                      {mayhem, "plan", "--seed", "-1"}};
    for (const std::vector<std::string>& command : wrong) {
        const finished f = run(command);

        EXPECT_EQ(f.ended, "exit 64") << command.back();
        EXPECT_NE(f.log, "") << command.back();
    }
}

TEST(CommandLineTest, WarnsOfTargetsThatAreNotAsTheConfigWouldHaveThem) {
    const test_folder folder;
    const std::string head = "driver = \"command\"\nmean_time_between = \"1h\"\nrestart = [\"true\", \"{id}\"]\n";
    const std::string file = folder.write(
        "mayhem.toml",
        "[group.ageless]\nmin_age = \"1h\"\nlist = [\"printf\", \"a\\\\t1\\\\nb\\\\t2\\\\t\\\\t60\\\\n\"]\n" + head +
            "[group.aged]\nmin_age = \"1h\"\nlist = [\"printf\", \"c\\\\t2\\\\t\\\\t60\\\\n\"]\n" + head +
            "[group.broken]\nlist = [\"false\"]\n" + head + "[group.empty]\nlist = [\"true\"]\n" + head +
            "[group.units]\ndriver = \"systemd\"\nunits = \"web.service\"\nmean_time_between = \"1h\"\n"
            "[group.shop]\ndriver = \"docker\"\nname = \"x\"\nsocket = \"/nowhere/engine.sock\"\n"
            "mean_time_between = \"1h\"\n");
    const program::options no_bus{.environment = {"DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nowhere/bus"}, .in_child = {}};

    const finished text = run({mayhem, "check", file}, no_bus);
    const finished json = run({mayhem, "check", "--json", file}, no_bus);
    const finished offline = run({mayhem, "check", "--offline", file}, no_bus);
    const finished plan = run({mayhem, "plan", "-c", file, "--for", "1s", "--group", "empty"}, no_bus);

    EXPECT_EQ(text.ended, "exit 0");
    for (const char* warning :
         {"group 'ageless': 1 of 2 targets can never reach min_age (1 h), because nothing tells when they started: let "
          "the command list print the start as the fourth field\n",
          "group 'broken': its targets cannot be listed: the command list (false) ",
          "group 'empty': no target matches now\n",
          "group 'units': its targets cannot be listed: cannot reach systemd's bus at unix:path=/nowhere/bus",
          "group 'shop': its targets cannot be listed: "}) {
        EXPECT_TRUE(has(text.log, file + ": warning: " + warning)) << warning << text.log;
    }
    EXPECT_FALSE(has(text.log, "'aged'")) << text.log;
    EXPECT_EQ(json.ended, "exit 0");
    EXPECT_EQ(nlohmann::json::parse(json.out).at("warnings").size(), 5U) << json.out;
    EXPECT_EQ(offline.ended, "exit 0");
    EXPECT_EQ(offline.log, "");
    EXPECT_EQ(plan.ended, "exit 0");
    EXPECT_EQ(plan.log, "Warning: group 'empty': no target matches now\n");
}

TEST(CommandLineTest, WarnsOfWhatIsNeverBegunBecauseItsHoursAreTooShort) {
    const test_folder folder;
    const std::string file =
        folder.write("mayhem.toml",
                     "[group.web]\ndriver = \"process\"\nname = \"nobody\"\nmean_time_between = \"1h\"\n"
                     "action = \"freeze\"\nfor = \"10m\"\nhours = [\"09:00-09:05\"]\n");
    const std::string warning = "group 'web': its freeze is to last 10 m, but its hours are open for at most 5 m ";

    const finished text = run({mayhem, "check", "--offline", file});
    const finished json = run({mayhem, "check", "--offline", "--json", file});
    const finished plan = run({mayhem, "plan", "--offline", "-c", file, "--for", "1s", "--store", folder / "none.db"});

    EXPECT_EQ(text.ended, "exit 0");
    EXPECT_TRUE(has(text.log, file + ": warning: " + warning)) << text.log;
    EXPECT_EQ(nlohmann::json::parse(json.out).at("warnings").size(), 1U) << json.out;
    EXPECT_TRUE(has(plan.log, "Warning: " + warning)) << plan.log;
}

TEST(CommandLineTest, WarnsOfTargetsThatTwoGroupsSelect) {
    const test_folder folder;
    const std::string head = "driver = \"command\"\nmean_time_between = \"1h\"\nrestart = [\"true\", \"{id}\"]\n";
    const std::string file =
        folder.write("mayhem.toml", "[group.web]\nlist = [\"printf\", \"a\\\\t1\\\\nb\\\\t1\\\\n\"]\n" + head +
                                        "[group.shop]\nlist = [\"printf\", \"b\\\\t1\\\\nc\\\\t1\\\\n\"]\n" + head);

    const finished text = run({mayhem, "check", file});

    EXPECT_EQ(text.ended, "exit 0");
    EXPECT_TRUE(has(text.log, "selects as well: b; each group counts its own limits")) << text.log;
    EXPECT_FALSE(has(text.log, "a, b")) << text.log;
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

TEST(CommandLineTest, TellsNothingOnRecordFromNothingThatMatches) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    program daemon({mayhem, "run", "--store", store});
    ASSERT_TRUE(daemon.says("Done. "));
    daemon.kill(SIGTERM);
    ASSERT_EQ(daemon.end(), "exit 0");

    for (const std::string command : {"history", "report"}) {
        const finished f = run({mayhem, command, "--store", store, "--group", "catle"});

        EXPECT_EQ(f.ended, "exit 0");
        EXPECT_EQ(f.out, "Nothing on record in " + store + " matches --group.\n");
    }
}

TEST(CommandLineTest, SaysThatItsOutputIsNotComplete) {
    const program::options full{.environment = {}, .in_child = [] {
                                    const int device = ::open("/dev/full", O_WRONLY);
                                    ::dup2(device, STDOUT_FILENO);
                                }};
    const program::options cut{.environment = {}, .in_child = [] {
                                   int ends[2];
                                   (void)::pipe(ends);
                                   ::dup2(ends[1], STDOUT_FILENO);
                                   ::close(ends[0]);
                                   ::close(ends[1]);
                               }};

    const program::options closed{.environment = {}, .in_child = [] { ::close(STDOUT_FILENO); }};

    const finished nowhere = run({mayhem, "--help"}, full);
    const finished unread = run({mayhem, "--help"}, cut);
    const finished unwanted = run({mayhem, "--help"}, closed);

    EXPECT_EQ(nowhere.ended, "exit 74");
    EXPECT_TRUE(has(nowhere.log, "No space left on device")) << nowhere.log;
    EXPECT_EQ(unread.ended, "exit 0");
    EXPECT_EQ(unread.log, "");
    EXPECT_EQ(unwanted.ended, "exit 0") << unwanted.log;
}

TEST(CommandLineTest, RefusesADatabaseThatIsNoFile) {
    const test_folder folder;
    const std::string pipe = folder / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);

    const finished device = run({mayhem, "run", "--store", pipe});
    const finished empty = run({mayhem, "run", "--store", ""});

    EXPECT_EQ(device.ended, "exit 74");
    EXPECT_TRUE(has(device.log, "it is no regular file")) << device.log;
    EXPECT_FALSE(std::filesystem::exists(pipe + ".lock"));
    EXPECT_EQ(empty.ended, "exit 74");
    EXPECT_TRUE(has(empty.log, "is empty")) << empty.log;
}

TEST(CommandLineTest, ReadsTheEnvironment) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";

    const finished f = run(
        {mayhem, "exec", "--", "/bin/sleep", "100"},
        {.environment = {"MAYHEM_STORE=" + store, "MAYHEM_COUNT=1", "MAYHEM_MEAN_TIME_BETWEEN=50ms",
                         "MAYHEM_LOG_FORMAT=json", "MAYHEM_SIGNAL=INT", "MAYHEM_READY_WITHIN=50s", "MAYHEM_FOR=55s"},
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
