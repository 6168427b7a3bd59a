// Proves which containers are left alone because nothing would bring them back, for each action and restart policy.
#include "drivers/docker/docker_action.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

container with_policy(const std::string& policy, int restarts_max = 0, int restarts = 0) {
    container c;
    c.restart_policy = policy;
    c.restarts_max = restarts_max;
    c.restarts = restarts;
    return c;
}

bool is_fit(const container& c, docker_action action, int signal = SIGKILL, bool allow_dead = false) {
    return !why_unfit(c, action, signal, allow_dead).has_value();
}

}  // namespace

TEST(DockerActionTest, ACrashNeedsARestartPolicy) {
    EXPECT_TRUE(is_fit(with_policy("always"), docker_action::crash));
    EXPECT_TRUE(is_fit(with_policy("unless-stopped"), docker_action::crash, SIGTERM));
    EXPECT_FALSE(is_fit(with_policy("no"), docker_action::crash));
    EXPECT_FALSE(is_fit(with_policy(""), docker_action::crash));
    EXPECT_TRUE(is_fit(with_policy("no"), docker_action::crash, SIGKILL, true));
}

TEST(DockerActionTest, OnFailureNeedsAFailureAndRestartsLeft) {
    EXPECT_TRUE(is_fit(with_policy("on-failure"), docker_action::crash, SIGKILL));
    EXPECT_FALSE(is_fit(with_policy("on-failure"), docker_action::crash, SIGTERM));
    EXPECT_TRUE(is_fit(with_policy("on-failure", 3, 2), docker_action::crash));
    EXPECT_FALSE(is_fit(with_policy("on-failure", 3, 3), docker_action::crash));
}

TEST(DockerActionTest, AKillLeavesEveryContainerDead) {
    EXPECT_FALSE(is_fit(with_policy("always"), docker_action::kill));
    EXPECT_TRUE(is_fit(with_policy("no"), docker_action::kill, SIGKILL, true));
}

TEST(DockerActionTest, RestartAndPauseNeedNoPolicy) {
    EXPECT_TRUE(is_fit(with_policy("no"), docker_action::restart));
    EXPECT_TRUE(is_fit(with_policy("no"), docker_action::pause));
}

TEST(DockerActionTest, WhatWouldVanishIsNeverEnded) {
    container c = with_policy("no");
    c.is_removed_at_exit = true;

    EXPECT_FALSE(is_fit(c, docker_action::restart, SIGKILL, true));
    EXPECT_FALSE(is_fit(c, docker_action::crash, SIGKILL, true));
    EXPECT_TRUE(is_fit(c, docker_action::pause));
}

TEST(DockerActionTest, AOneOffContainerIsNeverHit) {
    container c = with_policy("always");
    c.name = "shop-web-run-4f1";
    c.labels = {{"com.docker.compose.project", "shop"}, {"com.docker.compose.oneoff", "False"}};
    EXPECT_TRUE(is_fit(c, docker_action::restart));

    c.labels["com.docker.compose.oneoff"] = "True";
    for (const docker_action a : {docker_action::restart, docker_action::crash, docker_action::pause}) {
        EXPECT_FALSE(is_fit(c, a, SIGKILL, true)) << to_string(a);
    }
}

TEST(DockerActionTest, KnowsTheOneOffContainersOfPodmanByTheirNames) {
    container c = with_policy("always");
    c.labels = {{"io.podman.compose.project", "shop"}, {"com.docker.compose.service", "web"}};

    for (const char* name : {"shop_web_tmp51234", "shop-web-tmp7"}) {
        c.name = name;
        EXPECT_TRUE(is_one_off(c)) << name;
    }
    for (const char* name : {"shop_web_1", "shop_web_tmp", "shop_web_tmp5x", "other_web_tmp5"}) {
        c.name = name;
        EXPECT_FALSE(is_one_off(c)) << name;
    }
}

TEST(DockerActionTest, IsReadByItsName) {
    EXPECT_EQ(parse_docker_action("crash"), docker_action::crash);
    EXPECT_EQ(parse_docker_action("Crash"), std::nullopt);
}

}  // namespace mayhem::drivers
