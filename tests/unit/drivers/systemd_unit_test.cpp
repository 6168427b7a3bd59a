// Proves what is protected and what would not come back among systemd's units, as pure decisions.
#include "drivers/systemd_unit.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

systemd_unit loaded(const std::string& restart) {
    systemd_unit u;
    u.load_state = "loaded";
    u.restart = restart;
    return u;
}

}  // namespace

TEST(SystemdUnitTest, ProtectsVitalUnitsUnderAnyOfTheirNames) {
    for (const char* name : {"systemd-journald.service", "dbus.service", "ssh.service", "sshd@1.service", "init.scope",
                             "system.slice", "-.slice", "mayhem.service", "user@0.service"}) {
        EXPECT_TRUE(why_unit_protected({"alias.service", name}, "")) << name;
    }
    EXPECT_TRUE(why_unit_protected({"chaos.service"}, "chaos.service"));
    EXPECT_FALSE(why_unit_protected({"web.service"}, ""));
    EXPECT_FALSE(why_unit_protected({"my-systemd-helper.service"}, ""));
}

TEST(SystemdUnitTest, KnowsWhichRestartPolicyAnswersWhichSignal) {
    const auto is_back = [](const char* restart, int signal) {
        return !why_not_back(loaded(restart), systemd_action::kill, signal);
    };

    EXPECT_TRUE(is_back("always", SIGTERM));
    EXPECT_TRUE(is_back("on-failure", SIGKILL));
    EXPECT_FALSE(is_back("on-failure", SIGTERM));
    EXPECT_TRUE(is_back("on-abnormal", SIGKILL));
    EXPECT_FALSE(is_back("on-abnormal", SIGINT));
    EXPECT_TRUE(is_back("on-success", SIGTERM));
    EXPECT_FALSE(is_back("on-success", SIGKILL));
    EXPECT_FALSE(is_back("on-watchdog", SIGKILL));
    EXPECT_FALSE(is_back("no", SIGKILL));
}

TEST(SystemdUnitTest, RestartsNothingThatIsMaskedTransientOrRefusesIt) {
    systemd_unit masked = loaded("always");
    masked.load_state = "masked";
    systemd_unit transient = loaded("always");
    transient.is_transient = true;
    systemd_unit refusing = loaded("always");
    refusing.refuses_manual_start = true;

    for (const systemd_unit& u : {masked, transient, refusing}) {
        EXPECT_TRUE(why_not_back(u, systemd_action::restart, 0));
    }
    EXPECT_FALSE(why_not_back(loaded("no"), systemd_action::restart, 0));
    EXPECT_TRUE(why_not_back(loaded("always"), systemd_action::stop, 0));
}

TEST(SystemdUnitTest, PrintsThePolkitRuleThatIsMissing) {
    EXPECT_EQ(
        polkit_rule("web.service", systemd_action::kill, "mayhem"),
        R"(polkit.addRule(function(action, subject) { if (action.id == "org.freedesktop.systemd1.manage-units" && )"
        R"(subject.user == "mayhem" && action.lookup("unit") == "web.service" && action.lookup("verb") == "kill") )"
        R"({ return polkit.Result.YES; } });)");
}

}  // namespace mayhem::drivers
