// Proves that what a failure needs is found among many throws, in few runs, and that it is never made up.
#include "sim/chance/shrink.hpp"

#include <algorithm>
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// `each` throws of every kind, as a run has them.
throws many(std::uint64_t each) {
    throws all;
    for (std::uint64_t n = 1; n <= each; ++n) {
        for (std::size_t kind = 0; kind < fault_count; ++kind) {
            all.emplace_back(static_cast<fault>(kind), n);
        }
    }
    return all;
}

class ShrinkTest : public testing::Test {
protected:
    /// A run that breaks if all of `needed` come about in it.
    throws shrink_to(const std::set<dice::one>& needed, std::size_t tries = 1000) {
        const auto is_broken_with = [&](const std::set<dice::one>& these) {
            ++runs_;
            return std::ranges::includes(these, needed);
        };
        return shrink(many(20), is_broken_with, tries);
    }

    std::size_t runs_ = 0;
};

TEST_F(ShrinkTest, FindsTheTwoThatAreNeededAmongHundreds) {
    EXPECT_THAT(shrink_to({{fault::halt, 3}, {fault::kill, 17}}),
                testing::UnorderedElementsAre(dice::one{fault::halt, 3}, dice::one{fault::kill, 17}));
    EXPECT_LT(runs_, 100U);
}

TEST_F(ShrinkTest, TwoOfOneKindAreFoundToo) {
    EXPECT_THAT(shrink_to({{fault::kill, 1}, {fault::kill, 20}}),
                ElementsAre(dice::one{fault::kill, 1}, dice::one{fault::kill, 20}));
}

TEST_F(ShrinkTest, NothingIsLeftOfWhatNeedsNothing) { EXPECT_THAT(shrink_to({}), IsEmpty()); }

TEST_F(ShrinkTest, WhatCannotBeDoneWithoutIsKept) {
    const throws all = many(1);
    EXPECT_THAT(shrink(
                    all, [&](const auto& these) { return these.size() == all.size(); }, 1000),
                testing::ElementsAreArray(all));
}

TEST_F(ShrinkTest, SpendsNoMoreRunsThanItMay) {
    const throws left = shrink_to({{fault::kill, 17}}, 5);

    EXPECT_EQ(runs_, 5U);
    EXPECT_THAT(left, testing::Contains(dice::one{fault::kill, 17}));
}

}  // namespace
}  // namespace mayhem::sim
