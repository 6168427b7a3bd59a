// Proves whose doing it is that a unit does not stand after an act, going by the properties that systemd 252 shows of
// it in each of these cases.
#include "drivers/systemd/systemd_end.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace mayhem::drivers {
namespace {

using namespace std::chrono_literals;
using way = core::end_seen::way;

/// That was started anew after the act, and stopped then: it ends after it left "active".
systemd_unit stopped() {
    systemd_unit u;
    u.id = "web.service";
    u.load_state = "loaded";
    u.active_state = "inactive";
    u.sub_state = "dead";
    u.result = "success";
    u.restart = "on-failure";
    u.invocation = "second";
    u.left_active_at = 100s;
    u.main_ended_at = 101s;
    return u;
}

const act_on_unit restarted{.action = systemd_action::restart, .invocation = "first", .job_result = "done"};
const act_on_unit killed{.action = systemd_action::kill, .invocation = "first", .job_result = ""};

bool is_taken(const systemd_unit& u, const act_on_unit& act, std::string_view job_type = {}) {
    return !core::why_taken_over(end_of_unit(u, act, job_type)).empty();
}

TEST(SystemdEndTest, WhoStopsItAfterTheActHasIt) {
    EXPECT_TRUE(is_taken(stopped(), restarted));
    EXPECT_TRUE(is_taken(stopped(), killed));
    EXPECT_TRUE(is_taken(stopped(), {.action = systemd_action::stop, .invocation = "first", .job_result = "done"}))
        << "somebody had started it, and stopped it";
}

TEST(SystemdEndTest, WhoStopsItWhileItWaitsForItsAutomaticRestartHasIt) {
    systemd_unit u = stopped();
    u.invocation = "first";
    u.result = "signal";
    u.main_ended_at = 99s;

    EXPECT_TRUE(is_taken(u, killed)) << "inactive, and not failed";
}

TEST(SystemdEndTest, WhatEndsByItselfIsNobodysDoing) {
    systemd_unit u = stopped();
    u.main_ended_at = 99s;
    EXPECT_FALSE(is_taken(u, restarted)) << "it left, with status 0";

    u.active_state = "failed";
    u.result = "exit-code";
    EXPECT_FALSE(is_taken(u, restarted));
    EXPECT_EQ(end_of_unit(u, restarted, "").how, way::by_itself);
}

TEST(SystemdEndTest, WhatDoesNotStartForItsConditionsIsNobodysDoing) {
    systemd_unit u = stopped();
    u.conditions_met = false;

    EXPECT_FALSE(is_taken(u, restarted));
}

TEST(SystemdEndTest, WhatTheActItselfStoppedIsOurs) {
    systemd_unit u = stopped();
    u.invocation = "first";

    EXPECT_FALSE(is_taken(u, {.action = systemd_action::stop, .invocation = "first", .job_result = "done"}));
    for (const char* result : {"failed", "dependency", ""}) {
        EXPECT_FALSE(is_taken(u, {.action = systemd_action::restart, .invocation = "first", .job_result = result}))
            << result << ": it was stopped, and not started";
    }
}

TEST(SystemdEndTest, WhoCancelsOurRestartHasIt) {
    systemd_unit u = stopped();
    u.invocation = "first";

    EXPECT_TRUE(is_taken(u, {.action = systemd_action::restart, .invocation = "first", .job_result = "canceled"}));
}

TEST(SystemdEndTest, OfAUnitThatSystemdHasForgottenOnlyWhoAlwaysComesBackWasStopped) {
    systemd_unit u = stopped();
    u.invocation.clear();
    u.left_active_at = {};
    u.main_ended_at = {};
    u.has_been_tried = false;
    EXPECT_FALSE(is_taken(u, restarted)) << "it may have left with status 0";
    EXPECT_TRUE(is_taken(u, {.action = systemd_action::kill, .invocation = "first", .sub_state_seen = "auto-restart"}))
        << "it was about to start";

    u.restart = "always";
    EXPECT_TRUE(is_taken(u, restarted));
    EXPECT_TRUE(is_taken(u, killed));
}

TEST(SystemdEndTest, WhatRemainsAfterItsExitEndsOnlyWhenItIsStopped) {
    systemd_unit u = stopped();
    u.main_ended_at = 20s;
    u.remains_after_exit = true;

    EXPECT_TRUE(is_taken(u, restarted));
}

TEST(SystemdEndTest, WhatIsGoneOrMaskedIsHis) {
    systemd_unit u = stopped();
    u.load_state = "masked";
    EXPECT_EQ(end_of_unit(u, restarted, "").told_by, "it was stopped and masked");

    u.load_state = "not-found";
    EXPECT_EQ(end_of_unit(u, restarted, "").how, way::removed);
}

TEST(SystemdEndTest, AJobThatStartsItIsToBeWaitedFor) {
    systemd_unit u = stopped();
    u.has_job = true;
    EXPECT_FALSE(is_taken(u, restarted, "start"));
    EXPECT_FALSE(is_taken(u, restarted, ""));
    EXPECT_TRUE(is_taken(u, restarted, "stop"));

    u.active_state = "deactivating";
    EXPECT_TRUE(is_taken(u, restarted, "stop")) << "it takes its time to end";
    EXPECT_FALSE(is_taken(u, restarted, "restart"));
    u.has_job = false;
    EXPECT_FALSE(is_taken(u, restarted)) << "it ends by itself";
}

TEST(SystemdEndTest, WhatStandsOrIsAboutToHasNotEnded) {
    for (const char* state : {"active", "activating", "reloading"}) {
        systemd_unit u = stopped();
        u.active_state = state;
        EXPECT_EQ(end_of_unit(u, killed, "").how, way::unknown) << state;
    }
}

}  // namespace
}  // namespace mayhem::drivers
