// Proves that files change together or not at all, and that nobody else's change is lost.
#include "cli/file_changes.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/standard_output.hpp"

namespace mayhem::cli {

namespace {

class FileChangesTest : public ::testing::Test {
protected:
    FileChangesTest() {
        std::filesystem::create_directory(folder_);
        write("mayhem.toml", "before\n");
    }
    ~FileChangesTest() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
    [[nodiscard]] std::string text(const std::string& name) const { return read_whole(path(name)).value_or("none"); }

    const std::filesystem::path folder_ =
        std::filesystem::path(::testing::TempDir()) / ("file_changes_test." + std::to_string(::getpid()));
};

}  // namespace

TEST_F(FileChangesTest, WhatIsKeptStays) {
    {
        file_changes changes;
        changes.create(path("new.rules"), "rule\n");
        changes.replace(path("mayhem.toml"), "before\n", "after\n");
        changes.keep();
    }

    EXPECT_EQ(text("new.rules"), "rule\n");
    EXPECT_EQ(text("mayhem.toml"), "after\n");
}

TEST_F(FileChangesTest, WhatIsNotKeptIsTakenBack) {
    {
        file_changes changes;
        changes.create(path("new.rules"), "rule\n");
        changes.replace(path("mayhem.toml"), "before\n", "after\n");
        EXPECT_EQ(text("mayhem.toml"), "after\n");
    }

    EXPECT_FALSE(std::filesystem::exists(path("new.rules")));
    EXPECT_EQ(text("mayhem.toml"), "before\n");
}

TEST_F(FileChangesTest, AFailureInTheMiddleLeavesEverythingAsItWas) {
    EXPECT_THROW(
        {
            file_changes changes;
            changes.create(path("new.rules"), "rule\n");
            changes.replace(path("mayhem.toml"), "something else\n", "after\n");
        },
        cannot_write);

    EXPECT_FALSE(std::filesystem::exists(path("new.rules")));
    EXPECT_EQ(text("mayhem.toml"), "before\n");
}

TEST_F(FileChangesTest, AnothersFileIsNotReplaced) {
    write("own.rules", "mine\n");
    {
        file_changes changes;
        EXPECT_THROW(changes.create(path("own.rules"), "rule\n"), cannot_write);
        changes.create(path("own.rules"), "mine\n");
    }

    EXPECT_EQ(text("own.rules"), "mine\n") << "what was there before stays";
}

TEST_F(FileChangesTest, AnothersChangeIsNotTakenBack) {
    file_changes changes;
    changes.replace(path("mayhem.toml"), "before\n", "after\n");
    write("mayhem.toml", "of somebody else\n");

    EXPECT_EQ(changes.take_back().size(), 1U);

    EXPECT_EQ(text("mayhem.toml"), "of somebody else\n");
}

TEST_F(FileChangesTest, ANewFileCanBeReadByEverybodyAndAnOldOneKeepsItsMode) {
    const mode_t mask = ::umask(077);
    ASSERT_EQ(::chmod(path("mayhem.toml").c_str(), 0640), 0);
    file_changes changes;
    changes.create(path("new.rules"), "rule\n");
    changes.replace(path("mayhem.toml"), "before\n", "after\n");
    changes.keep();
    (void)::umask(mask);
    const auto mode = [this](const char* name) {
        struct stat status{};
        return ::stat(path(name).c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
    };

    EXPECT_EQ(mode("new.rules"), 0644U);
    EXPECT_EQ(mode("mayhem.toml"), 0640U);
}

}  // namespace mayhem::cli
