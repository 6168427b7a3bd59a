// Proves who goes down with a container, as a pure decision over what its engine says of those that run.
#include "drivers/docker/container_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

container named(const std::string& name) {
    container c;
    c.id = "id of " + name;
    c.name = name;
    c.started_at = "now";
    c.is_running = true;
    return c;
}

container sharing(const std::string& name, const std::string& with, const std::string& what = "network") {
    container c = named(name);
    c.shares = {{.what = what, .with = with}};
    return c;
}

container of_compose(const std::string& service, const std::string& depends_on = {}) {
    container c = named("shop-" + service + "-1");
    c.labels = {{"com.docker.compose.project", "shop"}, {"com.docker.compose.service", service}};
    if (!depends_on.empty()) {
        c.labels.emplace("com.docker.compose.depends_on", depends_on);
    }
    return c;
}

core::reach reach_of(const std::string& name, const std::vector<container>& running) {
    return reach_of_container(
        "id of " + name, running, [](const container& c) { return c.name.starts_with("web"); },
        [](const container& c) { return c.name == "mayhem"; });
}

std::vector<std::string> ids(const core::reach& r) {
    std::vector<std::string> all;
    for (const core::neighbour& n : r.falls) {
        all.push_back(n.id);
    }
    return all;
}

}  // namespace

TEST(ContainerGraphTest, NobodyFallsWithAContainerThatStandsAlone) {
    EXPECT_EQ(reach_of("web", {named("web"), named("db")}), core::reach{});
}

TEST(ContainerGraphTest, WhoLivesInItsNamespacesFallsAndWhoLivesInTheirs) {
    const core::reach r = reach_of("vpn", {named("vpn"), sharing("web-1", "id of vpn"), sharing("tail", "web-1", "PID"),
                                           sharing("other", "somebody")});

    ASSERT_THAT(ids(r), UnorderedElementsAre("web-1", "tail"));
    EXPECT_EQ(r.falls[0].because, "lives in the network namespace of vpn");
    EXPECT_EQ(r.falls[0].incarnation, "id of web-1@now");
    EXPECT_TRUE(r.falls[0].is_meant);
    EXPECT_EQ(r.falls[1].because, "lives in the PID namespace of web-1");
    EXPECT_FALSE(r.falls[1].is_meant);
}

TEST(ContainerGraphTest, ComposeSaysWhoIsRestartedWithAService) {
    const container db = of_compose("db");
    const container api = of_compose("api", "cache:service_started:false,db:service_healthy:true");
    const container cron = of_compose("cron", "db:service_started:false");
    container stranger = of_compose("api", "db:service_healthy:true");
    stranger.id = "another";
    stranger.name = "blog-api-1";
    stranger.labels["com.docker.compose.project"] = "blog";

    const core::reach r = reach_of("shop-db-1", {db, api, cron, stranger});

    ASSERT_THAT(ids(r), ElementsAre("shop-api-1"));
    EXPECT_EQ(r.falls[0].because, "depends_on db with restart: true");
}

TEST(ContainerGraphTest, CyclesEnd) {
    EXPECT_THAT(ids(reach_of("a", {sharing("a", "b"), sharing("b", "a")})), ElementsAre("b"));
}

TEST(ContainerGraphTest, TheContainerInWhichMayhemRunsIsProtected) {
    const core::reach r = reach_of("vpn", {named("vpn"), sharing("mayhem", "vpn")});

    ASSERT_EQ(r.falls.size(), 1U);
    EXPECT_THAT(r.falls[0].protected_as, HasSubstr("Mayhem itself"));
}

TEST(ContainerGraphTest, WhatIsGoneHasNoReach) {
    EXPECT_THAT(ids(reach_of("gone", {sharing("web", "gone")})), IsEmpty());
}

}  // namespace mayhem::drivers
