// Proves that one daemon at a time works with a database, and that nobody but its owner can hold the lock for that.
#include "stores/sqlite/store_lock.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

class StoreLockTest : public testing::Test {
protected:
    mode_t mode() const {
        struct stat status{};
        EXPECT_EQ(::stat(file_.c_str(), &status), 0);
        return status.st_mode & 07777U;
    }

    const test::temporary_folder folder_;
    const std::filesystem::path path_ = folder_ / "mayhem.db";
    const std::string file_ = path_.string() + ".lock";
};

TEST_F(StoreLockTest, ASecondProcessIsToldWhoHoldsTheDatabaseAndGetsItAfterwards) {
    const auto try_lock = [this](const test::child_report& report) {
        report(test::failure_of([this] { const store_lock lock(path_); }));
    };
    std::string while_held;
    {
        const store_lock lock(path_);
        while_held = test::in_child(try_lock);
    }

    EXPECT_THAT(while_held, testing::HasSubstr("another mayhem (pid " + std::to_string(::getpid()) + ")"));
    EXPECT_THAT(while_held, testing::HasSubstr("--store"));
    EXPECT_EQ(test::in_child(try_lock), "");
}

TEST_F(StoreLockTest, CannotBeHeldByWhoeverMayReadTheFolder) {
    {
        const store_lock daemon(path_);
    }

    const std::string other = test::in_child([this](const test::child_report& report) {
        test::drop_privileges();
        report(::open(file_.c_str(), O_RDONLY | O_CLOEXEC) < 0 ? "turned away" : "may hold it");
    });

    EXPECT_EQ(mode(), 0600U);
    EXPECT_EQ(other, "turned away");
}

TEST_F(StoreLockTest, AFileOfAFormerVersionIsClosedToOthers) {
    ASSERT_GE(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644), 0);
    ASSERT_EQ(::chmod(file_.c_str(), 0644), 0);

    const store_lock daemon(path_);

    EXPECT_EQ(mode(), 0600U);
}

}  // namespace
}  // namespace mayhem::stores
