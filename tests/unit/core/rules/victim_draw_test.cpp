// Proves that victims are drawn uniformly and without replacement: by properties over thousands of random herds, by a
// chi-square test, and by interrupting a round at any draw and going on from what was recorded.
#include "mayhem/core/rules/victim_draw.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace mayhem::core {
namespace {

std::vector<target> herd(std::size_t size) {
    std::vector<target> all;
    for (std::size_t i = 0; i < size; ++i) {
        all.push_back({.id = "host-" + std::to_string(i), .incarnation = "1", .name = "h"});
    }
    return all;
}

RC_GTEST_PROP(VictimDrawTest, EachRoundHitsEverybodyOnce, (std::uint64_t seed)) {
    const std::vector<target> all = herd(*rc::gen::inRange<std::size_t>(1, 40));
    random_source rng(seed);
    victim_draw draw;

    for (std::uint64_t round = 1; round <= 3; ++round) {
        std::set<std::size_t> hit;
        for (std::size_t i = 0; i < all.size(); ++i) {
            hit.insert(draw.draw(all, rng));
            RC_ASSERT(draw.round() == round);
        }
        RC_ASSERT(hit.size() == all.size());
    }
}

RC_GTEST_PROP(VictimDrawTest, NobodyIsHitTwiceWhileAnEligibleOneIsSpared, (std::uint64_t seed)) {
    const std::vector<target> all = herd(*rc::gen::inRange<std::size_t>(1, 20));
    random_source rng(seed);
    victim_draw draw;
    std::map<std::string, std::uint64_t> last_round;

    for (int i = 0; i < 100; ++i) {
        std::vector<target> eligible;
        std::ranges::copy_if(all, std::back_inserter(eligible), [&rng](const target&) { return rng.below(3) > 0; });
        if (eligible.empty()) {
            continue;
        }
        const std::string victim = eligible[draw.draw(eligible, rng)].id;
        const bool was_hit = last_round[victim] == draw.round();
        RC_ASSERT(!was_hit);
        last_round[victim] = draw.round();
    }
}

RC_GTEST_PROP(VictimDrawTest, ARoundGoesOnInTheNextLife, (std::uint64_t seed)) {
    const std::vector<target> all = herd(*rc::gen::inRange<std::size_t>(2, 30));
    random_source rng(seed);
    victim_draw draw;
    std::vector<std::string> turns;
    std::set<std::string> hit;

    for (std::size_t i = 0; i < all.size(); ++i) {
        if (rng.below(4) == 0) {
            draw = victim_draw(draw.round(), turns);
        }
        turns.push_back(all[draw.draw(all, rng)].id);
        hit.insert(turns.back());
    }

    RC_ASSERT(hit.size() == all.size());
    RC_ASSERT(draw.round() == 1U);
}

RC_GTEST_PROP(VictimDrawTest, TheSameSeedDrawsTheSame, (std::uint64_t seed)) {
    const std::vector<target> all = herd(10);
    random_source a(seed);
    random_source b(seed);
    victim_draw one;
    victim_draw other;

    for (int i = 0; i < 50; ++i) {
        RC_ASSERT(one.draw(all, a) == other.draw(all, b));
    }
}

TEST(VictimDrawTest, EachPlaceOfARoundIsUniform) {
    constexpr std::size_t size = 5;
    constexpr int rounds = 20'000;
    const std::vector<target> all = herd(size);
    random_source rng(7);
    victim_draw draw;
    std::array<std::array<int, size>, size> counts{};

    for (int round = 0; round < rounds; ++round) {
        for (std::size_t place = 0; place < size; ++place) {
            ++counts[place][draw.draw(all, rng)];
        }
    }

    for (const auto& place : counts) {
        double chi_square = 0;
        for (const int count : place) {
            const double expected = static_cast<double>(rounds) / size;
            chi_square += (count - expected) * (count - expected) / expected;
        }
        EXPECT_LT(chi_square, 23.5);  // four degrees of freedom: p = 0.0001
    }
}

TEST(VictimDrawTest, WorkersOfOneCommandLineHaveATurnEachAndTheYoungestHaveHadTheirs) {
    std::vector<target> workers;
    for (int i = 0; i < 4; ++i) {
        workers.push_back({.id = "worker", .incarnation = std::to_string(i), .name = "w"});
        workers.back().started_at = wall_time{std::chrono::seconds{i}};
    }
    random_source rng(3);
    victim_draw draw;
    std::set<std::string> hit;

    for (int turn = 0; turn < 4; ++turn) {
        target& victim = workers[draw.draw(workers, rng)];
        hit.insert(victim.incarnation);
        victim.started_at = wall_time{std::chrono::seconds{100 + turn}};
    }

    EXPECT_EQ(hit.size(), 4U);
    EXPECT_EQ(draw.round(), 1U);
}

TEST(VictimDrawTest, AnEndlessHerdIsForgottenFromItsOldestOn) {
    random_source rng(3);
    victim_draw draw;
    std::vector<target> one = herd(1);

    for (std::size_t i = 0; i <= victim_draw::turns_min; ++i) {
        one[0].id = std::to_string(i);
        EXPECT_EQ(draw.draw(one, rng), 0U);
    }
    const std::uint64_t after_all = draw.round();
    one[0].id = "0";
    (void)draw.draw(one, rng);
    const std::uint64_t after_the_oldest = draw.round();
    one[0].id = std::to_string(victim_draw::turns_min);
    (void)draw.draw(one, rng);

    EXPECT_EQ(after_all, 1U);
    EXPECT_EQ(after_the_oldest, 1U) << "it was forgotten, so its turn is a first one";
    EXPECT_EQ(draw.round(), 2U) << "it is remembered, so a round begins";
}

TEST(VictimDrawTest, RemembersFourTurnsForEachOfTheLongestList) {
    random_source rng(3);
    victim_draw draw;
    (void)draw.draw(herd(victim_draw::turns_min), rng);
    std::vector<target> one = herd(1);

    for (std::size_t i = 0; i < 4 * victim_draw::turns_min; ++i) {
        one[0].id = "guest " + std::to_string(i);
        (void)draw.draw(one, rng);
    }
    const std::uint64_t before = draw.round();
    one[0].id = "guest 0";
    (void)draw.draw(one, rng);

    EXPECT_EQ(draw.round(), before + 1) << "of the guests none was forgotten";
}

}  // namespace
}  // namespace mayhem::core
