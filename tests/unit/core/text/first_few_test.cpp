// Proves how a list is shortened for a line.
#include "mayhem/core/text/first_few.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

TEST(FirstFewTest, CountsWhatItLeavesOut) {
    EXPECT_EQ(first_few({"a", "b", "c", "d"}, 2), "a, b and 2 more");
    EXPECT_EQ(first_few({"a", "b", "c"}, 2), "a, b and 1 more");
}

TEST(FirstFewTest, NamesAllIfThereAreFew) {
    EXPECT_EQ(first_few({"a", "b"}, 2), "a, b");
    EXPECT_EQ(first_few({"a"}, 2), "a");
    EXPECT_EQ(first_few({}, 2), "");
}

}  // namespace
}  // namespace mayhem::core
