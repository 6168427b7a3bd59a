// Proves that any unit gives a group a name that the config file takes.
#include "discovery/group_name.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "config/config_group.hpp"

namespace mayhem::app {

namespace {

std::string name_of(const std::vector<std::string>& units) { return group_name_of(units); }

}  // namespace

TEST(GroupNameTest, IsWhatTheUnitsAreCalledInCommon) {
    EXPECT_EQ(name_of({"nginx.service"}), "nginx");
    EXPECT_EQ(name_of({"web@1.service", "web@2.service"}), "web");
    EXPECT_EQ(name_of({"nginx.service", "redis-server.service"}), "nginx-redis-server");
    EXPECT_EQ(name_of({"php8.2-fpm.service"}), "php8-2-fpm");
    EXPECT_EQ(name_of({R"(a\x2db.service)"}), "a-x2db");
    EXPECT_EQ(name_of({"ModemManager.service"}), "modemmanager");
}

TEST(GroupNameTest, IsAlwaysANameOfAGroup) {
    const std::vector<std::string> many(40, "");
    std::vector<std::string> units;
    for (std::size_t i = 0; i < many.size(); ++i) {
        units.push_back("service-" + std::to_string(i) + ".service");
    }
    for (const std::string& name :
         {name_of(units), name_of({std::string(200, 'x') + ".service"}), name_of({":.service"}), as_group_name("äöü"),
          as_group_name(""), as_group_name("-a-")}) {
        EXPECT_TRUE(is_group_name(name)) << name;
    }
    EXPECT_EQ(name_of(units), "service-0-and-39-more");
}

TEST(GroupNameTest, ATakenNameGetsANumber) {
    std::set<std::string> taken{"web"};

    EXPECT_EQ(take_name("web", taken), "web-2");
    EXPECT_EQ(take_name("web", taken), "web-3");
    EXPECT_EQ(take_name("db", taken), "db");
    EXPECT_TRUE(is_group_name(take_name(take_name(std::string(64, 'x'), taken), taken)));
}

}  // namespace mayhem::app
