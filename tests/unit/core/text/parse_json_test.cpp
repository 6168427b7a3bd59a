// Proves that JSON is measured without recursion and without being misled by strings.
#include "mayhem/core/text/parse_json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(ParseJsonTest, LetsPassWhatIsNestedAsDeepAsAllowed) {
    EXPECT_FALSE(is_nested_too_deep(""));
    EXPECT_FALSE(is_nested_too_deep(nested(json_depth_max)));
    EXPECT_TRUE(is_nested_too_deep(nested(json_depth_max + 1)));
}

TEST(ParseJsonTest, CountsWhatIsOpenAtTheSameTime) {
    std::string flat = "[";
    for (int i = 0; i < 1000; ++i) {
        flat += R"({"a": [1]}, )";
    }

    EXPECT_FALSE(is_nested_too_deep(flat + "1]"));
}

TEST(ParseJsonTest, CountsNoBracketInAString) {
    EXPECT_FALSE(is_nested_too_deep('"' + std::string(100, '[') + '"'));
    EXPECT_FALSE(is_nested_too_deep(R"({"a\"": ")" + std::string(100, '{') + "\"}"));
    EXPECT_TRUE(is_nested_too_deep(R"(["a\\", )" + nested(json_depth_max) + ']')) << "the backslash is escaped itself";
}

TEST(ParseJsonTest, TakesAMillionBracketsWithoutRecursion) {
    EXPECT_TRUE(is_nested_too_deep(std::string(1'000'000, '{')));
}

}  // namespace
}  // namespace mayhem::core
