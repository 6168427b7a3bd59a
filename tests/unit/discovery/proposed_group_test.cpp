// Proves that what is proposed is what the config file reads, and that nothing of what stands in a file changes.
#include "discovery/proposed_group.hpp"

#include <gtest/gtest.h>

#include "unit/config/config_support.hpp"

namespace mayhem::app {

namespace {

proposed_group nginx() {
    return {.name = "nginx",
            .comments = {"Armed.", "With \n in it"},
            .keys = {{"driver", "\"systemd\""},
                     {"units", toml_list(std::vector<std::string>{"nginx.service", R"(a\x2db.service)"})},
                     {"dry_run", "false"},
                     {"mean_time_between", "\"4h\""}},
            .remarks = {"Look."}};
}

}  // namespace

TEST(ProposedGroupTest, IsWrittenWithItsComments) {
    EXPECT_EQ(to_toml(nginx()),
              "# Armed.\n# With ? in it\n[group.nginx]\ndriver = \"systemd\"\n"
              "units = [\"nginx.service\", \"a\\\\x2db.service\"]\ndry_run = false\nmean_time_between = \"4h\"\n# "
              "Look.\n");
}

TEST(ProposedGroupTest, IsReadAsItWasMeant) {
    const config c = test::read(to_toml(nginx()));

    ASSERT_EQ(c.groups.size(), 1U);
    EXPECT_EQ(c.groups[0].settings.name, "nginx");
    EXPECT_EQ(c.groups[0].settings.dry_run, false);
    EXPECT_TRUE(c.handling.dry_run);
}

TEST(ProposedGroupTest, AFileKeepsWhatIsInIt) {
    EXPECT_EQ(add_to_config("", "x\n"), "x\n");
    EXPECT_EQ(add_to_config("a = 1\n", "x\n"), "a = 1\n\nx\n");
    EXPECT_EQ(add_to_config("a = 1", "x\n"), "a = 1\n\nx\n");
    EXPECT_EQ(add_to_config("a = 1\r\n# \xff", "x\n"), "a = 1\r\n# \xff\n\nx\n");
}

}  // namespace mayhem::app
