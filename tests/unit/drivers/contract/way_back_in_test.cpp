// Proves what counts as the way back into the host, and that nothing does which only sounds like it.
#include "drivers/contract/way_back_in.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

TEST(WayBackInTest, KnowsUnitsByWholeNamesAndBeginnings) {
    for (const char* unit : {"ssh.service", "sshd@1-10.0.0.1:22.service", "dropbear.service", "ifup@eth0.service",
                             "NetworkManager-dispatcher.service", "openvpn@office.service"}) {
        EXPECT_NE(find_unit_on_way_back(unit), nullptr) << unit;
    }
    for (const char* unit : {"ssh-agent.service", "web.service", "networking-lab.service", "my-openvpn.service", ""}) {
        EXPECT_EQ(find_unit_on_way_back(unit), nullptr) << unit;
    }
}

TEST(WayBackInTest, KnowsProgramsOfWhichTheKernelKeepsFifteenBytes) {
    for (const char* program : {"sshd", "sshd-session", "NetworkManager", "gdm-session-wor", "charon", "agetty"}) {
        EXPECT_NE(find_program_on_way_back(program), nullptr) << program;
    }
    for (const char* program : {"ssh", "nginx", "logind2", ""}) {
        EXPECT_EQ(find_program_on_way_back(program), nullptr) << program;
    }
}

TEST(WayBackInTest, OnlyScreensAndTunnelsYieldToTheirNames) {
    EXPECT_FALSE(find_unit_on_way_back("ssh.service")->yields_to_name);
    EXPECT_FALSE(find_unit_on_way_back("nftables.service")->yields_to_name);
    EXPECT_FALSE(find_program_on_way_back("agetty")->yields_to_name);
    EXPECT_TRUE(find_unit_on_way_back("lightdm.service")->yields_to_name);
    EXPECT_TRUE(find_program_on_way_back("tailscaled")->yields_to_name);
}

}  // namespace mayhem::drivers
