// Proves on which mount a path lies, and that the file system of / is never filled, by whatever name it is called.
#include "actions/holder/disk_place.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mayhem::actions {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view mounts =
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "30 22 8:2 / /srv rw,relatime shared:2 - xfs /dev/sdb1 rw\n"
    "31 30 0:45 / /srv/far rw - nfs4 10.0.0.7:/srv rw\n"
    "32 22 8:3 / /srv/with\\040space rw - ext4 /dev/sdc rw\n"
    "33 30 0:46 / /srv rw - tmpfs tmpfs rw\n";

std::string type_at(std::string_view path) {
    const auto found = mount_of(mounts, path);
    return found ? found->type : "none";
}

core::disk_fill fill_of(const std::string& directory) {
    return {.directory = directory, .percent = 99, .keep_free = core::disk_fill::least_kept_free};
}

TEST(DiskPlaceTest, APathLiesOnTheLongestMountAboveIt) {
    EXPECT_EQ(type_at("/"), "ext4");
    EXPECT_EQ(type_at("/srvother"), "ext4");
    EXPECT_EQ(type_at("/srv"), "tmpfs") << "what is mounted last covers what was there";
    EXPECT_EQ(type_at("/srv/far/away"), "nfs4");
    EXPECT_EQ(type_at("/srv/with space/x"), "ext4");
    EXPECT_EQ(mount_of("", "/srv"), std::nullopt);
}

TEST(DiskPlaceTest, TheFileSystemOfTheRootIsNeverFilledWhateverItIsCalled) {
    const std::filesystem::path link =
        std::filesystem::temp_directory_path() / ("mayhem-disk-place-" + std::to_string(::getpid()));
    std::filesystem::create_directory_symlink("/", link);

    const found_place root = find_place(fill_of("/"));
    const found_place by_link = find_place(fill_of(link.string()));
    std::filesystem::remove(link);

    for (const found_place* const p : {&root, &by_link}) {
        ASSERT_TRUE(p->refused);
        EXPECT_EQ(p->refused->by, core::guard::protected_target);
        EXPECT_THAT(p->refused->why, HasSubstr("file system of /, which is never filled"));
    }
}

TEST(DiskPlaceTest, WhereTheKernelKeepsNoFilesNothingIsFilled) {
    const found_place proc = find_place(fill_of("/proc"));

    ASSERT_TRUE(proc.refused);
    EXPECT_EQ(proc.refused->by, core::guard::no_effect_possible);
    EXPECT_THAT(proc.refused->why, HasSubstr("only ext2 to ext4, xfs and tmpfs"));
}

TEST(DiskPlaceTest, WhatIsNotThereIsNoPlace) {
    const found_place nowhere = find_place(fill_of("/proc/nowhere"));

    ASSERT_TRUE(nowhere.refused);
    EXPECT_EQ(nowhere.refused->by, std::nullopt);
    EXPECT_THAT(nowhere.refused->why, HasSubstr("cannot look at /proc/nowhere: No such file"));
}

}  // namespace
}  // namespace mayhem::actions
