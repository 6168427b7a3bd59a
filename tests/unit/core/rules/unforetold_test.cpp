// Proves who counts as having fallen with a target though nobody had foretold it, and what is said of him.
#include "mayhem/core/rules/unforetold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::core {

namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

target life(const std::string& id, const std::string& incarnation) {
    return {.id = id, .incarnation = incarnation, .name = id};
}

bool nobody(const target&) { return false; }

const std::vector<target> stood{life("b", "1"), life("c", "1")};

}  // namespace

TEST(UnforetoldTest, WhoGoesOnInTheSameLifeHasNotFallen) {
    const auto fallen = falls_unforetold(stood, {life("c", "1"), life("b", "1"), life("new", "1")}, 5s, nobody);

    EXPECT_THAT(fallen, IsEmpty());
    EXPECT_EQ(describe_unforetold(fallen), "");
}

TEST(UnforetoldTest, WhoIsGoneOrLivesAnotherLifeHas) {
    const auto fallen = falls_unforetold(stood, {life("b", "2")}, 5s, nobody);

    ASSERT_THAT(fallen, SizeIs(2));
    EXPECT_EQ(fallen[0], (fate{.who = {.id = "b", .incarnation = "1", .because = {}, .is_meant = true},
                               .has_fallen = true,
                               .back = 5s,
                               .incarnation_after = "2",
                               .is_foretold = false}));
    EXPECT_EQ(fallen[1], (fate{.who = {.id = "c", .incarnation = "1", .because = {}, .is_meant = true},
                               .has_fallen = true,
                               .is_foretold = false}));
    EXPECT_EQ(describe_unforetold(fallen),
              "b, c fell in the same time, which nobody had foretold, and 1 of 2 does not stand");
}

TEST(UnforetoldTest, WhatAnotherActOfOursHasDoneIsNone) {
    const auto is_b = [](const target& t) { return t.id == "b"; };

    const auto fallen = falls_unforetold(stood, {}, 5s, is_b);

    ASSERT_THAT(fallen, SizeIs(1));
    EXPECT_EQ(describe_unforetold(fallen), "c fell in the same time, which nobody had foretold, and does not stand");
}

/// Workers of one command line: the one beside it is no new life of the one that fell.
TEST(UnforetoldTest, WhoStoodBesideItIsNotItsNextLife) {
    const auto fallen = falls_unforetold({life("worker", "1"), life("worker", "2")}, {life("worker", "2")}, 5s, nobody);

    ASSERT_THAT(fallen, SizeIs(1));
    EXPECT_EQ(fallen[0].back, std::nullopt);
}

TEST(UnforetoldTest, NamesNoMoreThanAReachMayHold) {
    std::vector<target> many;
    for (std::size_t i = 0; i < reach_max + 5; ++i) {
        many.push_back(life(std::to_string(i), "1"));
    }

    EXPECT_THAT(falls_unforetold(many, {}, 5s, nobody), SizeIs(reach_max));
}

TEST(UnforetoldTest, SpeaksOfThoseAlone) {
    const neighbour b{.id = "b", .incarnation = "1", .because = {}};
    EXPECT_EQ(describe_unforetold({{.who = b, .has_fallen = true}}), "");
    EXPECT_EQ(describe_unforetold({{.who = b, .back = 1s, .is_foretold = false}}),
              "b fell in the same time, which nobody had foretold, and stands again");
}

}  // namespace mayhem::core
