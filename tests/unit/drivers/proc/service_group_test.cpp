// Proves which service a control group belongs to, on texts as /proc/PID/cgroup has them.
#include "drivers/proc/service_group.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

TEST(ServiceGroupTest, FindsTheFirstUnitOnThePath) {
    EXPECT_EQ(find_service("0::/system.slice/nginx.service\n").unit, "nginx.service");
    EXPECT_EQ(find_service("0::/system.slice/system-web.slice/web@1.service/workers\n").unit, "web@1.service");
    EXPECT_EQ(find_service("0::/system.slice/_cgroup.procs.service\n").unit, "cgroup.procs.service");
}

TEST(ServiceGroupTest, ReadsSystemdsOwnHierarchyOfVersionOne) {
    EXPECT_EQ(
        find_service("12:cpu,cpuacct:/other.service\n1:name=systemd:/system.slice/a.service\n0::/b.service\n").unit,
        "a.service");
}

TEST(ServiceGroupTest, ServicesOfAUsersManagerAreToldApart) {
    const service_group found =
        find_service("0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service\n");

    EXPECT_EQ(found.unit, "web.service");
    EXPECT_TRUE(found.is_of_user);
}

TEST(ServiceGroupTest, WhatIsInNoServiceIsInNone) {
    for (const char* text : {"", "0::/\n", "nonsense", "0::/user.slice/user-1000.slice/session-3.scope\n",
                             "0::/docker/0123456789ab\n", "0::/user.slice/user@1000.service/init.scope\n"}) {
        EXPECT_EQ(find_service(text).unit, "") << text;
    }
}

TEST(ServiceGroupTest, ABareHierarchyOfVersion1DoesNotHideThatOfVersion2) {
    EXPECT_EQ(find_service("9:name=systemd:/\n1:cpu:/\n0::/system.slice/nginx.service\n").unit, "nginx.service");
    EXPECT_EQ(find_service("1:name=systemd:/system.slice/a.service\n0::/system.slice/b.service\n").unit, "a.service");
}

TEST(GroupOfVersion2Test, IsThePathBehindTheTwoColons) {
    EXPECT_EQ(group_of_version_2("0::/system.slice/web.service\n"), "/system.slice/web.service");
    EXPECT_EQ(group_of_version_2("9:name=systemd:/a.service\n0::/b\n"), "/b");
    EXPECT_EQ(group_of_version_2("0::/\n"), "") << "the root is everybody's";
    EXPECT_EQ(group_of_version_2("9:name=systemd:/a.service\n"), "");
    EXPECT_EQ(group_of_version_2(""), "");
}

}  // namespace mayhem::drivers
