// Proves which groups are armed, by what they say themselves and by what the head of the file says.
#include "config/armed_groups.hpp"

#include <gtest/gtest.h>

#include "unit/config/config_support.hpp"

namespace mayhem::app {

namespace {

config three(const std::string& head, const std::string& of_b) {
    const std::string simulated = "driver = \"simulated\"\n";
    return test::read(head + "[group.a]\n" + simulated + "[group.b]\n" + of_b + simulated + "[group.c]\n" + simulated);
}

}  // namespace

TEST(ArmedGroupsTest, OneGroupCanBeArmedAlone) {
    const config c = three("", "dry_run = false\n");

    EXPECT_FALSE(is_dry_run(c));
    EXPECT_FALSE(is_dry_run(c, c.groups[1]));
    EXPECT_EQ(dry_groups(c), (std::vector<std::string>{"a", "c"}));
    EXPECT_EQ(describe_mode(c), "armed in 1 of 3 groups: b");
}

TEST(ArmedGroupsTest, OneGroupCanBeKeptDry) {
    const config c = three("dry_run = false\n", "dry_run = true\n");

    EXPECT_EQ(dry_groups(c), std::vector<std::string>{"b"});
    EXPECT_EQ(describe_mode(c), "armed in 2 of 3 groups: a, c");
}

TEST(ArmedGroupsTest, WithoutAWordOfTheirOwnTheHeadOfTheFileHolds) {
    EXPECT_EQ(describe_mode(three("", "")), "dry run: nothing is restarted");
    EXPECT_EQ(describe_mode(three("dry_run = false\n", "")), "armed");
    EXPECT_TRUE(is_dry_run(test::read("")));
    EXPECT_FALSE(is_dry_run(test::read("dry_run = false\n")));
}

TEST(ArmedGroupsTest, EverythingIsArmedWhateverTheFileSays) {
    config c = three("", "dry_run = true\n");

    arm_everything(c);

    EXPECT_EQ(describe_mode(c), "armed");
}

}  // namespace mayhem::app
