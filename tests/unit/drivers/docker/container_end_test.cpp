// Proves whose a container is that does not run after an act, and who is at one before an act, going by what Docker
// 20.10 and Podman 4.3 tell in each of these cases.
#include "drivers/docker/container_end.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::drivers {
namespace {

using ::testing::HasSubstr;
using way = core::end_seen::way;

using events = std::vector<engine_event>;

engine_event happened(const char* action, int signal = 0) { return {.action = action, .signal = signal}; }

container exited(const std::string& policy = "always") {
    container c;
    c.id = "0123456789abcdef";
    c.name = "web";
    c.status = "exited";
    c.started_at = "second";
    c.exit_code = 137;
    c.restart_policy = policy;
    return c;
}

container running() {
    container c = exited();
    c.status = "running";
    c.is_running = true;
    return c;
}

const act_on_container restarted{.action = docker_action::restart, .started_at = "first"};
const act_on_container crashed{.action = docker_action::crash, .started_at = "first"};

const events of_restart{happened("kill", 15), happened("die"), happened("stop"), happened("start"),
                        happened("restart")};

events then(events before, const events& more) {
    before.insert(before.end(), more.begin(), more.end());
    return before;
}

bool is_taken(const std::optional<container>& c, const act_on_container& act, const events& e) {
    return !core::why_taken_over(end_of_container(c, act, e)).empty();
}

TEST(ContainerEndTest, AStopThroughTheEngineIsSomebodys) {
    const events stop{happened("kill", 15), happened("kill", 9), happened("die"), happened("stop")};

    EXPECT_TRUE(is_taken(exited(), restarted, then(of_restart, stop)));
    EXPECT_TRUE(is_taken(exited("no"), crashed, then({happened("die"), happened("start")}, stop)));
}

TEST(ContainerEndTest, AKillThroughTheEngineIsSomebodys) {
    EXPECT_TRUE(is_taken(exited(), restarted, then(of_restart, {happened("kill", 9), happened("die")})));
    container c = exited();
    c.stop_signal = SIGQUIT;
    EXPECT_TRUE(is_taken(c, restarted, then(of_restart, {happened("kill", SIGQUIT), happened("die")})));
    EXPECT_FALSE(is_taken(c, restarted, then(of_restart, {happened("kill", SIGHUP), happened("die")})))
        << "that asked for something else";
}

TEST(ContainerEndTest, ACrashIsNobodysDoing) {
    EXPECT_FALSE(is_taken(exited("no"), restarted, then(of_restart, {happened("die")})));
    EXPECT_EQ(end_of_container(exited("no"), restarted, then(of_restart, {happened("die")})).how, way::by_itself);
    EXPECT_FALSE(is_taken(exited(), restarted, of_restart)) << "nothing is known of its end";
    EXPECT_EQ(end_of_container(exited(), restarted, {}).how, way::unknown);
}

TEST(ContainerEndTest, WhatTheActItselfAskedForIsOurs) {
    container c = exited();
    c.started_at = "first";
    const events stop{happened("kill", 15), happened("die"), happened("stop")};

    EXPECT_FALSE(is_taken(c, restarted, stop)) << "stopped, and not started again";
    EXPECT_FALSE(is_taken(c, {.action = docker_action::kill, .started_at = "first"}, stop));
    EXPECT_TRUE(is_taken(c, crashed, stop)) << "a signal past the engine asks it for nothing";
}

TEST(ContainerEndTest, PodmanSaysOfAStopOnlyThatItGivesUp) {
    const events stop{happened("init"), happened("start"), happened("die"), happened("cleanup")};

    EXPECT_TRUE(is_taken(exited("always"), restarted, stop));
    EXPECT_TRUE(is_taken(exited("on-failure"), restarted, stop)) << "its status was 137";
    EXPECT_FALSE(is_taken(exited("no"), restarted, stop)) << "it may have left";
    container used_up = exited("on-failure");
    used_up.restarts_max = used_up.restarts = 3;
    EXPECT_FALSE(is_taken(used_up, restarted, stop));
    container left = exited("on-failure");
    left.exit_code = 0;
    EXPECT_FALSE(is_taken(left, restarted, stop));
    container failed = exited();
    failed.error = "its port is taken";
    EXPECT_FALSE(is_taken(failed, restarted, stop));
    EXPECT_FALSE(is_taken(exited(), restarted, then(stop, {happened("restart")}))) << "it tries";
}

TEST(ContainerEndTest, PodmanSaysThatItIsStopping) {
    container c = exited();
    c.status = "stopping";
    EXPECT_TRUE(is_taken(c, restarted, {}));

    c.status = "removing";
    EXPECT_EQ(end_of_container(c, restarted, {}).how, way::removed);
}

TEST(ContainerEndTest, WhatIsGoneWasRemoved) {
    EXPECT_EQ(core::why_taken_over(end_of_container(std::nullopt, restarted, {})),
              "somebody else has removed it on purpose since: there is no such container any more");
}

TEST(ContainerEndTest, WhatItsPolicyIsAboutToStartHasNotEnded) {
    container c = exited();
    c.status = "restarting";
    c.is_restarting = true;

    EXPECT_FALSE(is_taken(c, restarted, then(of_restart, {happened("kill", 9), happened("die")})));
    EXPECT_EQ(end_of_container(running(), restarted, {}).how, way::unknown);
}

TEST(EngineIsBusyTest, WhenTheStateSaysSo) {
    EXPECT_EQ(why_engine_is_busy(running(), {}, false), std::nullopt);
    container c = running();
    c.is_restarting = true;
    EXPECT_THAT(why_engine_is_busy(c, {}, false).value(), HasSubstr("about to start it again"));
    c = running();
    c.is_paused = true;
    EXPECT_THAT(why_engine_is_busy(c, {}, false).value(), HasSubstr("somebody else has paused it"));
    for (const char* status : {"stopping", "removing"}) {
        c = running();
        c.status = status;
        EXPECT_THAT(why_engine_is_busy(c, {}, false).value(), HasSubstr(status));
    }
}

TEST(EngineIsBusyTest, WhileAStopWaitsForItToEnd) {
    EXPECT_EQ(why_engine_is_busy(running(), of_restart, false), std::nullopt) << "that is over";
    EXPECT_THAT(why_engine_is_busy(running(), then(of_restart, {happened("kill", 15)}), false).value(),
                HasSubstr("somebody has asked its engine to end it, with SIGTERM, and it has not ended yet"));
    EXPECT_EQ(why_engine_is_busy(running(), then(of_restart, {happened("kill", SIGHUP)}), false), std::nullopt)
        << "a reload of its config";
    EXPECT_EQ(why_engine_is_busy(exited(), {happened("kill", 15), happened("die")}, false), std::nullopt);
}

TEST(EngineIsBusyTest, WhileComposeReplacesIt) {
    EXPECT_EQ(name_of_heir(running()), "0123456789ab_web");
    EXPECT_THAT(why_engine_is_busy(running(), {}, true).value(),
                HasSubstr("Compose has made 0123456789ab_web, which is about to take its place"));
}

}  // namespace
}  // namespace mayhem::drivers
