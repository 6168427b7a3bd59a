// Proves that a database is only ever used by a program that understands it, and that an interrupted migration goes
// on where it stopped: by opening files of every version, ours and others'.
#include "stores/sqlite/schema.hpp"

#include <array>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/core/text/command_id.hpp"
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

/// What an older version has on record: of a process, a container, and a command that calls its targets oddly.
constexpr const char* old_record = R"sql(
INSERT INTO messages (seq, id, group_name, target, name, incarnation, planned_at, expires_at, state) VALUES
    (1, '00000000-0000-4000-8000-000000000001', 'w', 'worker --slow', 'worker[42]',
        '42:777:5bd1e995-0000-4000-8000-000000000001', 1, 2, 'journalled'),
    (2, '00000000-0000-4000-8000-000000000002', 'c', 'shop-web-1', 'shop-web-1', 'abc@2026-11-30T00:00:00Z', 1, 2,
        'journalled'),
    (3, '00000000-0000-4000-8000-000000000003', 'i', 'host a', 'host a',
        '7:8:5bd1e995-0000-4000-8000-000000000001', 1, 2, 'journalled');
INSERT INTO draw_lists (seq, group_name, members, targets) VALUES
    (1, 'w', 2, '["worker --slow","worker --fast"]'), (2, 'c', 1, '["shop-web-1"]');
INSERT INTO draws (message, group_name, round, target, drawn_from) VALUES
    (1, 'w', 1, 'worker --slow', 1), (2, 'c', 1, 'shop-web-1', 2);
INSERT INTO claims (message, group_name, target, attempt, claimed_at) VALUES
    (1, 'w', 'worker --slow', 1, 5), (2, 'c', 'shop-web-1', 1, 5);
INSERT INTO skips (at, group_name, planned_at, reason, target) VALUES
    (1, 'w', 1, 'missed', 'worker --slow'), (1, 'c', 1, 'missed', 'worker --slow'), (1, 'w', 2, 'missed', NULL);
)sql";

TEST_F(SchemaTest, CommandLinesBecomeHashesWhereverTheyAreOnRecord) {
    SQLite::Database database(path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(database, path_, migrations().first(4));
    database.exec(old_record);

    migrate(database, path_);

    const std::string slow = core::command_id("worker --slow");
    EXPECT_EQ(test::text(path_, "SELECT target FROM messages WHERE seq = 1"), slow);
    EXPECT_EQ(test::text(path_, "SELECT target FROM draws WHERE message = 1"), slow);
    EXPECT_EQ(test::text(path_, "SELECT target FROM claims WHERE message = 1"), slow);
    EXPECT_EQ(test::text(path_, "SELECT target FROM skips WHERE group_name = 'w' AND target IS NOT NULL"), slow);
    EXPECT_EQ(test::text(path_, "SELECT targets FROM draw_lists WHERE seq = 1"),
              "[\"" + slow + "\",\"" + core::command_id("worker --fast") + "\"]");
    EXPECT_EQ(test::text(path_, "SELECT name || ' ' || incarnation FROM messages WHERE seq = 1"),
              "worker[42] 42:777:5bd1e995-0000-4000-8000-000000000001")
        << "by which it is found again";
}

TEST_F(SchemaTest, TheIdsOfOtherTargetsStay) {
    SQLite::Database database(path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(database, path_, migrations().first(4));
    database.exec(old_record);

    migrate(database, path_);

    EXPECT_EQ(test::text(path_, "SELECT group_concat(target, '|') FROM messages WHERE seq > 1"), "shop-web-1|host a");
    EXPECT_EQ(test::text(path_, "SELECT target FROM draws WHERE message = 2"), "shop-web-1");
    EXPECT_EQ(test::text(path_, "SELECT target FROM claims WHERE message = 2"), "shop-web-1");
    EXPECT_EQ(test::text(path_, "SELECT target FROM skips WHERE group_name = 'c'"), "worker --slow");
    EXPECT_EQ(test::text(path_, "SELECT targets FROM draw_lists WHERE seq = 2"), "[\"shop-web-1\"]");
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
