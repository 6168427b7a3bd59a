// Proves that a group of a config file becomes armed where it stands, and that nothing else in the file is touched.
#include "discovery/armed_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/armed_groups.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {

using ::testing::ElementsAre;
using ::testing::Optional;

namespace {

constexpr const char* keys =
    "driver = \"command\"\nlist = [\"true\"]\nrestart = [\"true\", \"{id}\"]\nmean_time_between = \"4h\"\n";

std::string with(const std::string& head, const std::string& more = "") { return head + "\n" + more + keys; }

}  // namespace

TEST(ArmedTextTest, PutsTheKeyBelowTheHeadOfASectionThatHasNone) {
    EXPECT_THAT(with_group_armed("# Mine.\n[group.web]\ndriver = \"process\"\n", "web"),
                Optional(std::string("# Mine.\n[group.web]\ndry_run = false\ndriver = \"process\"\n")));
    EXPECT_THAT(with_group_armed("[group.web]", "web"), Optional(std::string("[group.web]\ndry_run = false\n")));
}

TEST(ArmedTextTest, ReplacesTheValueAndKeepsTheCommentBehindIt) {
    EXPECT_THAT(
        with_group_armed("[group.web]\r\n  dry_run=true # for now\r\nx = 1\r\n[group.db]\ndry_run = true\n", "web"),
        Optional(std::string("[group.web]\r\n  dry_run=false # for now\r\nx = 1\r\n[group.db]\ndry_run = true\n")));
}

TEST(ArmedTextTest, FindsTheHeadHoweverItIsWritten) {
    for (const char* head : {"[group.web]", "  [ group . web ]  # mine", "[group.\"web\"]", "[group.'web']"}) {
        const std::string file = with("[group.db]") + with(head);

        const std::optional<std::string> armed = with_group_armed(file, "web");

        ASSERT_TRUE(armed) << head;
        EXPECT_THAT(dry_groups(test::read(*armed)), ElementsAre("db")) << head;
    }
}

TEST(ArmedTextTest, ArmsThatGroupAloneWhateverTheOthersSay) {
    const std::string file = "dry_run = true\n" + with("[group.a]", "dry_run = true\n") +
                             with("[group.web]", "dry_run = true\n") + with("[group.web-2]");

    EXPECT_THAT(dry_groups(test::read(*with_group_armed(file, "web"))), ElementsAre("a", "web-2"));
    EXPECT_THAT(dry_groups(test::read(*with_group_armed(file, "web-2"))), ElementsAre("a", "web"));
}

TEST(ArmedTextTest, GuessesNothing) {
    EXPECT_EQ(with_group_armed("group.web = {driver = \"process\"}\n", "web"), std::nullopt);
    EXPECT_EQ(with_group_armed("# [group.web]\n", "web"), std::nullopt);
    EXPECT_EQ(with_group_armed("[group.webs]\n[group.we]\n[[group.web]]\n", "web"), std::nullopt);
    EXPECT_EQ(with_group_armed("[group.web]\ndry_run = no\n", "web"), std::nullopt);
    EXPECT_EQ(with_group_armed("", "web"), std::nullopt);
}

}  // namespace mayhem::app
