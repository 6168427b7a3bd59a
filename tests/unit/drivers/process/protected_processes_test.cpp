// Proves that what keeps the host and Mayhem alive is spared whatever a selector says, by asking about each kind.
#include "drivers/process/protected_processes.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

constexpr pid_t self = 500;
const std::vector<pid_t> ancestors{400, 300, 1};

process_info process(pid_t pid, std::string name, std::string executable = "/usr/bin/other") {
    process_info p;
    p.pid = pid;
    p.state = 'S';
    p.name = std::move(name);
    p.executable = std::move(executable);
    return p;
}

bool is_protected(const process_info& p) { return why_protected(p, self, ancestors, false).has_value(); }

}  // namespace

TEST(ProtectedProcessesTest, SparesTheDaemonItsAncestorsAndInit) {
    EXPECT_EQ(why_protected(process(1, "tini"), self, {}, true), "PID 1");
    EXPECT_EQ(why_protected(process(self, "mayhem"), self, ancestors, true), "the daemon itself");
    EXPECT_EQ(why_protected(process(300, "bash"), self, ancestors, true), "an ancestor of the daemon");
}

TEST(ProtectedProcessesTest, SparesKernelThreads) {
    process_info p = process(77, "kworker/0:1");
    p.is_kernel_thread = true;

    EXPECT_TRUE(is_protected(p));
}

TEST(ProtectedProcessesTest, SparesProgramsByName) {
    for (const char* name : {"sshd", "sshd-session", "dbus-daemon", "dbus-broker", "dbus-broker-lau", "systemd",
                             "systemd-journal", "(sd-pam)", "mayhem-guard"}) {
        EXPECT_TRUE(is_protected(process(77, name))) << name;
    }
}

TEST(ProtectedProcessesTest, SparesProgramsByExecutableWhateverTheyCallThemselves) {
    for (const char* path :
         {"/usr/sbin/sshd", "/usr/bin/dbus-daemon", "/lib/systemd/systemd", "/lib/systemd/systemd-logind"}) {
        EXPECT_TRUE(is_protected(process(77, "innocent", path))) << path;
    }
}

TEST(ProtectedProcessesTest, SparesTheWayBackIn) {
    for (const char* name : {"NetworkManager", "wpa_supplicant", "dhclient", "dhcpcd", "firewalld", "agetty"}) {
        EXPECT_TRUE(why_protected(process(77, name), self, ancestors, true)) << name;
    }
}

TEST(ProtectedProcessesTest, YieldsToAGroupThatNamesATunnelOrAScreen) {
    for (const char* name : {"tailscaled", "openvpn", "charon-systemd", "gdm3", "lightdm", "sddm-helper"}) {
        EXPECT_TRUE(why_protected(process(77, name), self, ancestors, false)) << name;
        EXPECT_FALSE(why_protected(process(77, name), self, ancestors, true)) << name;
    }
}

TEST(ProtectedProcessesTest, LeavesOthersToTheSelector) {
    for (const char* name : {"nginx", "ssh", "sshdx", "dbus-run-sessio", "mysystemd", "mayhem"}) {
        EXPECT_FALSE(is_protected(process(77, name))) << name;
    }
}

}  // namespace mayhem::drivers
