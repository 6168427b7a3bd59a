// Proves which processes run a program of Mayhem's own, by asking about each way in which one can be known.
#include "drivers/process/own_programs.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

process_info running(std::string executable, std::optional<file_identity> file, std::string name = "any",
                     std::string command_line = "any text") {
    process_info p;
    p.pid = 77;
    p.name = std::move(name);
    p.executable = std::move(executable);
    p.executable_file = file;
    p.command_line = std::move(command_line);
    return p;
}

constexpr file_identity own_file{.device = 8, .inode = 1000};
constexpr file_identity other_file{.device = 8, .inode = 2000};

const process_info self = running("/usr/bin/mayhem", own_file);

bool is_own(const process_info& p) { return why_own_program(p, self).has_value(); }

}  // namespace

TEST(OwnProgramsTest, KnowsTheDaemonsFileWhateverItIsCalled) {
    EXPECT_TRUE(is_own(running("/usr/bin/mayhem", own_file)));
    EXPECT_TRUE(is_own(running("/opt/chaos", own_file)));
    EXPECT_FALSE(is_own(running("/opt/chaos", other_file)));
}

TEST(OwnProgramsTest, KnowsOneThatAnUpgradeHasReplaced) {
    EXPECT_TRUE(is_own(running("/usr/bin/mayhem", std::nullopt)));
    EXPECT_TRUE(is_own(running("/usr/bin/mayhem", other_file)));
    EXPECT_TRUE(is_own(running("/opt/mayhem-1.2/mayhem", other_file))) << "another version";
}

TEST(OwnProgramsTest, KnowsWhatIsInstalledBesideIt) {
    EXPECT_TRUE(is_own(running("/usr/bin/mayhem-sim", other_file)));
    EXPECT_FALSE(is_own(running("/usr/bin/nginx", other_file)));
    EXPECT_FALSE(is_own(running("/opt/game/mayhem-server", other_file)));
    EXPECT_FALSE(is_own(running("/usr/bin/mayhemd", other_file)));
}

TEST(OwnProgramsTest, GoesByNamesWhereTheFileMayNotBeSeen) {
    EXPECT_TRUE(is_own(running("", std::nullopt, "mayhem")));
    EXPECT_TRUE(is_own(running("", std::nullopt, "any", "/usr/bin/mayhem events")));
    EXPECT_FALSE(is_own(running("", std::nullopt, "python3", "python3 mayhem")));
    EXPECT_FALSE(is_own(running("/usr/bin/python3", other_file, "mayhem"))) << "it is seen to be another program";
}

TEST(OwnProgramsTest, KnowsNoneIfItsOwnFileCannotBeSeen) {
    EXPECT_FALSE(why_own_program(running("", std::nullopt), running("", std::nullopt)));
}

}  // namespace mayhem::drivers
