// Proves that processes see what the others wrote, that the memory goes with its last user, and that what a killed one
// still writes reaches nobody.
#include "sim/disk/shared_memory.hpp"

#include <gtest/gtest.h>

namespace mayhem::sim {
namespace {

constexpr std::size_t size = 64;

class SharedMemoryTest : public testing::Test {
protected:
    std::byte* region(const void* process, std::size_t index = 0) { return memory_.region(process, index, size, true); }

    const int a_ = 0, b_ = 0;
    shared_memory memory_;
};

TEST_F(SharedMemoryTest, EachSeesWhatTheOtherWroteWhenItIsItsTurn) {
    memory_.join(&a_);
    region(&a_)[3] = std::byte{1};

    memory_.join(&b_);
    EXPECT_EQ(region(&b_)[3], std::byte{1});
    region(&b_)[3] = std::byte{2};
    memory_.switch_to(&a_);
    EXPECT_EQ(region(&a_)[3], std::byte{2});
}

TEST_F(SharedMemoryTest, ARegionThatIsThereForOneIsThereForAll) {
    memory_.join(&a_);
    memory_.join(&b_);
    EXPECT_EQ(memory_.region(&a_, 1, size, false), nullptr);

    region(&b_, 1)[0] = std::byte{5};

    memory_.switch_to(&a_);
    std::byte* const found = memory_.region(&a_, 1, size, false);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found[0], std::byte{5});
}

TEST_F(SharedMemoryTest, NothingOfItSurvivesItsLastUser) {
    memory_.join(&a_);
    region(&a_)[0] = std::byte{9};
    (void)memory_.leave(&a_);

    memory_.join(&b_);

    EXPECT_EQ(memory_.region(&b_, 0, size, false), nullptr);
    EXPECT_EQ(region(&b_)[0], std::byte{0});
}

TEST_F(SharedMemoryTest, AProcessIsAUserAsLongAsItHasAConnection) {
    memory_.join(&a_);
    memory_.join(&a_);
    region(&a_)[0] = std::byte{9};

    EXPECT_TRUE(memory_.leave(&a_).empty());

    EXPECT_EQ(region(&a_)[0], std::byte{9});
    EXPECT_EQ(memory_.leave(&a_).size(), 1U);
}

TEST_F(SharedMemoryTest, WhatAKilledProcessWroteStaysAndWhatItsRemainsWriteReachesNobody) {
    memory_.join(&b_);
    memory_.join(&a_);
    std::byte* const mine = region(&a_);
    mine[0] = std::byte{1};

    const shared_memory::regions left = memory_.leave(&a_);
    mine[0] = std::byte{2};

    memory_.switch_to(&b_);
    EXPECT_EQ(region(&b_)[0], std::byte{1});
    EXPECT_EQ(left.front().get(), mine);
}

}  // namespace
}  // namespace mayhem::sim
