// Proves that SQLite works on the disk as on a real one: in every journal mode, with its log, its temporary files and
// its clock; and what a process's death leaves.
#include "sim/disk/disk_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace mayhem::sim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

using test::database_path;
using test::host;
using test::number;
using test::text;
using test::try_sql;

class DiskProcessTest : public testing::Test {
protected:
    void die() {
        host_.process().kill();
        db_ = SQLite::Database(":memory:");
        host_.begin();
    }

    const testing::ScopedTrace trace_{__FILE__, __LINE__, test::seed_text()};
    host host_;
    SQLite::Database db_ = SQLite::Database(":memory:");
};

class JournalModeTest : public DiskProcessTest, public testing::WithParamInterface<const char*> {};

TEST_P(JournalModeTest, KeepsWhatWasCommittedAndTakesBackWhatWasNot) {
    const std::string mode = "PRAGMA journal_mode = " + std::string(GetParam());
    db_ = host_.connect(mode + "; PRAGMA cache_size = 3");
    ASSERT_STRCASEEQ(text(db_, "PRAGMA journal_mode").c_str(), GetParam());
    db_.exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    db_.exec("BEGIN; INSERT INTO t VALUES (randomblob(100000)); DELETE FROM t WHERE x = 1");

    die();
    db_ = host_.connect(mode);

    EXPECT_EQ(number(db_, "SELECT x FROM t"), 1);
    EXPECT_EQ(number(db_, "SELECT count(*) FROM t"), 1);
    EXPECT_EQ(text(db_, "PRAGMA integrity_check"), "ok");
}

INSTANTIATE_TEST_SUITE_P(AllOfThem, JournalModeTest, testing::Values("WAL", "DELETE", "TRUNCATE", "PERSIST"));

TEST_F(DiskProcessTest, TheLogIsThereWhileTheDatabaseIsOpenAndGoesWithTheLastConnection) {
    db_ = host_.connect();
    db_.exec("CREATE TABLE t (x)");
    EXPECT_THAT(host_.disk.paths(), ElementsAre(database_path, database_path + "-wal"));

    db_ = SQLite::Database(":memory:");

    EXPECT_THAT(host_.disk.paths(), ElementsAre(database_path));
}

TEST_F(DiskProcessTest, ALogThatIsTooLongIsTruncated) {
    db_ = host_.connect("PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 10000; CREATE TABLE t (x)");
    db_.exec("INSERT INTO t VALUES (randomblob(100000))");
    EXPECT_GT(host_.disk.find(database_path + "-wal")->size(), 100'000U);

    db_.exec("PRAGMA wal_checkpoint(TRUNCATE)");

    EXPECT_EQ(host_.disk.find(database_path + "-wal")->size(), 0U);
    db_.exec("DELETE FROM t; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
    EXPECT_LT(host_.disk.find(database_path)->size(), 20'000U) << "the file became shorter as well";
}

TEST_F(DiskProcessTest, TemporaryFilesHaveNoName) {
    db_ = host_.connect("PRAGMA journal_mode = WAL; PRAGMA temp_store = FILE; PRAGMA cache_size = 3");
    db_.exec(
        "PRAGMA temp.cache_size = 1; CREATE TEMP TABLE big AS "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
        "SELECT randomblob(4000) AS x FROM n");

    EXPECT_EQ(number(db_, "SELECT count(*) FROM big"), 200);
    for (const std::string& path : host_.disk.paths()) {
        EXPECT_TRUE(path.starts_with(database_path)) << path;
    }
}

TEST_F(DiskProcessTest, TheTimeIsTheOneThatWasGiven) {
    db_ = host_.connect();

    EXPECT_EQ(number(db_, "SELECT unixepoch('now')"), 1'700'000'000);
    host_.clock.now += std::chrono::hours{1};
    EXPECT_EQ(number(db_, "SELECT unixepoch('now')"), 1'700'003'600);
}

TEST_F(DiskProcessTest, WhoeverAsksForNothingInParticularGetsTheSystemsFiles) {
    const sqlite3_vfs* const of_the_system = sqlite3_vfs_find(nullptr);
    EXPECT_STREQ(of_the_system->zName, "unix");

    const std::string name = host_.process().vfs_name();
    EXPECT_NE(sqlite3_vfs_find(name.c_str()), nullptr);
    host_.begin();

    EXPECT_EQ(sqlite3_vfs_find(name.c_str()), nullptr) << "the former life's";
    EXPECT_EQ(sqlite3_vfs_find(nullptr), of_the_system);
}

TEST_F(DiskProcessTest, AFileThatIsNotThereIsNotMadeByAReader) {
    EXPECT_THROW(SQLite::Database(database_path, SQLite::OPEN_READONLY, 0, host_.process().vfs_name()),
                 SQLite::Exception);
    EXPECT_TRUE(host_.disk.paths().empty());
}

TEST_F(DiskProcessTest, APathMustBeAbsolute) {
    EXPECT_THROW(SQLite::Database(std::string("db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0,
                                  host_.process().vfs_name()),
                 SQLite::Exception);
}

TEST_F(DiskProcessTest, APowerCutInTheMiddleOfACallEndsTheCallWithoutEffect) {
    db_ = host_.connect("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
    std::map<std::string, bytes> after;
    host_.process().inject([&](const disk_call& c) {
        if (c.operation == disk_operation::write) {
            host_.disk.power_cut({.kept_percent = 0});
            after = test::files_of(host_.disk);
        }
        return disk_fault::none;
    });

    EXPECT_NE(try_sql(db_, "INSERT INTO t VALUES (1)"), SQLITE_OK);

    EXPECT_EQ(test::files_of(host_.disk), after);
    die();
    db_ = host_.connect();
    EXPECT_EQ(number(db_, "SELECT count(*) FROM t"), 0);
}

TEST_F(DiskProcessTest, ADeadOneCanNothing) {
    db_ = host_.connect("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
    host_.process().kill();
    const auto files = test::files_of(host_.disk);
    const std::uint64_t calls = host_.process().calls();

    EXPECT_NE(try_sql(db_, "INSERT INTO t VALUES (1)"), SQLITE_OK);
    EXPECT_NE(try_sql(db_, "SELECT * FROM t"), SQLITE_OK);
    EXPECT_THROW((void)host_.connect(), SQLite::Exception);

    EXPECT_EQ(host_.process().calls(), calls);
    EXPECT_EQ(test::files_of(host_.disk), files);
}

TEST_F(DiskProcessTest, DeathComesAtTheCallThatWasNamed) {
    db_ = host_.connect("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
    const std::uint64_t before = host_.process().calls();
    db_.exec("INSERT INTO t VALUES (1)");
    const std::uint64_t of_one_commit = host_.process().calls() - before;
    die();

    for (std::uint64_t n = 1; n <= of_one_commit; ++n) {
        db_ = host_.connect();
        const std::int64_t rows = number(db_, "SELECT count(*) FROM t");
        host_.process().die_at(host_.process().calls() + n);

        const bool succeeded = try_sql(db_, "INSERT INTO t VALUES (1)") == SQLITE_OK;

        ASSERT_FALSE(host_.process().is_alive()) << "call " << n;
        die();
        db_ = host_.connect();
        const std::int64_t found = number(db_, "SELECT count(*) FROM t");
        ASSERT_TRUE(found == rows + 1 || (found == rows && !succeeded)) << "call " << n;
    }
}

TEST_F(DiskProcessTest, AWriteInWhichAProcessDiesIsDoneInPart) {
    std::set<std::size_t> sizes;
    for (int i = 0; i < 30; ++i) {
        host h("host " + std::to_string(i));
        h.process().inject(test::always(disk_fault::death, disk_operation::write, "-wal"));
        SQLite::Database db = h.connect("PRAGMA journal_mode = WAL");
        EXPECT_NE(try_sql(db, "CREATE TABLE t (x)"), SQLITE_OK);
        sizes.insert(h.disk.find(database_path + "-wal")->size());
    }
    EXPECT_GT(sizes.size(), 5U);
    EXPECT_LE(*sizes.rbegin(), 32U) << "the first write is the log's header";
}

TEST_F(DiskProcessTest, ALifeMayBeginInAnotherFolder) {
    SQLite::Database other(std::string("/elsewhere/db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0,
                           host_.process().vfs_name());
    other.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");

    EXPECT_THAT(host_.disk.paths(), Contains("/elsewhere/db"));
    EXPECT_THAT(host_.disk.paths(), Not(Contains(database_path)));
}

}  // namespace
}  // namespace mayhem::sim
