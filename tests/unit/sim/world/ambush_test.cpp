// Proves who strikes when: those who lie in wait for a weak moment strike in it, once, and nobody else does.
#include "sim/world/ambush.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sim/world/small_scene.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using test::small_scene;
using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr dice::outcome yes{.comes_about = true, .severity = 0, .choice = 0};

class AmbushTest : public ::testing::Test {
protected:
    /// So many who would halt, which has one weak moment alone; says how many of them wait for it.
    std::size_t ask(std::size_t so_many, const dice::outcome& how = yes) {
        std::size_t waiting = 0;
        for (std::size_t i = 0; i < so_many; ++i) {
            waiting += scene_.ambush.waits(fault::halt, how, [this](const std::string& t) { struck_.push_back(t); });
        }
        return waiting;
    }

    small_scene scene_;
    std::vector<std::string> struck_;
};

TEST_F(AmbushTest, HalfOfThemWaitForTheirMomentAndStrikeInItOnce) {
    const std::size_t waiting = ask(20);
    EXPECT_GT(waiting, 4U);
    EXPECT_LT(waiting, 16U);

    scene_.ambush.spring(weak_moment::act_waits, 1min, "cow");
    scene_.loop.run_for(1min);
    EXPECT_THAT(struck_, SizeIs(waiting));
    EXPECT_THAT(struck_, Each(std::string("cow")));

    scene_.ambush.spring(weak_moment::act_waits, 1min, "cow");
    scene_.loop.run_for(1min);
    EXPECT_THAT(struck_, SizeIs(waiting));
}

TEST_F(AmbushTest, AnotherMomentIsNotTheirs) {
    EXPECT_GT(ask(20), 0U);

    scene_.ambush.spring(weak_moment::sync_failed, 1min);
    scene_.loop.run_for(1min);

    EXPECT_THAT(struck_, IsEmpty());
}

TEST_F(AmbushTest, WhatDoesNotComeAboutWaitsForNothing) {
    EXPECT_EQ(ask(20, {}), 0U);

    scene_.ambush.spring(weak_moment::act_waits, 1min);
    scene_.loop.run_for(1min);

    EXPECT_THAT(struck_, IsEmpty());
}

TEST_F(AmbushTest, WhatMakesAMomentIsLikelyAsLongAsSomebodyWaitsForIt) {
    small_scene rare(1, test::nothing_but(fault::slow_act));
    const auto come_about = [&rare] {
        int all = 0;
        for (int i = 0; i < 100; ++i) {
            all += rare.ambush.roll(fault::slow_act, {weak_moment::act_waits}) ? 1 : 0;
        }
        return all;
    };
    const int unawaited = come_about();
    while (!rare.ambush.waits(fault::halt, yes, [](const std::string& /*target*/) {})) {
    }

    EXPECT_LT(unawaited, 25);
    EXPECT_GT(come_about(), 30);
}

TEST_F(AmbushTest, OfManySixteenWait) { EXPECT_EQ(ask(200), 16U); }

TEST_F(AmbushTest, NobodyStrikesWhenItIsQuiet) {
    EXPECT_GT(ask(20), 0U);
    scene_.dice.be_quiet();

    scene_.ambush.spring(weak_moment::act_waits, 1min);
    scene_.loop.run_for(1min);

    EXPECT_THAT(struck_, IsEmpty());
}

}  // namespace
}  // namespace mayhem::sim
