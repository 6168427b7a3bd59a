// Proves how an act is told to a person.
#include "mayhem/core/act.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

TEST(ActTest, IsToldWithItsParametersAsAPersonSaysThem) {
    EXPECT_EQ(describe({.name = "restart", .with = ""}), "restart");
    EXPECT_EQ(describe({.name = "cut", .with = R"(for = "30s", how = "reject")"}), "cut (for 30s, how reject)");
    EXPECT_EQ(describe({.name = "cut", .with = R"(peers = ["10.0.3.7", "10.0.3.8"], ports = [80, 443])"}),
              "cut (peers [10.0.3.7, 10.0.3.8], ports [80, 443])");
    EXPECT_EQ(describe({}), "");
}

}  // namespace
}  // namespace mayhem::core
