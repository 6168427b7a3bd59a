// Proves who keeps a container, going by its labels, and that what is advised leaves its owner whole.
#include "drivers/docker/container_owner.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/docker/docker_action.hpp"

namespace mayhem::drivers {
namespace {

using system::signal_disposition;
using ::testing::HasSubstr;
using ::testing::Not;

container labelled(std::map<std::string, std::string> labels, const std::string& policy = "no") {
    container c;
    c.name = "web";
    c.labels = std::move(labels);
    c.restart_policy = policy;
    return c;
}

const container quadlet = labelled({{"PODMAN_SYSTEMD_UNIT", "web.service"}});
const container swarm = labelled({{"com.docker.swarm.service.name", "shop_web"}});
const container pod =
    labelled({{"io.kubernetes.pod.name", "web-0"}, {"io.kubernetes.pod.namespace", "default"}}, "always");
const container compose = labelled({{"com.docker.compose.project", "shop"}, {"com.docker.compose.service", "web"}});

std::string why(const container& c, docker_action a, int signal = SIGKILL, bool allow_dead = false,
                signal_disposition does = signal_disposition::unknown) {
    return why_unfit(c, a, signal, allow_dead, does).value_or("");
}

TEST(ContainerOwnerTest, IsNamed) {
    EXPECT_EQ(owner_of(quadlet)->name, "systemd (unit web.service)");
    EXPECT_EQ(owner_of(swarm)->name, "Docker Swarm (service shop_web)");
    EXPECT_EQ(owner_of(pod)->name, "the kubelet (pod default/web-0)");
    EXPECT_EQ(owner_of(compose)->name, "Compose (project shop, service web)");
    EXPECT_FALSE(owner_of(labelled({})));
}

TEST(ContainerOwnerTest, WhatSomebodyElseStartsIsHis) {
    for (const docker_action a : {docker_action::restart, docker_action::crash}) {
        EXPECT_THAT(why(quadlet, a), HasSubstr(R"(driver = "systemd" with units = ["web.service"])"));
        EXPECT_THAT(why(swarm, a), HasSubstr("docker service update --force shop_web"));
        EXPECT_THAT(why(pod, a), HasSubstr("kubectl delete pod"));
    }
    EXPECT_EQ(why(quadlet, docker_action::pause), "") << "a pause starts nothing";
    EXPECT_EQ(why(quadlet, docker_action::crash, SIGKILL, true), "");
}

TEST(ContainerOwnerTest, NoAdviceWouldBreakAUnitOfPodmans) {
    container c = quadlet;
    c.is_removed_at_exit = true;  // as Quadlet has it

    EXPECT_THAT(why(c, docker_action::restart), Not(HasSubstr("--rm")));
    EXPECT_THAT(why(c, docker_action::crash), Not(HasSubstr("--restart")));
    EXPECT_EQ(why(c, docker_action::crash, SIGKILL, true), "") << "its unit makes it anew";
    EXPECT_THAT(why(c, docker_action::restart, SIGKILL, true), HasSubstr("would vanish"));
}

TEST(ContainerOwnerTest, ComposeIsToldInItsOwnWords) {
    EXPECT_EQ(why(compose, docker_action::restart), "");
    EXPECT_THAT(why(compose, docker_action::crash),
                HasSubstr("give the service web restart: always in its Compose file"));
    EXPECT_THAT(why(labelled({}), docker_action::crash), HasSubstr("give it --restart=always"));
}

TEST(ContainerOwnerTest, ASignalThatDoesNotReachTheFirstProcessIsOfNoUse) {
    const container always = labelled({}, "always");
    EXPECT_EQ(why(always, docker_action::crash, SIGTERM, false, signal_disposition::handled), "");
    EXPECT_EQ(why(always, docker_action::crash, SIGTERM), "") << "nobody has looked";
    EXPECT_THAT(why(always, docker_action::crash, SIGTERM, false, signal_disposition::ignored),
                HasSubstr("its first process ignores SIGTERM: use signal = \"KILL\""));
    EXPECT_THAT(why(always, docker_action::crash, SIGTERM, false, signal_disposition::by_default),
                HasSubstr("the kernel keeps that from it"));
    EXPECT_EQ(why(always, docker_action::crash, SIGKILL, false, signal_disposition::by_default), "");
    container shared = always;
    shared.has_own_pids = false;
    EXPECT_EQ(why(shared, docker_action::crash, SIGTERM, false, signal_disposition::by_default), "");
}

TEST(ContainerOwnerTest, OnFailureDoesNotAnswerASignalThatIsHandled) {
    const container c = labelled({}, "on-failure");

    EXPECT_EQ(why(c, docker_action::crash, SIGABRT), "");
    EXPECT_THAT(why(c, docker_action::crash, SIGABRT, false, signal_disposition::handled),
                HasSubstr("may end it without a failure"));
}

}  // namespace
}  // namespace mayhem::drivers
