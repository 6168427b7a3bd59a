// Proves that the right to act on an incarnation is given once, and only for that incarnation.
#include "pipeline/acted_incarnations.hpp"

#include <gtest/gtest.h>

namespace mayhem::pipeline {
namespace {

acted_incarnations::key naming(const std::string& incarnation) {
    core::message m;
    m.group = "web";
    m.target = {.id = "nginx", .incarnation = incarnation, .name = "nginx"};
    return acted_incarnations::key_of(m);
}

TEST(ActedIncarnationsTest, GivesTheRightOnce) {
    acted_incarnations acted;

    EXPECT_TRUE(acted.claim(naming("1")));
    EXPECT_FALSE(acted.claim(naming("1")));
    EXPECT_TRUE(acted.claim(naming("2")));
}

TEST(ActedIncarnationsTest, GivesItAgainOnceItWasGivenBack) {
    acted_incarnations acted;
    ASSERT_TRUE(acted.claim(naming("1")));

    acted.release(naming("1"));

    EXPECT_TRUE(acted.claim(naming("1")));
}

TEST(ActedIncarnationsTest, RemembersTheLeftoversThatWereSettledLast) {
    acted_incarnations acted;
    for (std::size_t i = 0; i <= acted_incarnations::leftovers_max; ++i) {
        ASSERT_TRUE(acted.claim(naming(std::to_string(i))));
        acted.settle(naming(std::to_string(i)));
    }

    EXPECT_EQ(acted.size(), acted_incarnations::leftovers_max);
    EXPECT_FALSE(acted.is_taken(naming("0")));
    EXPECT_TRUE(acted.is_taken(naming("1")));
}

TEST(ActedIncarnationsTest, NeverForgetsOneWhoseMessageIsAtWork) {
    acted_incarnations acted;
    ASSERT_TRUE(acted.claim(naming("at work")));

    for (std::size_t i = 0; i < 3 * acted_incarnations::leftovers_max; ++i) {
        ASSERT_TRUE(acted.claim(naming(std::to_string(i))));
        acted.settle(naming(std::to_string(i)));
    }

    EXPECT_FALSE(acted.claim(naming("at work")));
}

TEST(ActedIncarnationsTest, WhatWasGivenBackIsNoLeftover) {
    acted_incarnations acted;
    ASSERT_TRUE(acted.claim(naming("1")));
    acted.release(naming("1"));

    acted.settle(naming("1"));

    EXPECT_EQ(acted.size(), 0U);
    EXPECT_TRUE(acted.claim(naming("1")));
}

TEST(ActedIncarnationsTest, RefusesAllWhenTooManyHaveNotBeenSeenToGo) {
    acted_incarnations acted;
    for (std::size_t i = 0; i < acted_incarnations::incarnations_max; ++i) {
        ASSERT_TRUE(acted.claim(naming(std::to_string(i))));
    }

    EXPECT_FALSE(acted.claim(naming("one more")));
}

}  // namespace
}  // namespace mayhem::pipeline
