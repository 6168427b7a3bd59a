// Proves that a slip of the finger finds the name that was meant, and that a word unlike all names finds none.
#include "mayhem/core/text/closest_name.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

constexpr std::array<std::string_view, 6> names{"capacity", "lease",       "max_attempts",
                                                "backoff",  "backoff_max", "executable"};

TEST(ClosestNameTest, CountsEdits) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("lease", "leese"), 1U);
    EXPECT_EQ(edit_distance("INFO", "info"), 0U);
}

TEST(ClosestNameTest, CountsASwapOnce) {
    EXPECT_EQ(edit_distance("lease", "laese"), 1U);
    EXPECT_EQ(edit_distance("ab", "ba"), 1U);
    EXPECT_EQ(edit_distance("ca", "abc"), 3U) << "one edit a place: the restricted distance";
}

TEST(ClosestNameTest, FindsWhatWasMeant) {
    EXPECT_EQ(closest_name("leese", names), "lease");
    EXPECT_EQ(closest_name("capcity", names), "capacity");
    EXPECT_EQ(closest_name("max-attempt", names), "max_attempts");
    EXPECT_EQ(closest_name("Backoff", names), "backoff");
    EXPECT_EQ(closest_name("backof_max", names), "backoff_max");
}

TEST(ClosestNameTest, FindsWhatWasCutShort) {
    EXPECT_EQ(closest_name("exe", names), "executable");
    EXPECT_EQ(closest_name("cap", names), "capacity");
    EXPECT_EQ(closest_name("ca", names), std::nullopt) << "two letters say too little";
}

TEST(ClosestNameTest, FindsNothingForAnotherWord) {
    for (const std::string_view name : {"", "x", "colour", "timeout", "attempts"}) {
        EXPECT_EQ(closest_name(name, names), std::nullopt) << name;
    }
    EXPECT_EQ(closest_name("lease", {}), std::nullopt);
}

TEST(ClosestNameTest, FindsTheFirstOfEquals) {
    constexpr std::array<std::string_view, 2> equals{"cart", "card"};

    EXPECT_EQ(closest_name("carx", equals), "cart");
}

TEST(ClosestNameTest, DoesNotLookAtEndlessText) {
    EXPECT_EQ(closest_name(std::string(100'000, 'a'), names), std::nullopt);
}

}  // namespace
}  // namespace mayhem::core
