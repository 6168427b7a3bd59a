// Proves which groups a host offers, and that everything else is left out with its reason.
#include "discovery/found_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::app {

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

service_facts listening(const std::string& unit, std::uint16_t port) {
    return {
        .unit = unit, .restart = "on-failure", .file = "/lib/systemd/system/" + unit, .listens = {{"127.0.0.1", port}}};
}

container_facts of_compose(const std::string& name, const std::string& service) {
    return {.name = name, .policy = "always", .has_check = true, .project = "shop", .service = service};
}

std::string why(const findings& found, const std::string& what) {
    for (const left_out& l : found.left_out) {
        if (l.what == what) {
            return l.why;
        }
    }
    return {};
}

std::vector<std::string> names(const findings& found) {
    std::vector<std::string> all;
    for (const proposed_group& g : found.groups) {
        all.push_back(g.name);
    }
    return all;
}

}  // namespace

TEST(FoundGroupsTest, WhatServesStandsAlone) {
    const findings found =
        find_groups({.services = {listening("redis-server.service", 6379), listening("nginx.service", 80)}});

    EXPECT_THAT(names(found), ElementsAre("nginx", "redis-server"));
    EXPECT_THAT(found.groups[0].keys, ElementsAre(Pair("driver", "\"systemd\""), Pair("units", "\"nginx.service\""),
                                                  Pair("probe", "{tcp = \"127.0.0.1:80\"}")));
    EXPECT_THAT(found.groups[0].comments, ElementsAre("nginx.service would come back: systemd restarts it, and would "
                                                      "after a crash (Restart=on-failure); nobody falls with it."));
    EXPECT_THAT(found.units, ElementsAre("nginx.service", "redis-server.service"));
    EXPECT_THAT(found.left_out, IsEmpty());
}

TEST(FoundGroupsTest, InstancesBackEachOtherUp) {
    const findings found = find_groups({.services = {listening("web@2.service", 8002), listening("web@1.service", 8001),
                                                     listening("web.service", 1)}});

    ASSERT_THAT(names(found), ElementsAre("web", "web-2"));
    const proposed_group& both = found.groups[1];
    EXPECT_THAT(both.keys, Contains(Pair("units", "[\"web@1.service\", \"web@2.service\"]")));
    EXPECT_THAT(both.keys, Contains(Pair("max_unavailable", "1")));
    EXPECT_THAT(both.keys, Contains(Pair("probe", "[{tcp = \"127.0.0.1:8001\"}, {tcp = \"127.0.0.1:8002\"}]")));
}

TEST(FoundGroupsTest, WhatIsNotEvidentlySomebodysServiceIsLeftOut) {
    service_facts cron = listening("cron.service", 0);
    cron.listens = {};
    service_facts own = cron;
    own.unit = "worker.service";
    own.file = "/etc/systemd/system/worker.service";
    service_facts due = own;
    due.unit = "backup.service";
    due.by = {"backup.timer"};
    service_facts bus = listening("dbus.service", 1);
    bus.why_not = "it is protected: D-Bus";

    const findings found = find_groups({.services = {cron, own, due, bus, listening("docker.service", 2375)}});

    EXPECT_THAT(names(found), ElementsAre("worker"));
    EXPECT_THAT(why(found, "unit cron.service"), HasSubstr("listens on no port"));
    EXPECT_THAT(why(found, "unit backup.service"), HasSubstr("backup.timer starts it"));
    EXPECT_EQ(why(found, "unit dbus.service"), "it is protected: D-Bus");
    EXPECT_THAT(why(found, "unit docker.service"), HasSubstr("what it has started"));
}

TEST(FoundGroupsTest, WhoTakesOthersAlongIsLeftOut) {
    service_facts db = listening("db.service", 5432);
    db.reach.falls = {{.id = "app.service", .incarnation = "1", .because = "BindsTo=db.service"}};

    const findings found = find_groups({.services = {db, listening("app.service", 8080)}});

    EXPECT_THAT(names(found), ElementsAre("app"));
    EXPECT_EQ(why(found, "unit db.service"),
              "others would fall with it that are not of the group: app.service (BindsTo=db.service)");
}

TEST(FoundGroupsTest, WhoFallsWithinTheGroupMay) {
    service_facts first = listening("web@1.service", 8001);
    first.reach.falls = {{.id = "web@2.service", .incarnation = "1", .because = "PartOf=web@1.service"}};

    const findings found = find_groups({.services = {first, listening("web@2.service", 8002)}});

    EXPECT_THAT(names(found), ElementsAre("web"));
    EXPECT_THAT(found.left_out, IsEmpty());
}

TEST(FoundGroupsTest, ContainersOfOneServiceOfComposeAreAGroup) {
    container_facts gone{.name = "once", .why_not = "it would vanish"};
    const findings found = find_groups({.containers = {of_compose("shop-web-1", "web"),
                                                       of_compose("shop-web-2", "web"),
                                                       of_compose("shop-db-1", "db"),
                                                       {.name = "lone"},
                                                       gone},
                                        .engine = "/run/podman/podman.sock"});

    ASSERT_THAT(names(found), ElementsAre("lone", "shop-db", "shop-web"));
    EXPECT_THAT(found.groups[2].keys,
                ElementsAre(Pair("driver", "\"docker\""), Pair("socket", "\"/run/podman/podman.sock\""),
                            Pair("label", "[\"com.docker.compose.project=shop\", \"com.docker.compose.service=web\"]"),
                            Pair("opt_in", "false"), Pair("max_unavailable", "1")));
    EXPECT_THAT(found.groups[0].keys, Contains(Pair("name", "\"lone\"")));
    EXPECT_THAT(found.units, IsEmpty());
    EXPECT_EQ(why(found, "container once"), "it would vanish");
}

TEST(FoundGroupsTest, WorkersAreAGroupWhereTheyCanBeToldFromOthers) {
    const worker_facts workers{.program = "/usr/sbin/nginx",
                               .command_line = "nginx: worker process",
                               .unit = "nginx.service",
                               .why_back = "its parent replaces it",
                               .count = 2};
    worker_facts alike = workers;
    alike.program = "/usr/sbin/apache2";
    alike.is_apart = false;

    const findings found = find_groups({.workers = {workers, alike}});

    ASSERT_EQ(found.workers.size(), 1U);
    EXPECT_EQ(found.workers[0].name, "nginx-workers");
    EXPECT_THAT(found.workers[0].keys,
                ElementsAre(Pair("driver", "\"process\""), Pair("executable", "\"/usr/sbin/nginx\""),
                            Pair("command_line", "\"nginx: worker process\""), Pair("max_unavailable", "1")));
    EXPECT_THAT(why(found, "processes of apache2 (nginx.service)"), HasSubstr("as their master does"));
}

}  // namespace mayhem::app
