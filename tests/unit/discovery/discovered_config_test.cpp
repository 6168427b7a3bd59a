// Proves that what is written for a host is a config file that is read, arms nothing, and says what it left out.
#include "discovery/discovered_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/armed_groups.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

host_facts host() {
    host_facts h{.host = "web-7", .zone = "Europe/Berlin", .engine = "/var/run/docker.sock", .user = "mayhem"};
    for (const char* const unit : {"nginx.service", "web@1.service", "web@2.service", R"(a\x2db.service)"}) {
        h.services.push_back({.unit = unit, .restart = "always", .listens = {{"127.0.0.1", 8080}, {"::1", 8443}}});
    }
    h.services.push_back({.unit = "ssh.service", .why_not = "it is protected:\nthe way back in"});
    h.containers.push_back({.name = "shop-1", .policy = "always", .project = "sh\"op", .service = "web\n"});
    h.containers.push_back({.name = "lone"});
    return h;
}

std::string written(const host_facts& h) { return to_config(h, find_groups(h)); }

}  // namespace

TEST(DiscoveredConfigTest, IsAConfigFileThatArmsNothing) {
    const config c = test::read(written(host()));

    EXPECT_EQ(c.groups.size(), 5U);
    EXPECT_TRUE(is_dry_run(c));
    EXPECT_EQ(dry_groups(c).size(), 5U);
    for (const group_config& g : c.groups) {
        ASSERT_TRUE(g.settings.schedule) << g.settings.name;
        EXPECT_EQ(g.settings.schedule->allowed.zone.name(), "Europe/Berlin");
        EXPECT_EQ(g.settings.schedule->allowed.hours.size(), 2U);
    }
}

TEST(DiscoveredConfigTest, SaysWhatIsLeftOutAndWhatTheDaemonMustBeAllowed) {
    const std::string text = written(host());

    EXPECT_THAT(text, HasSubstr("# unit ssh.service: it is protected:?the way back in\n"));
    EXPECT_THAT(text, HasSubstr("#     polkit.addRule("));
    EXPECT_THAT(text, HasSubstr("subject.user == \"mayhem\""));
}

TEST(DiscoveredConfigTest, ProcessesAreOnlyShownWhereTheDaemonHasNoRightsOverThem) {
    host_facts h = host();
    h.workers = {{.program = "/usr/sbin/nginx", .command_line = "nginx: worker", .unit = "nginx.service", .count = 2}};

    const std::string shown = written(h);
    h.user.clear();
    const std::string meant = written(h);

    EXPECT_THAT(shown, HasSubstr("\n#[group.nginx-workers]\n#driver = \"process\"\n"));
    EXPECT_EQ(test::read(shown).groups.size(), 5U);
    EXPECT_EQ(test::read(meant).groups.size(), 6U);
    EXPECT_TRUE(is_dry_run(test::read(meant)));
}

TEST(DiscoveredConfigTest, NothingFoundIsAConfigFileAsWell) {
    host_facts nothing{.host = "bare", .unlooked = {"services of systemd: nobody answers"}};

    const std::string text = written(nothing);

    EXPECT_TRUE(test::read(text).groups.empty());
    EXPECT_THAT(text, HasSubstr("# Not looked at: services of systemd: nobody answers\n"));
    EXPECT_THAT(text, HasSubstr("# Nothing was found that could be restarted.\n"));
    EXPECT_THAT(text, Not(HasSubstr("polkit")));
}

}  // namespace mayhem::app
