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

    const unsettled_targets::instant now_{.wall = core::wall_time{5h}, .steady = async::clock::time_point{3h}};
    test::fake_driver driver_;
    group web_ = named_group("web");
    group all_ = named_group("all");
    unsettled_targets unsettled_;
};

TEST_F(UnsettledTargetsTest, MeansTheTargetInEveryGroupOfItsDriverUntilTheHoldEnds) {
    {
        const unsettled_targets::hold held = unsettled_.add(named("a"), web_, web_.driver, nullptr, now_);

        EXPECT_TRUE(unsettled_.has(named("a"), web_, now_));
        EXPECT_TRUE(unsettled_.has(named("a"), all_, now_));
        EXPECT_FALSE(unsettled_.has(named("b"), web_, now_));
    }
    EXPECT_FALSE(unsettled_.has(named("a"), web_, now_));
}

TEST_F(UnsettledTargetsTest, LeavesOutItsNamesakesThatAreOlderThanTheAct) {
    const unsettled_targets::hold held = unsettled_.add(named("a"), web_, web_.driver, nullptr, now_);

    EXPECT_FALSE(unsettled_.has(named("a", now_.wall - 1s), web_, now_));
    EXPECT_TRUE(unsettled_.has(named("a", now_.wall + 1s), web_, now_));
}

TEST_F(UnsettledTargetsTest, KnowsWhatBeganAfterTheActThoughTheClockWasSet) {
    const unsettled_targets::hold held = unsettled_.add(named("a"), web_, web_.driver, nullptr, now_);
    const core::target next = named("a", now_.wall - 4h + 20s);

    EXPECT_TRUE(unsettled_.has(next, web_, {now_.wall - 4h + 45s, now_.steady + 45s})) << "set back before it began";
    EXPECT_TRUE(unsettled_.has(named("a", now_.wall + 20s), web_, {now_.wall + 4h, now_.steady + 45s}))
        << "set forward since";
    EXPECT_FALSE(unsettled_.has(named("a", now_.wall - 20s), web_, {now_.wall + 45s, now_.steady + 45s}));
}

TEST_F(UnsettledTargetsTest, MeansThoseAsWellWhoGoDownWithIt) {
    const core::reach falling{.falls = {{.id = "b", .incarnation = "1", .because = "it does"}}};
    const unsettled_targets::hold held = unsettled_.add(named("a"), web_, web_.driver, &falling, now_);

    EXPECT_TRUE(unsettled_.has(named("b", now_.wall + 1s), all_, now_));
    EXPECT_FALSE(unsettled_.has(named("b", now_.wall - 1s), all_, now_)) << "it has not gone down yet";
    EXPECT_FALSE(unsettled_.has(named("c"), all_, now_));
}

TEST_F(UnsettledTargetsTest, WhatGoesOnAfterAnActThatLastsMayBeOlderThanIt) {
    driver_.lasts_for.length = 1min;
    const unsettled_targets::hold held = unsettled_.add(named("a"), web_, web_.driver, nullptr, now_);

    EXPECT_TRUE(unsettled_.has(named("a", now_.wall - 1h), web_, now_));
}

TEST_F(UnsettledTargetsTest, AHoldMovesWithItsOwner) {
    unsettled_targets::hold outer;
    {
        unsettled_targets::hold inner = unsettled_.add(named("a"), web_, web_.driver, nullptr, now_);
        outer = std::move(inner);
    }
    EXPECT_TRUE(unsettled_.has(named("a"), web_, now_));

    outer = {};
    EXPECT_FALSE(unsettled_.has(named("a"), web_, now_));
}

}  // namespace
}  // namespace mayhem::pipeline
