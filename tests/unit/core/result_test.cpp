// Proves that a result holds either its value or its error, and never lets one pass for the other.
#include "mayhem/core/result.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

result<int> half_of(int number) {
    if (number % 2 != 0) {
        return failure{std::to_string(number) + " is odd"};
    }
    return number / 2;
}

TEST(ResultTest, HoldsAValue) {
    const auto half = half_of(42);

    ASSERT_TRUE(half);
    EXPECT_EQ(*half, 21);
    EXPECT_THROW((void)half.error(), std::bad_variant_access);
}

TEST(ResultTest, HoldsAnError) {
    const auto half = half_of(7);

    ASSERT_FALSE(half);
    EXPECT_EQ(half.error(), "7 is odd");
    EXPECT_THROW((void)half.value(), std::bad_variant_access);
}

TEST(ResultTest, TellsValueAndErrorOfOneTypeApart) {
    const result<std::string> value(std::string("text"));
    const result<std::string> error(failure{"reason"});

    EXPECT_EQ(value.value(), "text");
    EXPECT_EQ(error.error(), "reason");
}

TEST(ResultTest, HandsOutAValueThatCannotBeCopied) {
    result<std::unique_ptr<int>> owned(std::make_unique<int>(5));

    const std::unique_ptr<int> taken = *std::move(owned);

    EXPECT_EQ(*taken, 5);
}

}  // namespace
}  // namespace mayhem::core
