// Proves the locks on the log's index: each is shared by many or had by one, and several are taken together or not.
#include "sim/disk/memory_locks.hpp"

#include <gtest/gtest.h>

namespace mayhem::sim {
namespace {

class MemoryLocksTest : public testing::Test {
protected:
    const int a_ = 0, b_ = 0, c_ = 0;
    memory_locks locks_;
};

TEST_F(MemoryLocksTest, OneIsSharedByMany) {
    EXPECT_TRUE(locks_.share(&a_, 1));
    EXPECT_TRUE(locks_.share(&b_, 1));

    EXPECT_FALSE(locks_.exclude(&c_, 1));
    locks_.unlock(&a_, 1);
    EXPECT_FALSE(locks_.exclude(&c_, 1));
    locks_.unlock(&b_, 1);
    EXPECT_TRUE(locks_.exclude(&c_, 1));
    EXPECT_FALSE(locks_.share(&a_, 1));
}

TEST_F(MemoryLocksTest, OnesOwnShareIsNotInTheWay) {
    ASSERT_TRUE(locks_.share(&a_, 2));

    EXPECT_TRUE(locks_.exclude(&a_, 2));
    EXPECT_FALSE(locks_.share(&b_, 2));
}

TEST_F(MemoryLocksTest, SeveralAreTakenTogetherOrNot) {
    ASSERT_TRUE(locks_.exclude(&a_, 4));

    EXPECT_FALSE(locks_.exclude(&b_, 4 | 8));
    EXPECT_TRUE(locks_.exclude(&c_, 8)) << "b took none of the two";
}

TEST_F(MemoryLocksTest, OneIsGivenBackAndTheOtherKept) {
    ASSERT_TRUE(locks_.exclude(&a_, 1 | 2));

    locks_.unlock(&a_, 1);

    EXPECT_TRUE(locks_.exclude(&b_, 1));
    EXPECT_FALSE(locks_.exclude(&b_, 2));
}

}  // namespace
}  // namespace mayhem::sim
