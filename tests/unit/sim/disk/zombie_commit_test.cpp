// Proves what a failed commit means: COMMIT answers an error because the log was not synced, the transaction is rolled
// back and nobody sees it; but its frames are in the log's file, and the next life takes them for a commit. The next
// one that succeeds writes over them. Each case is done some hundred times.
#include <gtest/gtest.h>

#include "sim/disk/disk_process.hpp"
#include "support.hpp"

namespace mayhem::sim {
namespace {

using test::host;
using test::number;
using test::try_sql;

constexpr int tries = 200;
constexpr const char* settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";

enum class ending { killed, killed_after_another_commit, power_cut, power_cut_after_dropped_pages };

/// In how many of the tries the failed commit is there in the next life.
int found_by_the_next_life(ending e) {
    int found = 0;
    for (int i = 0; i < tries; ++i) {
        host h("try " + std::to_string(i));
        SQLite::Database db = h.connect(settings);
        db.exec("CREATE TABLE t (x); CREATE TABLE u (x); INSERT INTO t VALUES (1)");
        const bool drops = e == ending::power_cut_after_dropped_pages;
        h.process().inject(
            test::always(drops ? disk_fault::pages_dropped : disk_fault::io_error, disk_operation::sync, "-wal"));
        db.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (2)");
        EXPECT_NE(try_sql(db, "COMMIT"), SQLITE_OK);
        (void)try_sql(db, "ROLLBACK");
        h.process().inject({});
        EXPECT_EQ(number(db, "SELECT count(*) FROM t"), 1) << "nobody sees it in this life";
        if (e == ending::killed_after_another_commit) {
            db.exec("INSERT INTO u VALUES (1)");
        }
        if (e == ending::killed || e == ending::killed_after_another_commit) {
            h.process().kill();
        } else {
            h.disk.power_cut();
        }
        db = SQLite::Database(":memory:");
        h.begin();
        db = h.connect(settings);
        EXPECT_EQ(number(db, "SELECT count(*) FROM t WHERE x = 1"), 1) << "what was acknowledged is there";
        found += number(db, "SELECT count(*) FROM t WHERE x = 2") == 1 ? 1 : 0;
    }
    return found;
}

/// How many commits are lost that a life acknowledged which began on what a former one could not sync.
int lost_behind_it(bool empties_the_log) {
    int lost = 0;
    for (int i = 0; i < tries; ++i) {
        host h("try " + std::to_string(i));
        SQLite::Database db = h.connect(settings);
        db.exec("CREATE TABLE t (x)");
        h.process().inject(test::always(disk_fault::pages_dropped, disk_operation::sync, "-wal"));
        db.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (2)");
        EXPECT_NE(try_sql(db, "COMMIT"), SQLITE_OK);
        (void)try_sql(db, "ROLLBACK");
        h.process().kill();
        db = SQLite::Database(":memory:");
        h.begin();
        db = h.connect(settings);
        if (empties_the_log) {
            db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        db.exec("INSERT INTO t VALUES (3)");
        h.disk.power_cut();
        db = SQLite::Database(":memory:");
        h.begin();
        db = h.connect(settings);
        lost += number(db, "SELECT count(*) FROM t WHERE x = 3") == 0 ? 1 : 0;
    }
    return lost;
}

class ZombieCommitTest : public testing::Test {
protected:
    const testing::ScopedTrace trace_{__FILE__, __LINE__, test::seed_text()};
};

TEST_F(ZombieCommitTest, IsFoundByTheLifeAfterAKill) { EXPECT_EQ(found_by_the_next_life(ending::killed), tries); }

TEST_F(ZombieCommitTest, IsErasedByTheNextCommitThatSucceeds) {
    EXPECT_EQ(found_by_the_next_life(ending::killed_after_another_commit), 0);
}

TEST_F(ZombieCommitTest, IsFoundAfterSomePowerCuts) {
    for (const ending e : {ending::power_cut, ending::power_cut_after_dropped_pages}) {
        const int found = found_by_the_next_life(e);
        EXPECT_GT(found, 0);
        EXPECT_LT(found, tries);
    }
}

TEST_F(ZombieCommitTest, TakesWhatIsWrittenBehindItAlongWithAPowerCutUnlessTheLogIsEmptiedFirst) {
    EXPECT_GT(lost_behind_it(false), 0);
    EXPECT_EQ(lost_behind_it(true), 0);
}

}  // namespace
}  // namespace mayhem::sim
