// Proves that two processes on one disk see each other as two on one machine do: locks, snapshots, the log's index; and
// that when one is killed anywhere in a commit, the other finds a whole database and goes on.
#include <gtest/gtest.h>

#include "sim/disk/disk_process.hpp"
#include "support.hpp"

namespace mayhem::sim {
namespace {

using test::host;
using test::number;
using test::text;
using test::try_sql;

SQLite::Database connect(disk_process& p, const std::string& settings = "PRAGMA journal_mode = WAL") {
    SQLite::Database opened(test::database_path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0, p.vfs_name());
    opened.exec(settings);
    return opened;
}

class TwoProcessesTest : public testing::Test {
protected:
    const testing::ScopedTrace trace_{__FILE__, __LINE__, test::seed_text()};
    host host_;
    disk_process other_{host_.disk, host_.clock.surroundings()};
};

TEST_F(TwoProcessesTest, WithALogWritersTakeTurnsAndReadersKeepTheirSnapshot) {
    SQLite::Database a = host_.connect();
    a.exec("CREATE TABLE t (x)");
    SQLite::Database b = connect(other_);
    a.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");

    EXPECT_EQ(try_sql(b, "BEGIN IMMEDIATE"), SQLITE_BUSY);
    EXPECT_EQ(number(b, "SELECT count(*) FROM t"), 0);
    a.exec("COMMIT");
    EXPECT_EQ(number(b, "SELECT count(*) FROM t"), 1);

    b.exec("BEGIN");
    EXPECT_EQ(number(b, "SELECT count(*) FROM t"), 1);
    a.exec("INSERT INTO t VALUES (2)");
    EXPECT_EQ(number(b, "SELECT count(*) FROM t"), 1) << "the snapshot";
    b.exec("COMMIT; INSERT INTO t VALUES (3)");
    EXPECT_EQ(number(a, "SELECT count(*) FROM t"), 3);
}

TEST_F(TwoProcessesTest, WithoutALogAReaderKeepsTheWriterFromCommitting) {
    SQLite::Database a = host_.connect("PRAGMA journal_mode = DELETE; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    SQLite::Database b = connect(other_, "PRAGMA journal_mode = DELETE");
    b.exec("BEGIN; SELECT * FROM t");
    a.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (2)");

    EXPECT_EQ(try_sql(a, "COMMIT"), SQLITE_BUSY);
    b.exec("COMMIT");
    EXPECT_EQ(try_sql(a, "COMMIT"), SQLITE_OK);
    EXPECT_EQ(number(b, "SELECT count(*) FROM t"), 2);
}

TEST_F(TwoProcessesTest, TheLogGoesWithTheLastOfThem) {
    SQLite::Database a = host_.connect();
    a.exec("CREATE TABLE t (x)");
    SQLite::Database b = connect(other_);
    EXPECT_EQ(number(b, "SELECT count(*) FROM t"), 0);

    a = SQLite::Database(":memory:");
    EXPECT_NE(host_.disk.find(test::database_path + "-wal"), nullptr);
    b = SQLite::Database(":memory:");
    EXPECT_EQ(host_.disk.find(test::database_path + "-wal"), nullptr);
}

TEST_F(TwoProcessesTest, WaitingForALockTakesTheClocksTimeAndNoOther) {
    SQLite::Database a = host_.connect();
    a.exec("CREATE TABLE t (x); BEGIN IMMEDIATE");
    SQLite::Database b = connect(other_);
    b.setBusyTimeout(60'000);
    const core::wall_time before = host_.clock.now;

    EXPECT_EQ(try_sql(b, "BEGIN IMMEDIATE"), SQLITE_BUSY);

    EXPECT_GE(host_.clock.now - before, std::chrono::seconds{59});
}

TEST_F(TwoProcessesTest, WhoSleepsLetsTheOtherRun) {
    SQLite::Database a = host_.connect();
    a.exec("CREATE TABLE t (x); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
    disk_process patient(host_.disk, {.now = [this] { return host_.clock.now; },
                                      .sleep = [&a](core::duration) { (void)try_sql(a, "COMMIT"); }});
    {
        SQLite::Database b = connect(patient);
        b.setBusyTimeout(1'000);
        b.exec("INSERT INTO t VALUES (2)");

        EXPECT_EQ(number(b, "SELECT count(*) FROM t"), 2);
    }
    EXPECT_EQ(number(a, "SELECT count(*) FROM t"), 2);
}

class KilledBesideAnotherTest : public testing::Test, public testing::WithParamInterface<const char*> {};

TEST_P(KilledBesideAnotherTest, LeavesAWholeDatabaseWhereverInACommitItWas) {
    const testing::ScopedTrace trace(__FILE__, __LINE__, test::seed_text());
    const std::string settings = "PRAGMA journal_mode = " + std::string(GetParam()) + "; PRAGMA wal_autocheckpoint = 4";
    host h;
    SQLite::Database survivor = h.connect(settings);
    survivor.exec("CREATE TABLE t (x, y); INSERT INTO t VALUES (0, 0)");
    std::int64_t committed = 0;
    std::int64_t rows = 1;
    bool was_survived = false;
    for (std::uint64_t n = 1; !was_survived; ++n) {
        disk_process victim(h.disk, h.clock.surroundings());
        SQLite::Database db = connect(victim, settings);
        victim.die_at(victim.calls() + n);

        const bool succeeded = try_sql(db,
                                       "BEGIN IMMEDIATE; INSERT INTO t VALUES (1, randomblob(9000));"
                                       "UPDATE t SET x = x + 1 WHERE y = 0; COMMIT") == SQLITE_OK;
        was_survived = victim.is_alive();
        (void)try_sql(survivor, "SELECT * FROM t");  // between the victim's last word and the end of its remains
        db = SQLite::Database(":memory:");

        const std::int64_t found = number(survivor, "SELECT x FROM t WHERE y = 0");
        ASSERT_TRUE(found == committed + 1 || (found == committed && !succeeded)) << "call " << n;
        ASSERT_EQ(number(survivor, "SELECT count(*) FROM t"), rows + found - committed) << "call " << n;
        ASSERT_EQ(text(survivor, "PRAGMA integrity_check"), "ok") << "call " << n;
        survivor.exec("BEGIN IMMEDIATE; DELETE FROM t WHERE y <> 0; UPDATE t SET x = x + 1; COMMIT");
        committed = found + 1;
        rows = 1;
    }
    EXPECT_GT(committed, 20) << "there are so many calls in a commit";
}

INSTANTIATE_TEST_SUITE_P(InEveryMode, KilledBesideAnotherTest, testing::Values("WAL", "DELETE", "PERSIST"));

}  // namespace
}  // namespace mayhem::sim
