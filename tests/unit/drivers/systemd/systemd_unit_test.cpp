// Proves what is protected and what would not come back among systemd's units, as pure decisions.
#include "drivers/systemd/systemd_unit.hpp"

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
        EXPECT_TRUE(why_unit_protected({"alias.service", name}, "", true)) << name;
    }
    EXPECT_TRUE(why_unit_protected({"chaos.service"}, "chaos.service", true));
    EXPECT_FALSE(why_unit_protected({"web.service"}, "", false));
    EXPECT_FALSE(why_unit_protected({"my-systemd-helper.service"}, "", false));
}

TEST(SystemdUnitTest, ProtectsTheWayBackInEvenFromItsName) {
    for (const char* name : {"NetworkManager.service", "networking.service", "wpa_supplicant@wlan0.service",
                             "dhcpcd.service", "nftables.service", "firewalld.service", "ufw.service",
                             "netfilter-persistent.service", "getty@tty1.service", "serial-getty@ttyS0.service"}) {
        EXPECT_TRUE(why_unit_protected({name}, "", true)) << name;
    }
}

TEST(SystemdUnitTest, YieldsToAGroupThatNamesATunnelOrAScreen) {
    for (const char* name : {"gdm.service", "lightdm.service", "sddm.service", "tailscaled.service",
                             "openvpn-client@office.service", "wg-quick@wg0.service", "strongswan-starter.service"}) {
        EXPECT_TRUE(why_unit_protected({name}, "", false)) << name;
        EXPECT_FALSE(why_unit_protected({name}, "", true)) << name;
    }
}

TEST(SystemdUnitTest, KnowsWhatAPatternCatchesWithoutMeaningIt) {
    systemd_unit u = loaded("no");
    u.sub_state = "running";
    EXPECT_FALSE(why_not_meant(u));

    u.sub_state = "exited";
    EXPECT_TRUE(why_not_meant(u));

    u.sub_state = "running";
    u.is_oneshot = true;
    EXPECT_TRUE(why_not_meant(u));
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

TEST(SystemdUnitTest, ASignalThatTheProgramHandlesMayEndItAnyhow) {
    using enum system::signal_disposition;
    const auto is_back = [](const char* restart, int signal, system::signal_disposition does) {
        return !why_not_back(loaded(restart), systemd_action::kill, signal, does);
    };

    EXPECT_TRUE(is_back("on-failure", SIGQUIT, by_default));
    EXPECT_FALSE(is_back("on-failure", SIGQUIT, handled));
    EXPECT_FALSE(is_back("on-failure", SIGQUIT, unknown));
    EXPECT_FALSE(is_back("on-success", SIGTERM, handled));
    EXPECT_TRUE(is_back("always", SIGQUIT, handled));
    EXPECT_TRUE(is_back("always", SIGQUIT, unknown));
    EXPECT_FALSE(is_back("always", SIGQUIT, ignored));
}

TEST(SystemdUnitTest, KnowsTheExitsThatAUnitCallsCleanOrFatal) {
    systemd_unit u = loaded("on-failure");
    u.clean_signals = {SIGKILL};
    EXPECT_TRUE(why_not_back(u, systemd_action::kill, SIGKILL));

    u = loaded("always");
    u.preventing_signals = {SIGABRT};
    EXPECT_TRUE(why_not_back(u, systemd_action::kill, SIGABRT));
    EXPECT_FALSE(why_not_back(u, systemd_action::kill, SIGKILL));

    u = loaded("no");
    u.forcing_signals = {SIGKILL};
    EXPECT_FALSE(why_not_back(u, systemd_action::kill, SIGKILL));

    u = loaded("on-failure");
    u.is_oneshot = true;
    EXPECT_FALSE(why_not_back(u, systemd_action::kill, SIGTERM)) << "of a oneshot, TERM is a failure";
}

TEST(SystemdUnitTest, ExplainsWhatToDoAboutIt) {
    EXPECT_EQ(why_not_back(loaded("no"), systemd_action::kill, SIGKILL),
              "with Restart=no systemd does not restart it after SIGKILL: give it Restart=always, or use action = "
              "\"restart\"");
    systemd_unit exited = loaded("always");
    exited.has_main_process = false;
    EXPECT_EQ(why_not_back(exited, systemd_action::kill, SIGKILL),
              "it has no main process that could be signalled: use action = \"restart\"");
}

TEST(SystemdUnitTest, SaysWhyANamedUnitDoesNotRun) {
    const auto why = [](const char* load, const char* active, bool conditions_met = true) {
        systemd_unit u;
        u.load_state = load;
        u.active_state = active;
        u.conditions_met = conditions_met;
        return why_not_running(u).value_or("none");
    };

    EXPECT_EQ(why("not-found", "inactive"), "there is no such unit");
    EXPECT_EQ(why("masked", "inactive"), "it is masked");
    EXPECT_EQ(why("loaded", "failed"), "it has failed: see systemctl status");
    EXPECT_EQ(why("loaded", "inactive"), "it is not running");
    EXPECT_EQ(why("loaded", "inactive", false), "it is not running, because its conditions were not met");
    EXPECT_EQ(why("loaded", "activating"), "none");

    systemd_unit never_started;
    never_started.load_state = "loaded";
    never_started.active_state = "inactive";
    never_started.conditions_met = false;
    never_started.has_been_tried = false;
    EXPECT_EQ(why_not_running(never_started), "it is not running");
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

}  // namespace mayhem::drivers
