// Proves that the automatic format recognises the journal's descriptor and no other, on a pipe of the test's own.
#include "telemetry/log_format.hpp"

#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "unit/telemetry/pipe.hpp"

namespace mayhem::telemetry {
namespace {

std::string stream_of(int fd, unsigned inode_offset = 0) {
    struct stat status{};
    EXPECT_EQ(::fstat(fd, &status), 0);
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino + inode_offset);
}

TEST(LogFormatTest, ReadsItsNames) {
    EXPECT_EQ(parse_log_format("auto"), log_format::automatic);
    EXPECT_EQ(parse_log_format("text"), log_format::text);
    EXPECT_EQ(parse_log_format("json"), log_format::json);
    EXPECT_EQ(parse_log_format("journald"), log_format::journald);
    EXPECT_EQ(parse_log_format("xml"), std::nullopt);
}

TEST(LogFormatTest, IsTheJournalsWhenTheDescriptorIs) {
    const test::pipe p;

    EXPECT_EQ(resolve(log_format::automatic, p.write_end(), stream_of(p.write_end())), log_format::journald);
}

TEST(LogFormatTest, IsTextForAnyOtherDescriptor) {
    const test::pipe p;

    EXPECT_EQ(resolve(log_format::automatic, p.write_end(), stream_of(p.write_end(), 1)), log_format::text);
    EXPECT_EQ(resolve(log_format::automatic, p.write_end(), ""), log_format::text);
    EXPECT_EQ(resolve(log_format::automatic, p.write_end(), "nonsense"), log_format::text);
    EXPECT_EQ(resolve(log_format::automatic, p.write_end(), stream_of(p.write_end()) + "x"), log_format::text);
    EXPECT_EQ(resolve(log_format::automatic, -1, "1:1"), log_format::text);
}

TEST(LogFormatTest, KeepsWhatWasAskedFor) {
    const test::pipe p;

    EXPECT_EQ(resolve(log_format::json, p.write_end(), stream_of(p.write_end())), log_format::json);
    EXPECT_EQ(resolve(log_format::journald, p.write_end(), ""), log_format::journald);
}

}  // namespace
}  // namespace mayhem::telemetry
