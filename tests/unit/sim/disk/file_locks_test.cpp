// Proves SQLite's locking protocol between the holders of a lock on one file.
#include "sim/disk/file_locks.hpp"

#include <gtest/gtest.h>

namespace mayhem::sim {
namespace {

class FileLocksTest : public testing::Test {
protected:
    const int a_ = 0, b_ = 0, c_ = 0;
    file_locks locks_;
};

TEST_F(FileLocksTest, ManyReadAndOnePreparesToWrite) {
    EXPECT_TRUE(locks_.raise(&a_, lock_level::shared));
    EXPECT_TRUE(locks_.raise(&b_, lock_level::shared));
    EXPECT_FALSE(locks_.is_reserved());

    EXPECT_TRUE(locks_.raise(&a_, lock_level::reserved));

    EXPECT_TRUE(locks_.is_reserved());
    EXPECT_FALSE(locks_.raise(&b_, lock_level::reserved));
    EXPECT_TRUE(locks_.raise(&c_, lock_level::shared)) << "a reservation keeps no reader out";
}

TEST_F(FileLocksTest, WhoWaitsForTheReadersLetsNoNewOneIn) {
    ASSERT_TRUE(locks_.raise(&a_, lock_level::shared));
    ASSERT_TRUE(locks_.raise(&b_, lock_level::shared));
    ASSERT_TRUE(locks_.raise(&a_, lock_level::reserved));

    EXPECT_FALSE(locks_.raise(&a_, lock_level::exclusive));
    EXPECT_FALSE(locks_.raise(&c_, lock_level::shared));
    locks_.lower(&b_, lock_level::none);
    EXPECT_TRUE(locks_.raise(&a_, lock_level::exclusive));
}

TEST_F(FileLocksTest, WhoeverHasItAloneKeepsAllOut) {
    ASSERT_TRUE(locks_.raise(&a_, lock_level::shared));
    ASSERT_TRUE(locks_.raise(&a_, lock_level::exclusive));

    EXPECT_FALSE(locks_.raise(&b_, lock_level::shared));
    locks_.lower(&a_, lock_level::shared);
    EXPECT_TRUE(locks_.raise(&b_, lock_level::shared));
    EXPECT_EQ(locks_.level_of(&a_), lock_level::shared);
}

TEST_F(FileLocksTest, LoweringNeverRaisesAndRaisingNeverLowers) {
    locks_.lower(&a_, lock_level::shared);
    EXPECT_EQ(locks_.level_of(&a_), lock_level::none);

    ASSERT_TRUE(locks_.raise(&a_, lock_level::shared));
    ASSERT_TRUE(locks_.raise(&a_, lock_level::reserved));
    EXPECT_TRUE(locks_.raise(&a_, lock_level::shared));
    EXPECT_EQ(locks_.level_of(&a_), lock_level::reserved);
}

}  // namespace
}  // namespace mayhem::sim
