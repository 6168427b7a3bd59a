// Proves who strikes when: those who lie in wait for a weak moment strike in it, once, and nobody else does.
#include "sim/world/ambush.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sim/world/small_scene.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using test::small_scene;
using ::testing::Each;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr dice::outcome yes{.comes_about = true, .severity = 0, .choice = 0};

class AmbushTest : public ::testing::Test {
protected:
    /// So many who would halt, which has one weak moment alone, or do something else; says how many of them wait.
    std::size_t ask(std::size_t so_many, const dice::outcome& how = yes, fault f = fault::halt) {
        std::size_t waiting = 0;
        for (std::size_t i = 0; i < so_many; ++i) {
            waiting += scene_.ambush.waits(f, how, [this](const std::string& t) { struck_.push_back(t); });
        }
        return waiting;
    }

    small_scene scene_;
    std::vector<std::string> struck_;
};

TEST_F(AmbushTest, HalfOfThemWaitForTheirMomentAndStrikeInItOnce) {
    const std::size_t waiting = ask(4);
    EXPECT_GT(waiting, 0U);
    EXPECT_LT(waiting, 4U);

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

TEST_F(AmbushTest, TheDiskWaitsForARecordOfWhoStillStands) {
    const std::size_t waiting = ask(20, yes, fault::failing_disk);

    scene_.ambush.spring(weak_moment::target_outlives_record, 0s, "cow");
    scene_.loop.run_for(0s);

    EXPECT_GT(waiting, 0U);
    EXPECT_THAT(struck_, SizeIs(waiting));
}

TEST_F(AmbushTest, WhoHasSeveralMomentsIsSharedOutAmongThem) {
    const std::vector<std::pair<fault, std::vector<weak_moment>>> theirs{
        {fault::impatience,
         {weak_moment::reload_hangs, weak_moment::act_is_unrecorded, weak_moment::target_dies_slowly}},
        {fault::asked_restart,
         {weak_moment::target_dies_slowly, weak_moment::target_outlives_life, weak_moment::guards_are_asked}}};
    for (const auto& [who, moments] : theirs) {
        struck_.clear();
        std::size_t waiting = 0;
        std::vector<std::size_t> in_each(moments.size());
        for (int i = 0; i < 20; ++i) {
            waiting += ask(20, yes, who);
            for (std::size_t m = 0; m < moments.size(); ++m) {
                const std::size_t before = struck_.size();
                scene_.ambush.spring(moments[m], 1min, "cow");
                scene_.loop.run_for(1min);
                in_each[m] += struck_.size() - before;
            }
        }

        EXPECT_THAT(in_each, Each(Gt(0U)));
        EXPECT_THAT(struck_, SizeIs(waiting));
    }
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

TEST_F(AmbushTest, OfManyFourOfAKindWait) {
    EXPECT_EQ(ask(200), 4U);
    EXPECT_EQ(ask(200, yes, fault::kill), 5U) << "and one for the moment that hardly ever comes";
}

TEST_F(AmbushTest, NobodyStrikesWhenItIsQuiet) {
    EXPECT_GT(ask(20), 0U);
    scene_.dice.be_quiet();

    scene_.ambush.spring(weak_moment::act_waits, 1min);
    scene_.loop.run_for(1min);

    EXPECT_THAT(struck_, IsEmpty());
}

}  // namespace
}  // namespace mayhem::sim
