// Proves that only what root has written allows anything, and that what is wrong in it is told with its place.
#include "holding/holder_permission.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "integration/daemon/test_folder.hpp"

namespace mayhem::holding {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string why_wrong(std::string_view text) {
    const auto p = parse_permission(text, "holder.toml");
    return p ? "" : p.error();
}

TEST(HolderPermissionTest, AnEmptyFileAllowsNothing) {
    const auto p = parse_permission("# nothing yet\n", "holder.toml");

    ASSERT_TRUE(p);
    EXPECT_THAT(p->actions, IsEmpty());
    EXPECT_FALSE(p->allows_action("freeze"));
    EXPECT_FALSE(p->allows_unit("web.service"));
}

TEST(HolderPermissionTest, SaysWhatOnWhomAndForHowLong) {
    const auto p = parse_permission(
        "actions = ['freeze', 'cut']\nunits = ['web@*.service', 'db.service', 'docker-*.scope']\nfor_max = '30s'\n",
        "holder.toml");

    ASSERT_TRUE(p);
    EXPECT_TRUE(p->allows_action("cut"));
    EXPECT_FALSE(p->allows_action("dns"));
    EXPECT_TRUE(p->allows_unit("web@1.service"));
    EXPECT_TRUE(p->allows_unit("docker-0123.scope"));
    EXPECT_FALSE(p->allows_unit("web.service"));
    EXPECT_FALSE(p->allows_unit("session-1.scope"));
    EXPECT_TRUE(p->names_unit("db.service"));
    EXPECT_FALSE(p->names_unit("web@1.service"));
    EXPECT_EQ(p->longest, 30s);
}

TEST(HolderPermissionTest, WhatIsWrongIsToldWithItsPlace) {
    EXPECT_THAT(why_wrong("unit = ['web.service']"), HasSubstr("holder.toml:1:1: "));
    EXPECT_THAT(why_wrong("actions = ['restart']"), HasSubstr("\"restart\" is none"));
    EXPECT_THAT(why_wrong("units = ['*']"), HasSubstr("neither a service"));
    EXPECT_THAT(why_wrong("units = ['*.service']"), HasSubstr("means every service"));
    EXPECT_THAT(why_wrong("units = ['session-*.scope']"), HasSubstr("neither a service"));
    EXPECT_THAT(why_wrong("units = ['system.slice']"), HasSubstr("neither a service"));
    EXPECT_THAT(why_wrong("for_max = '30 days'"), HasSubstr("for_max"));
    EXPECT_THAT(why_wrong("units = "), HasSubstr("holder.toml:1:"));
}

class HolderPermissionFileTest : public ::testing::Test {
protected:
    [[nodiscard]] std::string why_not() const {
        const auto p = read_permission(file_, ::getuid());
        return p ? "" : p.error();
    }

    const testing::test_folder folder_;
    const std::string file_ = folder_.write("holder.toml", "actions = ['freeze']\n");
};

TEST_F(HolderPermissionFileTest, IsReadAsItsOwnerLeftIt) {
    ASSERT_EQ(::chmod(file_.c_str(), 0644), 0);

    EXPECT_EQ(why_not(), "");
}

TEST_F(HolderPermissionFileTest, WhereOthersCanWriteItAllowsNothing) {
    for (const mode_t mode : {0664U, 0646U}) {
        ASSERT_EQ(::chmod(file_.c_str(), mode), 0);
        EXPECT_THAT(why_not(), HasSubstr("chmod go-w"));
    }
    ASSERT_EQ(::chmod(file_.c_str(), 0644), 0);
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
    EXPECT_THAT(why_not(), HasSubstr("chmod o-w"));
}

TEST_F(HolderPermissionFileTest, OfAnotherUserItAllowsNothing) {
    const auto p = read_permission(file_, ::getuid() + 1);

    ASSERT_FALSE(p);
    EXPECT_THAT(p.error(), HasSubstr("chown"));
}

TEST_F(HolderPermissionFileTest, ALinkIsNotFollowedAndAMissingOneAllowsNothing) {
    const std::string link = folder_ / "link.toml";
    ASSERT_EQ(::symlink(file_.c_str(), link.c_str()), 0);

    EXPECT_FALSE(read_permission(link, ::getuid()));
    const auto missing = read_permission(folder_ / "none.toml", ::getuid());
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error(), HasSubstr("nobody may be held"));
}

TEST_F(HolderPermissionFileTest, WhatIsTooLongOrNoFileAllowsNothing) {
    std::ofstream(file_) << std::string(20'000, '#');

    EXPECT_THAT(why_not(), HasSubstr("longer than any"));
    EXPECT_FALSE(read_permission(folder_.path(), ::getuid()));
}

}  // namespace
}  // namespace mayhem::holding
