// Proves which guard a planned moment is said to meet: the first in their order that is known now, and none that would
// have to be guessed.
#include "mayhem/core/rules/foreseen.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

TEST(ForeseenTest, NothingIsForeseenWhereNothingIsKnown) {
    EXPECT_EQ(foreseen_refusal({}), std::nullopt);
    EXPECT_EQ(foreseen_refusal({.acts_that_day = 1, .max_per_day = 2}), std::nullopt);
    EXPECT_EQ(foreseen_refusal({.acts_that_day = 1000, .max_per_day = 0}), std::nullopt);
}

TEST(ForeseenTest, TheFirstGuardIsNamed) {
    foreseeable known{
        .is_halted = true, .is_breaker_open = true, .is_dry_run = true, .acts_that_day = 2, .max_per_day = 2};

    EXPECT_EQ(foreseen_refusal(known), guard::halted);
    known.is_halted = false;
    EXPECT_EQ(foreseen_refusal(known), guard::daily_limit);
    known.acts_that_day = 1;
    EXPECT_EQ(foreseen_refusal(known), guard::breaker_open);
    known.is_breaker_open = false;
    EXPECT_EQ(foreseen_refusal(known), guard::dry_run);
}

}  // namespace
}  // namespace mayhem::core
