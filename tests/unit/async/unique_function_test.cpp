// Proves that a function which holds what cannot be copied is moved, called and destroyed once.

#include "mayhem/async/unique_function.hpp"

#include <memory>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace mayhem::async {
namespace {

static_assert(!std::is_copy_constructible_v<unique_function<void()>>);
static_assert(std::is_nothrow_move_constructible_v<unique_function<void()>>);
static_assert(!std::is_constructible_v<unique_function<int()>, void (*)()>, "its result must fit");

TEST(UniqueFunctionTest, HoldsWhatCannotBeCopied) {
    unique_function<int(int)> add = [held = std::make_unique<int>(40)](int more) { return *held + more; };

    unique_function<int(int)> moved = std::move(add);

    EXPECT_FALSE(add);  // NOLINT(bugprone-use-after-move): empty afterwards
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved(2), 42);
}

TEST(UniqueFunctionTest, TakesWhatCanOnlyBeMovedAndMayChangeWhatItHolds) {
    unique_function<int(std::unique_ptr<int>)> sum = [total = 0](std::unique_ptr<int> i) mutable {
        return total += *i;
    };

    EXPECT_EQ(sum(std::make_unique<int>(1)), 1);
    EXPECT_EQ(sum(std::make_unique<int>(2)), 3);
}

TEST(UniqueFunctionTest, LetsGoOfWhatItHeldWhenAnotherTakesItsPlace) {
    const auto held = std::make_shared<int>(0);
    unique_function<void()> f = [held] {};
    EXPECT_EQ(held.use_count(), 2);

    f = [] {};

    EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace mayhem::async
