// Proves that a file is read whole or refused with a reason, on real files in a folder of the test's own.
#include "config/config_file.hpp"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mayhem::app {
namespace {

class ConfigFileTest : public testing::Test {
protected:
    ConfigFileTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "config_file_test.XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        file_ = folder_ / "mayhem.toml";
    }
    ~ConfigFileTest() override { std::filesystem::remove_all(folder_); }

    void write(std::string_view text) const { std::ofstream(file_, std::ios::binary) << text; }

    [[nodiscard]] std::vector<std::string> errors() const {
        std::vector<std::string> lines;
        if (const auto result = read_config_file(file_); !result) {
            for (const settings::error& e : result.error()) {
                lines.push_back(to_string(e));
            }
        }
        return lines;
    }

    /// The only error there is, said of the whole file.
    [[nodiscard]] std::vector<std::string> only(std::string_view text) const {
        return {file_.string() + ": " + std::string(text)};
    }

    std::filesystem::path folder_;
    std::filesystem::path file_;
};

TEST_F(ConfigFileTest, ReadsAFile) {
    write("seed = 42\n");

    const auto result = read_config_file(file_);

    ASSERT_TRUE(result);
    EXPECT_EQ(result->seed, 42U);
}

TEST_F(ConfigFileTest, ReadsAnEmptyFile) {
    write("");

    const auto result = read_config_file(file_);

    ASSERT_TRUE(result);
    EXPECT_TRUE(result->groups.empty());
    EXPECT_TRUE(result->handling.dry_run);
}

TEST_F(ConfigFileTest, NamesTheFileInErrors) {
    write("sead = 42\n");

    EXPECT_EQ(errors(), std::vector{file_.string() + ":1:1: unknown key \"sead\": did you mean \"seed\"?"});
}

TEST_F(ConfigFileTest, RefusesWhatDoesNotExist) {
    EXPECT_EQ(errors(), only("cannot be read: No such file or directory"));
}

TEST_F(ConfigFileTest, RefusesAFolder) {
    std::filesystem::create_directory(file_);

    EXPECT_EQ(errors(), only("is a directory: name the file in it"));
}

TEST_F(ConfigFileTest, RefusesAPipeWithoutWaitingForItsWriter) {
    ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);

    EXPECT_EQ(errors(), only("is not a regular file"));
}

TEST_F(ConfigFileTest, RefusesWhatMayNotBeRead) {
    constexpr uid_t nobody = 65534;
    const bool is_root = ::geteuid() == 0;  // who may read everything
    write("seed = 42\n");
    std::filesystem::permissions(file_, std::filesystem::perms::none);
    ASSERT_EQ(is_root ? ::seteuid(nobody) : 0, 0);

    const auto found = errors();

    ASSERT_EQ(is_root ? ::seteuid(0) : 0, 0);
    EXPECT_EQ(found, only("cannot be read: Permission denied"));
}

TEST_F(ConfigFileTest, ReadsTheLargestFileAndRefusesALargerOne) {
    const std::string head = "seed = 42\n#";
    write(head + std::string(config_bytes_max - head.size(), 'x'));
    EXPECT_EQ(errors(), std::vector<std::string>{});

    write(head + std::string(config_bytes_max - head.size() + 1, 'x'));
    EXPECT_EQ(errors(), only("is larger than 1048576 bytes: no config file needs that"));
}

}  // namespace
}  // namespace mayhem::app
