// Proves that a database is only ever used by a program that understands it, and that an interrupted migration goes
// on where it stopped: by opening files of every version, ours and others'.
#include "stores/sqlite/schema.hpp"

#include <array>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/sqlite/sqlite_database.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::failure_of;
using testing::AllOf;
using testing::HasSubstr;

class SchemaTest : public testing::Test {
protected:
    void execute(const std::string& sql) {
        SQLite::Database other(path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        other.exec(sql);
    }

    test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "mayhem.db";
};

TEST_F(SchemaTest, AnEmptyFileBecomesADatabaseOfTheNewestVersion) {
    const sqlite_database opened = sqlite_database::open(path_);

    EXPECT_EQ(test::count(path_, "PRAGMA user_version"), static_cast<std::int64_t>(migrations().size()));
    EXPECT_EQ(test::count(path_, "PRAGMA application_id"), application_id);
    EXPECT_EQ(test::count(path_, "SELECT count(*) FROM messages"), 0);
}

TEST_F(SchemaTest, OpeningAgainChangesNothing) {
    (void)sqlite_database::open(path_);
    const std::int64_t before = test::count(path_, "PRAGMA schema_version");

    (void)sqlite_database::open(path_);

    EXPECT_EQ(test::count(path_, "PRAGMA schema_version"), before);
}

TEST_F(SchemaTest, ADatabaseOfANewerProgramIsRefusedAndLeftAlone) {
    (void)sqlite_database::open(path_);
    execute("PRAGMA user_version = 99");

    const std::string why = failure_of([&] { (void)sqlite_database::open(path_); });
    const std::string why_read = failure_of([&] { (void)sqlite_database::open_read_only(path_); });

    EXPECT_THAT(why, AllOf(HasSubstr(path_.string()), HasSubstr("a newer mayhem wrote it (schema version 99"),
                           HasSubstr("use that version of mayhem")));
    EXPECT_EQ(why_read, why);
    EXPECT_EQ(test::count(path_, "PRAGMA user_version"), 99);
}

TEST_F(SchemaTest, ADatabaseWithAnotherProgramsIdIsRefusedAndLeftAlone) {
    execute("PRAGMA application_id = 252006675; CREATE TABLE theirs (x)");

    const std::string why = failure_of([&] { (void)sqlite_database::open(path_); });

    EXPECT_THAT(why, HasSubstr("it belongs to another program"));
    EXPECT_EQ(test::text(path_, "PRAGMA journal_mode"), "delete");
    EXPECT_EQ(test::count(path_, "SELECT count(*) FROM sqlite_schema"), 1);
}

TEST_F(SchemaTest, ADatabaseWithTablesAndNoIdIsRefused) {
    execute("CREATE TABLE theirs (x)");

    const std::string why = failure_of([&] { (void)sqlite_database::open(path_); });

    EXPECT_THAT(why, HasSubstr("it belongs to another program"));
}

TEST_F(SchemaTest, AnOlderDatabaseIsNotReadBeforeTheDaemonMigratedIt) {
    execute("PRAGMA application_id = 1297696845; PRAGMA user_version = 0; CREATE TABLE t (x)");

    const std::string why = failure_of([&] { (void)sqlite_database::open_read_only(path_); });

    EXPECT_THAT(why, AllOf(HasSubstr("its schema is of version 0"), HasSubstr("start the daemon once")));
}

TEST_F(SchemaTest, AMigrationThatFailsLeavesTheVersionBeforeItAndIsRepeated) {
    SQLite::Database database(path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const std::array broken{migration{"one", "CREATE TABLE one (x)"},
                            migration{"two", "CREATE TABLE two (x); CREATE TABLE one (x)"}};
    const std::array repaired{broken[0], migration{"two", "CREATE TABLE two (x)"}};

    EXPECT_THROW(migrate(database, path_, broken), SQLite::Exception);

    EXPECT_EQ(test::count(path_, "PRAGMA user_version"), 1);
    EXPECT_FALSE(database.tableExists("two"));
    migrate(database, path_, repaired);
    EXPECT_EQ(test::count(path_, "PRAGMA user_version"), 2);
    EXPECT_TRUE(database.tableExists("two"));
}

TEST_F(SchemaTest, SeveralOpenersMigrateOnce) {
    std::vector<std::string> failures(4);
    {
        std::vector<std::jthread> openers;
        for (std::string& failure : failures) {
            openers.emplace_back([&, this] {
                failure = failure_of([this] { (void)sqlite_database::open(path_, std::chrono::minutes{1}); });
            });
        }
    }

    EXPECT_THAT(failures, testing::Each(""));
    EXPECT_EQ(test::count(path_, "PRAGMA user_version"), static_cast<std::int64_t>(migrations().size()));
}

}  // namespace
}  // namespace mayhem::stores
