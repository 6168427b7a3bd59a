// Proves which unit a word means: the one of that name or alias, the only one that runs and begins with it, or none, in
// which case those that it may mean are named.
#include "drivers/systemd/unit_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

using ::testing::HasSubstr;

systemd_unit unit(const std::string& id) {
    systemd_unit u;
    u.id = id;
    u.load_state = "loaded";
    u.active_state = "active";
    u.sub_state = "running";
    return u;
}

systemd_unit nothing_that_runs(const std::string& id) {
    systemd_unit u = unit(id);
    u.is_oneshot = true;
    u.sub_state = "exited";
    return u;
}

const std::vector<listed_service> host{{"nginx.service", true},           {"web@1.service", true},
                                       {"web@2.service", true},           {"web@3.service", false},
                                       {"pg@15-main.service", true},      {"php8.2-fpm.service", true},
                                       {"prometheus-node.service", true}, {"redis-server.service", true}};

}  // namespace

TEST(UnitSearchTest, TheExactNameIsMeantWithAndWithoutItsSuffix) {
    for (const char* const word : {"nginx", "nginx.service"}) {
        EXPECT_EQ(choose_unit(word, unit("nginx.service"), host).unit, "nginx.service");
    }
    EXPECT_EQ(unit_name_of("php8.2-fpm"), "php8.2-fpm.service");
    EXPECT_EQ(unit_name_of("web.socket"), "web.socket");
}

TEST(UnitSearchTest, AnAliasMeansWhatItIsAnAliasOf) {
    EXPECT_EQ(choose_unit("redis", unit("redis-server.service"), host).unit, "redis-server.service");
}

TEST(UnitSearchTest, TheOnlyOneThatBeginsSoIsMeant) {
    EXPECT_EQ(choose_unit("prometheus", std::nullopt, host).unit, "prometheus-node.service");
    EXPECT_EQ(choose_unit("pg@", std::nullopt, host).unit, "pg@15-main.service");
}

TEST(UnitSearchTest, OfSeveralThatRunNoneIsGuessed) {
    const meant_unit meant = choose_unit("web", std::nullopt, host);

    EXPECT_EQ(meant.unit, "");
    EXPECT_EQ(meant.trouble, "'web' may mean 2 units: web@1.service, web@2.service; name those that you mean");
}

TEST(UnitSearchTest, InstancesAreMeantWhereTheUnitOfThatNameRunsNothing) {
    EXPECT_EQ(choose_unit("pg", nothing_that_runs("pg.service"), host).unit, "pg@15-main.service");
    EXPECT_EQ(choose_unit("pg.service", nothing_that_runs("pg.service"), host).unit, "pg.service")
        << "who writes the whole name means it";
    EXPECT_EQ(choose_unit("nginx", nothing_that_runs("nginx.service"), host).unit, "nginx.service");
}

TEST(UnitSearchTest, WhatIsNotThereIsSaidWithWhatMayBeMeant) {
    systemd_unit absent;
    absent.load_state = "not-found";

    EXPECT_THAT(choose_unit("ngnix", absent, host).trouble, HasSubstr("did you mean nginx.service?"));
    EXPECT_THAT(choose_unit("oracle", std::nullopt, host).trouble, HasSubstr("there is no service 'oracle'"));
}

TEST(UnitSearchTest, WhatCanBeNoServiceIsRefused) {
    for (const char* const word : {"", "web@*", "re:web.*", "!web", "cron.timer", "/etc/passwd", "a b", "x;y"}) {
        const meant_unit meant = choose_unit(word, std::nullopt, host);
        EXPECT_EQ(meant.unit, "") << word;
        EXPECT_NE(meant.trouble, "") << word;
    }
}

}  // namespace mayhem::drivers
