// Proves which files count as secret, and that what stands in them is in no error.
#include "system/secret_file.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mayhem::system {
namespace {

class SecretFileTest : public ::testing::Test {
protected:
    ~SecretFileTest() override { std::filesystem::remove_all(path_); }

    /// What is read, or the error.
    std::string read(const std::string& text, mode_t mode = 0600) const {
        std::ofstream(path_, std::ios::trunc | std::ios::binary) << text;
        ::chmod(path_.c_str(), mode);
        return read_path();
    }
    std::string read_path() const {
        try {
            return read_secret_file(path_.string());
        } catch (const std::runtime_error& e) {
            EXPECT_EQ(std::string(e.what()).find("hunter2"), std::string::npos);
            return "error";
        }
    }

    std::string read_whole(const std::string& text, mode_t mode = 0600) const {
        (void)read(text, mode);
        try {
            return read_secret_text(path_.string());
        } catch (const std::runtime_error& e) {
            EXPECT_EQ(std::string(e.what()).find("hunter2"), std::string::npos);
            return "error";
        }
    }

    const std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("mayhem-secret-file-" + std::to_string(::getpid()));
};

TEST_F(SecretFileTest, ItsFirstLineIsTheSecret) {
    EXPECT_EQ(read("hunter2"), "hunter2");
    EXPECT_EQ(read("hunter2\n"), "hunter2");
    EXPECT_EQ(read("hunter2\r\nmore\n"), "hunter2");
    EXPECT_EQ(read(std::string(secret_bytes_max, 'x') + "\n"), std::string(secret_bytes_max, 'x'));
}

TEST_F(SecretFileTest, OthersMustNotReadOrChangeIt) {
    for (const mode_t mode : {0644U, 0604U, 0602U, 0620U, 0666U}) {
        EXPECT_EQ(read("hunter2", mode), "error") << std::oct << mode;
    }
    for (const mode_t mode : {0600U, 0400U, 0640U}) {
        EXPECT_EQ(read("hunter2", mode), "hunter2") << std::oct << mode;
    }
}

TEST_F(SecretFileTest, WhatIsNoSecretIsRefused) {
    EXPECT_EQ(read(""), "error");
    EXPECT_EQ(read("\nhunter2"), "error");
    EXPECT_EQ(read("hunter2\x01\n"), "error");
    EXPECT_EQ(read(std::string(secret_bytes_max + 1, 'x')), "error");
    EXPECT_EQ(read(std::string(100'000, 'x')), "error");
}

TEST_F(SecretFileTest, AFolderOrAPipeOrNothingIsRefusedAtOnce) {
    EXPECT_EQ(read_path(), "error");
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    EXPECT_EQ(read_path(), "error");
    std::filesystem::remove(path_);
    std::filesystem::create_directory(path_);
    EXPECT_EQ(read_path(), "error");
}

TEST_F(SecretFileTest, AsAWholeItMayHaveManyLines) {
    const std::string lines = "{\n\t\"key\": \"hunter2\"\n}\n";

    EXPECT_EQ(read_whole(lines), lines);
    EXPECT_EQ(read_whole(std::string(secret_text_bytes_max, 'x')), std::string(secret_text_bytes_max, 'x'));
    EXPECT_EQ(read_whole(std::string(secret_text_bytes_max + 1, 'x')), "error");
    EXPECT_EQ(read_whole(""), "error");
    EXPECT_EQ(read_whole(lines, 0644), "error");
}

}  // namespace
}  // namespace mayhem::system
