// Proves that an order's control group is found where a process really is, and nowhere else, on texts as
// /proc/PID/cgroup has them.
#include "actions/holder/held_processes.hpp"

#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

constexpr std::string_view unified = "0::/system.slice/web.service/workers\n";
constexpr std::string_view hybrid = "9:name=systemd:/system.slice/web.service\n2:cpu:/\n0::/system.slice/web.service\n";
constexpr std::string_view nested = "0::/docker/0123/system.slice/web.service\n";
constexpr std::string_view old = "9:name=systemd:/system.slice/web.service\n2:cpu:/\n";
constexpr std::string_view of_web = "/system.slice/web.service";

TEST(FindGroupTest, CutsThePathWhereTheOrderEnds) {
    const auto found = find_group(unified, of_web);

    ASSERT_TRUE(found);
    EXPECT_EQ(found->hierarchy, "0::");
    EXPECT_EQ(found->path, of_web);
}

TEST(FindGroupTest, TakesTheFirstHierarchyThatHasIt) {
    const auto found = find_group(hybrid, of_web);

    ASSERT_TRUE(found);
    EXPECT_EQ(found->hierarchy, "9:name=systemd:");
}

TEST(FindGroupTest, ANameThatOnlyBeginsAlikeIsAnother) {
    EXPECT_FALSE(find_group("0::/system.slice/web.service2\n", of_web));
    EXPECT_FALSE(find_group("0::/system.slice/other.service\n", of_web));
    EXPECT_FALSE(find_group("", of_web));
}

TEST(FindGroupOfVersion2Test, HasTheWholePathFurtherUpWhereAServiceManagerHasNotTheRoot) {
    EXPECT_EQ(find_group_of_version_2(nested, of_web), "/docker/0123/system.slice/web.service");
    EXPECT_EQ(find_group_of_version_2(unified, of_web), of_web);
    EXPECT_EQ(find_group_of_version_2(hybrid, of_web), of_web);
}

TEST(FindGroupOfVersion2Test, VersionOneIsNoneByWhichPacketsAreTold) {
    EXPECT_FALSE(find_group_of_version_2(old, of_web));
    EXPECT_FALSE(find_group_of_version_2("9:name=systemd:/system.slice/web.service\n0::/\n", of_web));
}

}  // namespace
}  // namespace mayhem::actions
