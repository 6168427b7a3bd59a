// Proves that sizes are written as people read them, and read as people write them.
#include "mayhem/core/text/size_text.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

TEST(SizeTextTest, HasAtMostOneDigitAfterThePoint) {
    EXPECT_EQ(format_size(0), "0 bytes");
    EXPECT_EQ(format_size(1023), "1023 bytes");
    EXPECT_EQ(format_size(1024), "1 KiB");
    EXPECT_EQ(format_size(64ULL << 20U), "64 MiB");
    EXPECT_EQ(format_size((3ULL << 30U) / 2), "1.5 GiB");
    EXPECT_EQ(format_size(780ULL << 20U), "780 MiB");
    EXPECT_EQ(format_size((2ULL << 30U) - 1), "2 GiB") << "rounded to the nearest";
    EXPECT_EQ(format_size(5000ULL << 40U), "5000 TiB");
}

TEST(SizeTextTest, IsReadWithItsUnit) {
    EXPECT_EQ(*parse_size("256 MiB"), 256ULL << 20U);
    EXPECT_EQ(*parse_size("1GiB"), 1ULL << 30U);
    EXPECT_EQ(*parse_size("64K"), 64ULL << 10U);
    EXPECT_EQ(*parse_size("2 T"), 2ULL << 40U);
}

TEST(SizeTextTest, NonsenseIsAnError) {
    for (const char* const text : {"", "MiB", "64", "64 MB", "1.5 GiB", "-1 MiB", "64 MiB x", "64 iB", "9E"}) {
        const auto size = parse_size(text);
        ASSERT_FALSE(size) << text;
        EXPECT_NE(size.error().find("is no size"), std::string::npos) << size.error();
    }
    EXPECT_FALSE(parse_size("9999999999999 T"));
    EXPECT_FALSE(parse_size("99999999999999999999999 K"));
}

}  // namespace
}  // namespace mayhem::core
