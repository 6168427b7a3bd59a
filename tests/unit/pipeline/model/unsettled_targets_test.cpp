// Proves which targets are left alone while it is not settled what became of an act, and that this ends with the hold.
#include "pipeline/model/unsettled_targets.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "unit/pipeline/fake_driver.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;

class UnsettledTargetsTest : public testing::Test {
protected:
    static core::target named(const char* id, std::optional<core::wall_time> started_at = {}) {
        return {.id = id, .incarnation = "2", .name = id, .started_at = started_at};
    }

    group named_group(const char* name) {
        group g{{}, driver_, core::random_source(1)};
        g.settings.name = name;
        return g;
    }

    const core::wall_time now_{std::chrono::hours{1}};
    test::fake_driver driver_;
    group web_ = named_group("web");
    group all_ = named_group("all");
    unsettled_targets unsettled_;
};

TEST_F(UnsettledTargetsTest, MeansTheTargetInEveryGroupOfItsDriverUntilTheHoldEnds) {
    {
        const unsettled_targets::hold held = unsettled_.add(named("a"), web_, nullptr, now_);

        EXPECT_TRUE(unsettled_.has(named("a"), web_));
        EXPECT_TRUE(unsettled_.has(named("a"), all_));
        EXPECT_FALSE(unsettled_.has(named("b"), web_));
    }
    EXPECT_FALSE(unsettled_.has(named("a"), web_));
}

TEST_F(UnsettledTargetsTest, LeavesOutItsNamesakesThatAreOlderThanTheAct) {
    const unsettled_targets::hold held = unsettled_.add(named("a"), web_, nullptr, now_);

    EXPECT_FALSE(unsettled_.has(named("a", now_ - 1s), web_));
    EXPECT_TRUE(unsettled_.has(named("a", now_ + 1s), web_));
}

TEST_F(UnsettledTargetsTest, MeansThoseAsWellWhoGoDownWithIt) {
    const core::reach falling{.falls = {{.id = "b", .incarnation = "1", .because = "it does"}}};
    const unsettled_targets::hold held = unsettled_.add(named("a"), web_, &falling, now_);

    EXPECT_TRUE(unsettled_.has(named("b", now_ + 1s), all_));
    EXPECT_FALSE(unsettled_.has(named("b", now_ - 1s), all_)) << "it has not gone down yet";
    EXPECT_FALSE(unsettled_.has(named("c"), all_));
}

TEST_F(UnsettledTargetsTest, WhatGoesOnAfterAnActThatLastsMayBeOlderThanIt) {
    driver_.lasts_for = 1min;
    const unsettled_targets::hold held = unsettled_.add(named("a"), web_, nullptr, now_);

    EXPECT_TRUE(unsettled_.has(named("a", now_ - 1h), web_));
}

TEST_F(UnsettledTargetsTest, AHoldMovesWithItsOwner) {
    unsettled_targets::hold outer;
    {
        unsettled_targets::hold inner = unsettled_.add(named("a"), web_, nullptr, now_);
        outer = std::move(inner);
    }
    EXPECT_TRUE(unsettled_.has(named("a"), web_));

    outer = {};
    EXPECT_FALSE(unsettled_.has(named("a"), web_));
}

}  // namespace
}  // namespace mayhem::pipeline
