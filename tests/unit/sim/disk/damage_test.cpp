// Proves what each fault does to a commit: what SQLite says of it, and what is there afterwards.
#include <functional>

#include <gtest/gtest.h>

#include "sim/disk/disk_process.hpp"
#include "support.hpp"

namespace mayhem::sim {
namespace {

using test::always;
using test::host;
using test::number;
using test::text;
using test::try_sql;

constexpr const char* with_log = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";

class DamageTest : public testing::Test {
protected:
    DamageTest() : db_(host_.connect(with_log)) { db_.exec("CREATE TABLE t (x)"); }

    /// What SQLite, which tells its reasons apart, says of an insertion in which this happens.
    int insert_with(fault_decision f) {
        host_.process().inject(std::move(f));
        const int answer = try_sql(db_, "INSERT INTO t VALUES (randomblob(9000))");
        const int reason = sqlite3_extended_errcode(db_.getHandle());
        host_.process().inject({});
        return answer == SQLITE_OK ? SQLITE_OK : reason;
    }
    std::int64_t rows() { return number(db_, "SELECT count(*) FROM t"); }
    std::int64_t rows_after_power_cut(const power_loss& how) {
        host_.disk.power_cut(how);
        db_ = SQLite::Database(":memory:");
        host_.begin();
        db_ = host_.connect(with_log);
        return rows();
    }

    const testing::ScopedTrace trace_{__FILE__, __LINE__, test::seed_text()};
    host host_;
    SQLite::Database db_;
};

TEST_F(DamageTest, AnErrorIsTheOneOfTheCallAndNothingIsRecorded) {
    struct expectation {
        disk_fault fault;
        disk_operation operation;
        int answer;
    };
    for (const expectation& e : {expectation{disk_fault::io_error, disk_operation::write, SQLITE_IOERR_WRITE},
                                 expectation{disk_fault::no_space, disk_operation::write, SQLITE_FULL},
                                 expectation{disk_fault::cut_short, disk_operation::write, SQLITE_FULL},
                                 expectation{disk_fault::io_error, disk_operation::sync, SQLITE_IOERR_FSYNC},
                                 expectation{disk_fault::pages_dropped, disk_operation::sync, SQLITE_IOERR_FSYNC},
                                 expectation{disk_fault::io_error, disk_operation::lock_memory, SQLITE_IOERR_SHMLOCK},
                                 expectation{disk_fault::pages_dropped, disk_operation::write, SQLITE_IOERR_WRITE},
                                 expectation{disk_fault::ignored, disk_operation::read, SQLITE_OK}}) {
        const std::int64_t before = rows();
        EXPECT_EQ(insert_with(always(e.fault, e.operation)), e.answer);
        EXPECT_EQ(rows(), e.answer == SQLITE_OK ? before + 1 : before);
    }
    EXPECT_EQ(insert_with({}), SQLITE_OK) << "it is usable as before";
    EXPECT_EQ(text(db_, "PRAGMA integrity_check"), "ok");
}

TEST_F(DamageTest, ASyncThatLiesLosesAnAcknowledgedCommit) {
    ASSERT_EQ(insert_with(always(disk_fault::ignored, disk_operation::sync)), SQLITE_OK);
    ASSERT_EQ(rows(), 1);

    EXPECT_EQ(rows_after_power_cut({.kept_percent = 0}), 0);
}

TEST_F(DamageTest, ACommitThatWasSyncedSurvivesAnyPowerCut) {
    ASSERT_EQ(insert_with({}), SQLITE_OK);

    EXPECT_EQ(rows_after_power_cut({.kept_percent = 0}), 1);
    EXPECT_EQ(rows_after_power_cut({.kept_percent = 50, .torn_percent = 50, .junk_percent = 50}), 1);
}

TEST_F(DamageTest, SqliteOverlooksThatAFolderWasNotSynced) {
    host fresh("fresh");
    SQLite::Database db = fresh.connect("PRAGMA journal_mode = WAL");  // whose journal has synced the folder
    fresh.process().inject(always(disk_fault::io_error, disk_operation::sync_folder));

    EXPECT_EQ(try_sql(db, "CREATE TABLE t (x)"), SQLITE_OK);

    fresh.disk.power_cut({.kept_percent = 0});
    EXPECT_EQ(fresh.disk.find(test::database_path + "-wal"), nullptr) << "the log is lost with its name";
}

TEST_F(DamageTest, ADecisionSeesEveryCallInOrder) {
    std::vector<disk_operation> seen;
    std::uint64_t last = host_.process().calls();
    bool is_in_order = true;

    ASSERT_EQ(insert_with([&](const disk_call& c) {
                  seen.push_back(c.operation);
                  is_in_order = is_in_order && c.number == last + 1;
                  last = c.number;
                  return disk_fault::none;
              }),
              SQLITE_OK);

    EXPECT_TRUE(is_in_order);
    EXPECT_EQ(last, host_.process().calls());
    EXPECT_EQ(std::count(seen.begin(), seen.end(), disk_operation::sync), 1);
    EXPECT_GE(std::count(seen.begin(), seen.end(), disk_operation::write), 3);
}

}  // namespace
}  // namespace mayhem::sim
