// Proves in which order the guards speak, and that a message is refused from the very moment at which it expires.
#include "mayhem/core/guards.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

constexpr wall_time noon{std::chrono::hours{12}};

TEST(GuardsTest, AllowWhatNothingSpeaksAgainst) {
    EXPECT_EQ(refuse({.now = noon, .expires_at = noon + duration{1}, .dry_run = false}), std::nullopt);
}

TEST(GuardsTest, RefuseFromTheMomentOfExpiry) {
    EXPECT_EQ(refuse({.now = noon, .expires_at = noon, .dry_run = false}), guard::expired);
}

TEST(GuardsTest, NameTheHaltFirst) {
    EXPECT_EQ(refuse({.now = noon, .expires_at = noon, .dry_run = true, .halted = true}), guard::halted);
}

TEST(GuardsTest, NameTheDryRunLast) {
    EXPECT_EQ(refuse({.now = noon, .expires_at = noon + duration{1}, .dry_run = true}), guard::dry_run);
    EXPECT_EQ(refuse({.now = noon, .expires_at = noon, .dry_run = true}), guard::expired);
}

}  // namespace
}  // namespace mayhem::core
