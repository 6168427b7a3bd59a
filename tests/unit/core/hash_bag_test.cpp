// Proves that the bag counts as a map would, whatever is put in and taken out in whatever order, also where all hashes
// want the same place.
#include "mayhem/core/hash_bag.hpp"

#include <unordered_map>

#include <gtest/gtest.h>

#include "mayhem/core/random.hpp"

namespace mayhem::core {
namespace {

void expect_counts_like_a_map(std::uint64_t differences, std::uint64_t stride, std::uint64_t seed) {
    random_source random(seed);
    hash_bag bag;
    std::unordered_map<std::uint64_t, std::uint32_t> map;
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t hash = random.below(differences) * stride;
        if (random.below(2) == 0) {
            ASSERT_EQ(bag.add(hash), ++map[hash]);
        } else {
            const std::uint32_t before = map[hash];
            ASSERT_EQ(bag.remove(hash), before == 0 ? 0 : --map[hash]);
        }
        if (map[hash] == 0) {
            map.erase(hash);
        }
        ASSERT_EQ(bag.size(), map.size());
    }
    for (std::uint64_t i = 0; i < differences; ++i) {
        const auto found = map.find(i * stride);
        ASSERT_EQ(bag.count(i * stride), found == map.end() ? 0 : found->second) << i;
    }
}

TEST(HashBagTest, IsEmptyAtFirst) {
    hash_bag bag;

    EXPECT_EQ(bag.size(), 0U);
    EXPECT_EQ(bag.count(0), 0U);
    EXPECT_EQ(bag.remove(7), 0U);
}

TEST(HashBagTest, CountsAsAMapDoes) { expect_counts_like_a_map(1'000, 0x9e3779b97f4a7c15, 1); }

TEST(HashBagTest, CountsAsAMapDoesWhereNeighboursTouch) { expect_counts_like_a_map(100, 1, 2); }

TEST(HashBagTest, CountsAsAMapDoesWhereAllWantTheSamePlace) { expect_counts_like_a_map(200, 1ULL << 32U, 3); }

TEST(HashBagTest, ForgetsAllWhenCleared) {
    hash_bag bag;
    for (std::uint64_t hash = 0; hash < 100; ++hash) {
        (void)bag.add(hash);
    }

    bag.clear();

    EXPECT_EQ(bag.size(), 0U);
    EXPECT_EQ(bag.count(50), 0U);
    EXPECT_EQ(bag.add(50), 1U);
}

}  // namespace
}  // namespace mayhem::core
