// Proves what a disk keeps through kills and power cuts, that disks do not disturb each other, and that the same seed
// gives the same bytes.
#include "sim/disk/disk.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace mayhem::sim {
namespace {

using test::bytes_of;
using test::database_path;
using test::files_of;
using test::host;
using test::number;
using test::text_of;

/// Some transactions, of which a few are rolled back, and then what `end` does to the host.
void use(host& h, const std::function<void(host&)>& end) {
    {
        SQLite::Database db = h.connect("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 5");
        db.exec("CREATE TABLE IF NOT EXISTS t (x)");
        for (int i = 0; i < 20; ++i) {
            db.exec("BEGIN; INSERT INTO t VALUES (randomblob(700));" + std::string(i % 5 == 4 ? "ROLLBACK" : "COMMIT"));
        }
        end(h);
    }
    h.begin();
}

void kill(host& h) { h.process().kill(); }
void cut_power(host& h) { h.disk.power_cut(); }

class DiskTest : public testing::Test {
protected:
    const testing::ScopedTrace trace_{__FILE__, __LINE__, test::seed_text()};
};

TEST_F(DiskTest, AKillLosesNothingThatWasWritten) {
    host h;
    SQLite::Database db = h.connect("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE t (x)");
    db.exec("INSERT INTO t VALUES (1)");

    h.process().kill();
    const auto after = files_of(h.disk);
    db = SQLite::Database(":memory:");
    h.begin();

    EXPECT_EQ(files_of(h.disk), after) << "destroying the dead one's connection changes nothing";
    SQLite::Database again = h.connect();
    EXPECT_EQ(number(again, "SELECT count(*) FROM t"), 1);
}

TEST_F(DiskTest, APowerCutTakesWhatWasNotSyncedAndEveryProcess) {
    host h;
    SQLite::Database db = h.connect("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
    db.exec("PRAGMA synchronous = OFF; INSERT INTO t VALUES (1)");

    h.disk.power_cut({.kept_percent = 0});

    EXPECT_FALSE(h.process().is_alive());
    db = SQLite::Database(":memory:");
    h.begin();
    SQLite::Database again = h.connect();
    EXPECT_EQ(number(again, "SELECT count(*) FROM t"), 0);
}

TEST_F(DiskTest, DisksLiveSideBySide) {
    host one("one");
    host two("two");
    SQLite::Database a = one.connect();
    SQLite::Database b = two.connect();
    a.exec("CREATE TABLE t (x); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");

    b.exec("CREATE TABLE t (x); BEGIN IMMEDIATE; INSERT INTO t VALUES (2)");
    two.disk.power_cut({.kept_percent = 0});
    a.exec("COMMIT");

    EXPECT_EQ(number(a, "SELECT x FROM t"), 1);
    EXPECT_TRUE(one.process().is_alive());
}

TEST_F(DiskTest, TheSameSeedGivesTheSameBytesThoughAnotherRanInBetween) {
    const auto run = [](const std::string& seed) {
        host h(seed);
        for (int i = 0; i < 6; ++i) {
            use(h, i % 2 == 0 ? &kill : &cut_power);
        }
        return files_of(h.disk);
    };

    const auto first = run("seed");
    const auto other = run("another");
    const auto again = run("seed");

    ASSERT_TRUE(first.contains(database_path));
    ASSERT_TRUE(first.contains(database_path + "-wal"));
    EXPECT_EQ(first, again);
    EXPECT_NE(first, other);
}

TEST_F(DiskTest, LivesDrawDifferentRandomNumbers) {
    host h;
    std::set<std::string> drawn;
    for (int i = 0; i < 10; ++i) {
        SQLite::Database db = h.connect();
        drawn.insert(test::text(db, "SELECT hex(randomblob(8))"));
        db = SQLite::Database(":memory:");
        h.begin();
    }
    EXPECT_EQ(drawn.size(), 10U);
}

TEST_F(DiskTest, AnOperatorReplacesAFileUnderAConnection) {
    host h;
    SQLite::Database db = h.connect("PRAGMA journal_mode = DELETE; CREATE TABLE t (x)");
    const bytes copy = *h.disk.find(database_path);
    db.exec("INSERT INTO t VALUES (1)");

    h.disk.put(database_path, copy);

    int has_moved = 0;
    ASSERT_EQ(sqlite3_file_control(db.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &has_moved), SQLITE_OK);
    EXPECT_EQ(has_moved, 1);
    EXPECT_EQ(number(db, "SELECT count(*) FROM t"), 1) << "who has it open keeps it";
    SQLite::Database another = h.connect("PRAGMA journal_mode = DELETE");
    EXPECT_EQ(number(another, "SELECT count(*) FROM t"), 0);
    h.disk.power_cut({.kept_percent = 0});
    EXPECT_EQ(*h.disk.find(database_path), copy);
}

TEST_F(DiskTest, ARemovedFileIsGoneForGood) {
    host h;
    h.disk.put("/data/old", bytes_of("old"));
    EXPECT_EQ(h.disk.paths(), std::vector<std::string>{"/data/old"});

    h.disk.remove("/data/old");
    h.disk.power_cut({.kept_percent = 0});

    EXPECT_EQ(h.disk.find("/data/old"), nullptr);
    EXPECT_TRUE(h.disk.paths().empty());
}

TEST_F(DiskTest, AFullDiskRefusesAndGoesOnWhenThereIsRoom) {
    host h;
    SQLite::Database db = h.connect("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
    h.disk.limit(100'000);

    const int answer = test::try_sql(db, "INSERT INTO t VALUES (randomblob(200000))");

    EXPECT_EQ(answer, SQLITE_FULL);
    EXPECT_LE(h.disk.room(), 4096U) << "what fitted was written";
    h.disk.limit(disk::unlimited);
    EXPECT_EQ(test::try_sql(db, "INSERT INTO t VALUES (randomblob(200000))"), SQLITE_OK);
    EXPECT_EQ(test::text(db, "PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace mayhem::sim
