// Proves that who writes notices when the file it has open, or its log, is no longer what others would find under its
// name: by moving, deleting and cutting the real files under an open database.
#include "stores/sqlite/database_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/sqlite/facts.hpp"
#include "stores/sqlite/ledger.hpp"
#include "stores/sqlite/transaction.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::message_number;
using testing::AllOf;
using testing::HasSubstr;

class DatabaseFilesTest : public testing::Test {
protected:
    std::string journal(std::uint64_t n) {
        const std::string why = test::failure_of([&] {
            transaction_.begin();
            EXPECT_TRUE(transaction_.run([n](ledger& l) { l.enter(message_number(n)); }));
            transaction_.commit();
        });
        transaction_.roll_back();
        return why;
    }
    std::string beside(const char* suffix) const { return path_.string() + suffix; }

    const test::temporary_folder folder_;
    const std::filesystem::path path_ = folder_ / "mayhem.db";
    sqlite_database database_ = sqlite_database::open(path_);
    transaction transaction_{database_};
};

TEST_F(DatabaseFilesTest, AreNoTroubleWhereTheyWereOpened) {
    database_.connection().exec("PRAGMA wal_autocheckpoint = 10");
    for (std::uint64_t n = 0; n < 100; ++n) {  // the log is written back on the way
        ASSERT_EQ(journal(n), "");
    }
}

TEST_F(DatabaseFilesTest, ADeletedLogIsNoticedAtTheNextCommit) {
    ASSERT_EQ(journal(1), "");

    std::filesystem::remove(beside("-wal"));

    EXPECT_THAT(journal(2), AllOf(HasSubstr("cannot write to the database " + path_.string()),
                                  HasSubstr("-wal, -shm) was moved, replaced or deleted while it was open"),
                                  HasSubstr("start mayhem again")));
}

TEST_F(DatabaseFilesTest, ADeletedIndexOfTheLogIsNoticedToo) {
    ASSERT_EQ(journal(1), "");

    std::filesystem::remove(beside("-shm"));

    EXPECT_THAT(journal(2), HasSubstr("-wal, -shm) was moved, replaced or deleted while it was open"));
}

TEST_F(DatabaseFilesTest, WhatADeletedLogHeldIsSaved) {
    ASSERT_EQ(journal(1), "");
    std::filesystem::remove(beside("-wal"));
    std::filesystem::remove(beside("-shm"));
    ASSERT_NE(journal(2), "");

    database_.files().save_lost_log(database_.connection());

    std::filesystem::create_directory(folder_ / "next");
    std::filesystem::copy_file(path_, folder_ / "next/mayhem.db");  // as a kill leaves it: there is no log any more
    EXPECT_EQ(test::text(folder_ / "next/mayhem.db", "SELECT name FROM messages"), "cattle-0001");
    EXPECT_THAT(journal(2), HasSubstr("start mayhem again: what was on record is in the file"));
}

TEST_F(DatabaseFilesTest, TheLogOfSomebodyElseIsLeftAlone) {
    ASSERT_EQ(journal(1), "");
    const auto before = std::filesystem::last_write_time(path_);
    std::filesystem::rename(beside("-wal"), beside("-moved"));
    std::filesystem::copy_file(beside("-moved"), beside("-wal"));
    ASSERT_NE(journal(2), "");

    database_.files().save_lost_log(database_.connection());

    EXPECT_EQ(std::filesystem::last_write_time(path_), before);
}

TEST_F(DatabaseFilesTest, ALogThatIsPutBackIsGood) {
    ASSERT_EQ(journal(1), "");
    std::filesystem::rename(beside("-wal"), beside("-moved"));
    ASSERT_NE(journal(2), "");

    std::filesystem::rename(beside("-moved"), beside("-wal"));

    EXPECT_EQ(journal(2), "");
}

TEST_F(DatabaseFilesTest, AFileThatIsCutShortIsNoticedAtTheNextTransaction) {
    ASSERT_EQ(journal(1), "");
    const auto size = std::filesystem::file_size(path_);

    std::filesystem::resize_file(path_, 0);

    EXPECT_THAT(journal(2), HasSubstr("cut short while it was open, from " + std::to_string(size) + " to 0 bytes"));
    EXPECT_THAT(journal(3), HasSubstr("cut short"));
}

TEST_F(DatabaseFilesTest, AFileThatShrinksByItselfIsGood) {
    set_fact(database_, "filler", std::string(1'000'000, 'x'));
    database_.connection().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const auto size = std::filesystem::file_size(path_);
    ASSERT_EQ(journal(0), "");
    {
        sqlite_database other = sqlite_database::open(path_);
        other.connection().exec("DELETE FROM facts WHERE key = 'filler'");
        other.connection().exec("VACUUM");
        other.connection().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    ASSERT_LT(std::filesystem::file_size(path_), size);

    EXPECT_EQ(journal(1), "");
    EXPECT_EQ(journal(2), "");
}

TEST_F(DatabaseFilesTest, AMovedFileIsNotTakenForOneThatWasCutShort) {
    ASSERT_EQ(journal(1), "");

    std::filesystem::rename(path_, folder_ / "moved.db");

    EXPECT_THAT(journal(2), HasSubstr("the file was moved, replaced or deleted while it was open"));
}

}  // namespace
}  // namespace mayhem::stores
