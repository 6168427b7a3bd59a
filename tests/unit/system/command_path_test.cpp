// Proves that a command is looked for where a shell would look, in that order, by example.
#include "system/command_path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::system {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CommandPathTest, LooksInEachDirectoryInOrder) {
    EXPECT_THAT(command_paths("ls", "/usr/bin:/bin"), ElementsAre("/usr/bin/ls", "/bin/ls"));
}

TEST(CommandPathTest, TakesAPathAsItIs) {
    EXPECT_THAT(command_paths("./ls", "/usr/bin"), ElementsAre("./ls"));
    EXPECT_THAT(command_paths("/opt/x", "/usr/bin"), ElementsAre("/opt/x"));
}

TEST(CommandPathTest, TakesAnEmptyEntryForTheCurrentDirectory) {
    EXPECT_THAT(command_paths("ls", ":/bin:"), ElementsAre("./ls", "/bin/ls", "./ls"));
    EXPECT_THAT(command_paths("ls", ""), ElementsAre("./ls"));
}

TEST(CommandPathTest, FindsNothingForAnEmptyName) { EXPECT_THAT(command_paths("", "/bin"), IsEmpty()); }

}  // namespace mayhem::system
