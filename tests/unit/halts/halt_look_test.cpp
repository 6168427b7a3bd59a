// Proves what a look at the halt file tells apart: there, with its first line; not there; nobody knows.
#include "halts/halt_look.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "unit/stores/support.hpp"

namespace mayhem::app {
namespace {

class HaltLookTest : public ::testing::Test {
protected:
    stores::test::temporary_folder folder_;
    const std::filesystem::path file_ = folder_ / "halt";
};

TEST_F(HaltLookTest, TellsTheFirstLineOfWhatIsThere) {
    std::ofstream(file_) << "the \x1b disk\nis replaced\n";

    const halt_look found = look_at_halt_file(file_);

    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->why, "the ? disk");
}

TEST_F(HaltLookTest, AFolderIsThereToo) {
    std::filesystem::create_directory(file_);

    const halt_look found = look_at_halt_file(file_);

    EXPECT_TRUE(found && *found && (*found)->why.empty());
}

TEST_F(HaltLookTest, NothingIsThereWhereThereIsNoFileOrNoFolder) {
    std::ofstream(folder_ / "file").close();

    for (const auto& file : {file_, folder_ / "none/halt", folder_ / "file/halt"}) {
        const halt_look found = look_at_halt_file(file);
        EXPECT_TRUE(found && !*found) << file;
    }
}

TEST_F(HaltLookTest, WhatCannotBeLookedAtIsNotAbsent) {
    std::filesystem::create_symlink(file_, file_);

    const halt_look found = look_at_halt_file(file_);

    ASSERT_FALSE(found);
    EXPECT_EQ(found.error(), "Too many levels of symbolic links");
    EXPECT_FALSE(look_at_halt_file(folder_ / std::string(300, 'x').c_str()));
}

}  // namespace
}  // namespace mayhem::app
