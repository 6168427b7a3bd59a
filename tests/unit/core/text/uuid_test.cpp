// Proves that a UUID is what RFC 4122 calls version 4, that its text can be read back and nothing else can, and that
// many draws give no two alike.
#include "mayhem/core/text/uuid.hpp"

#include <regex>
#include <unordered_set>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

constexpr std::uint64_t seed = 42;

TEST(UuidTest, HasTheFormOfVersionFour) {
    const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    random_source rng(seed);

    for (int i = 0; i < 1000; ++i) {
        const std::string text = uuid::random(rng).to_string();
        ASSERT_TRUE(std::regex_match(text, form)) << text;
    }
}

TEST(UuidTest, EveryRandomBitIsUsed) {
    std::array<std::uint8_t, 16> seen_set{};
    std::array<std::uint8_t, 16> seen_clear{};
    random_source rng(seed);

    for (int i = 0; i < 200; ++i) {
        const auto bytes = uuid::random(rng).bytes();
        for (std::size_t j = 0; j < bytes.size(); ++j) {
            seen_set[j] |= bytes[j];
            seen_clear[j] |= static_cast<std::uint8_t>(~bytes[j]);
        }
    }

    for (std::size_t j = 0; j < seen_set.size(); ++j) {
        const int always = j == 6 ? 0x40 : j == 8 ? 0x80 : 0;
        const int never = j == 6 ? 0xb0 : j == 8 ? 0x40 : 0;
        EXPECT_EQ(seen_set[j], 0xff & ~never) << "byte " << j;
        EXPECT_EQ(seen_clear[j], 0xff & ~always) << "byte " << j;
    }
}

TEST(UuidTest, TextCanBeReadBack) {
    random_source rng(seed);

    for (int i = 0; i < 1000; ++i) {
        const uuid id = uuid::random(rng);
        ASSERT_EQ(uuid::parse(id.to_string()), id);
    }
}

TEST(UuidTest, ReadsTheBytesInTheirOrder) {
    const auto id = uuid::parse("00112233-4455-6677-8899-AaBbCcDdEeFf");

    ASSERT_TRUE(id);
    EXPECT_EQ(id->bytes(), (std::array<std::uint8_t, 16>{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99,
                                                         0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}));
    EXPECT_EQ(id->to_string(), "00112233-4455-6677-8899-aabbccddeeff");
}

TEST(UuidTest, ReadsNoOtherForm) {
    for (const char* text : {"", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
                             "00112233445566778899aabbccddeeff", "{0112233-4455-6677-8899-aabbccddeef}",
                             "00112233-4455-6677-8899-aabbccddeefg", "001122334-455-6677-8899-aabbccddeeff",
                             "00112233-4455-6677-8899-aabbccddee f"}) {
        EXPECT_EQ(uuid::parse(text), std::nullopt) << text;
    }
}

TEST(UuidTest, IsNilUntilDrawn) {
    random_source rng(seed);

    EXPECT_TRUE(uuid().is_nil());
    EXPECT_EQ(uuid().to_string(), "00000000-0000-0000-0000-000000000000");
    EXPECT_FALSE(uuid::random(rng).is_nil());
}

TEST(UuidTest, ManyDrawsGiveNoTwoAlike) {
    constexpr std::size_t draws = 200'000;
    random_source rng(seed);
    std::unordered_set<uuid> ids;
    std::unordered_set<std::size_t> hashes;

    for (std::size_t i = 0; i < draws; ++i) {
        const uuid id = uuid::random(rng);
        ids.insert(id);
        hashes.insert(std::hash<uuid>()(id));
    }

    EXPECT_EQ(ids.size(), draws);
    EXPECT_EQ(hashes.size(), draws);
}

TEST(UuidTest, OrderIsThatOfTheText) {
    random_source rng(seed);

    for (int i = 0; i < 100; ++i) {
        const uuid a = uuid::random(rng);
        const uuid b = uuid::random(rng);
        ASSERT_EQ(a < b, a.to_string() < b.to_string());
    }
}

}  // namespace
}  // namespace mayhem::core
