// Proves that whatever can be wrong with a database file is told with its path, the reason and the remedy, and that
// the connection has the settings that durability needs: by making each of these things wrong for real.
#include "stores/sqlite/sqlite_database.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stores/sqlite/facts.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::failure_of;
using test::in_child;
using testing::AllOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr auto long_enough = 1min;

class SqliteDatabaseTest : public testing::Test {
protected:
    void write_file(const std::string& content) { std::ofstream(path_, std::ios::binary) << content; }

    void overwrite(std::streamoff from, std::size_t bytes) {
        std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(from);
        file << std::string(bytes, '\xa5');
    }

    std::string failure_as_nobody(const std::function<void()>& body) {
        return in_child([&](const test::child_report& report) {
            test::drop_privileges();
            report(failure_of(body));
        });
    }

    /// A closed database of so many rows, some 150 to a page.
    void fill(int rows) {
        sqlite_database opened = sqlite_database::open(path_);
        opened.connection().exec("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                                 std::to_string(rows) + R"sql()
INSERT INTO facts (key, value) SELECT 'key ' || i, 'value ' || i FROM n)sql");
    }

    std::string what_the_check_says() {
        return failure_of([&] {
            sqlite_database opened = sqlite_database::open(path_);
            EXPECT_TRUE(opened.check(long_enough));
        });
    }

    test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "mayhem.db";
};

TEST_F(SqliteDatabaseTest, ACommitIsDurableAndReferencesAreEnforced) {
    sqlite_database opened = sqlite_database::open(path_);

    EXPECT_EQ(opened.connection().execAndGet("PRAGMA journal_mode").getString(), "wal");
    EXPECT_EQ(opened.connection().execAndGet("PRAGMA synchronous").getInt(), 2);
    EXPECT_EQ(opened.connection().execAndGet("PRAGMA foreign_keys").getInt(), 1);
}

TEST_F(SqliteDatabaseTest, AMissingDirectoryIsNamed) {
    const std::string why = failure_of([&] { (void)sqlite_database::open(folder_ / "none/mayhem.db"); });

    EXPECT_THAT(why, AllOf(HasSubstr("cannot open the database " + (folder_ / "none/mayhem.db").string()),
                           HasSubstr("its directory " + (folder_ / "none").string() + " does not exist"),
                           HasSubstr("mkdir -p")));
}

TEST_F(SqliteDatabaseTest, ADirectoryIsNoDatabase) {
    const std::string why = failure_of([&] { (void)sqlite_database::open(folder_.path()); });

    EXPECT_THAT(why, AllOf(HasSubstr("it is a directory"), HasSubstr("name a file inside it")));
}

TEST_F(SqliteDatabaseTest, AFileOfAnotherKindIsRefusedAndLeftAlone) {
    write_file("This is the one copy of my thesis, and no database at all. " + std::string(2'000, 'x'));

    const std::string why = failure_of([&] { (void)sqlite_database::open(path_); });

    EXPECT_THAT(why, HasSubstr("the file is not a database"));
    EXPECT_EQ(std::filesystem::file_size(path_), 2'059U);
}

TEST_F(SqliteDatabaseTest, ADamagedSchemaIsFoundOnOpening) {
    (void)sqlite_database::open(path_);
    overwrite(100, 3'900);

    const std::string why = failure_of([&] { (void)sqlite_database::open(path_); });

    EXPECT_THAT(why, AllOf(HasSubstr("the file is damaged"), HasSubstr("restore a copy")));
}

TEST_F(SqliteDatabaseTest, DamageElsewhereIsFoundWhenAskedFor) {
    (void)sqlite_database::open(path_);
    overwrite(4'096, 3 * 4'096);
    sqlite_database opened = sqlite_database::open(path_);

    const std::string why = failure_of([&] { (void)opened.check(long_enough); });

    EXPECT_THAT(why, AllOf(HasSubstr("cannot trust the database " + path_.string()), HasSubstr("the file is damaged")));
}

TEST_F(SqliteDatabaseTest, AWholeDatabasePassesTheCheck) {
    sqlite_database opened = sqlite_database::open(path_);

    EXPECT_TRUE(opened.check(long_enough));
}

TEST_F(SqliteDatabaseTest, OneDamagedPageAmongHundredsIsFound) {
    fill(20'000);
    ASSERT_EQ(what_the_check_says(), "");

    overwrite(static_cast<std::streamoff>(std::filesystem::file_size(path_) / 2 / 4'096 * 4'096), 64);

    EXPECT_THAT(what_the_check_says(),
                AllOf(HasSubstr("the file is damaged"), HasSubstr(path_.string() + " .recover")));
}

TEST_F(SqliteDatabaseTest, AFileThatWasCutShortIsFound) {
    fill(20'000);

    std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);

    EXPECT_THAT(what_the_check_says(), HasSubstr("the file is damaged"));
}

TEST_F(SqliteDatabaseTest, AnIndexThatLacksARowOfItsTableIsFound) {
    sqlite_database opened = sqlite_database::open(path_);
    opened.connection().exec(R"sql(
CREATE TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = 'messages_by_target';
PRAGMA writable_schema = RESET;
PRAGMA writable_schema = ON;
DELETE FROM sqlite_schema WHERE name = 'messages_by_target';
PRAGMA writable_schema = RESET;
INSERT INTO messages (id, group_name, target, name, incarnation, planned_at, expires_at, state)
VALUES ('00000000-0000-4000-8000-000000000001', 'cattle', 'cattle-0001', 'cattle-0001', '1', 1, 2, 'journalled');
PRAGMA writable_schema = ON;
INSERT INTO sqlite_schema SELECT * FROM hidden;
PRAGMA writable_schema = RESET;
)sql");
    ASSERT_EQ(opened.connection().execAndGet("PRAGMA quick_check").getString(), "ok");

    EXPECT_THAT(what_the_check_says(), AllOf(HasSubstr("the file is damaged"), HasSubstr("messages_by_target")));
}

TEST_F(SqliteDatabaseTest, ANewFileIsClosedToThoseWhoHaveNothingToDoWithIt) {
    const sqlite_database opened = sqlite_database::open(path_);

    for (const char* suffix : {"", "-wal", "-shm"}) {
        struct stat status{};
        ASSERT_EQ(::stat((path_.string() + suffix).c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 07137U, 0U) << suffix;
    }
}

TEST_F(SqliteDatabaseTest, ACheckGivesUpInTimeAndHarmsNothing) {
    fill(500'000);  // reading them takes far longer than it mostly takes to interrupt it
    sqlite_database opened = sqlite_database::open(path_);

    bool gave_up = false;
    for (int tries = 0; tries < 50 && !gave_up; ++tries) {
        gave_up = !opened.check(0ns);  // an alarm whose thread is held up lets the check end, which is no fault
    }

    EXPECT_TRUE(gave_up);

    EXPECT_EQ(get_fact(opened, "key 7"), "value 7");
    EXPECT_TRUE(opened.check(long_enough));
}

TEST_F(SqliteDatabaseTest, AReadOnlyFileIsRefusedForWriting) {
    (void)sqlite_database::open(path_);
    ASSERT_EQ(::chmod(path_.c_str(), 0444), 0);

    const std::string why = failure_as_nobody([&] { (void)sqlite_database::open(path_); });

    EXPECT_THAT(why, AllOf(HasSubstr("cannot open the database"), HasSubstr("read-only"), HasSubstr("writable")));
}

TEST_F(SqliteDatabaseTest, AReadOnlyDirectoryIsRefusedForWriting) {
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0555), 0);

    const std::string why = failure_as_nobody([&] { (void)sqlite_database::open(path_); });

    EXPECT_THAT(why, AllOf(HasSubstr("no file can be created in " + folder_.path().string() + " (Permission denied)"),
                           HasSubstr("make it writable for the user that runs mayhem (uid ")));
}

TEST_F(SqliteDatabaseTest, AFileThatMayNotBeReadIsNamed) {
    (void)sqlite_database::open(path_);
    ASSERT_EQ(::chmod(path_.c_str(), 0), 0);

    const std::string why = failure_as_nobody([&] { (void)sqlite_database::open_read_only(path_); });

    EXPECT_THAT(why, AllOf(HasSubstr("it may not be read (Permission denied)"), HasSubstr("make it readable")));
}

TEST_F(SqliteDatabaseTest, WhoMayNotWriteBesideItCanStillReadIt) {
    {
        sqlite_database opened = sqlite_database::open(path_);
        set_fact(opened, "seed", "42");
    }
    ASSERT_FALSE(std::filesystem::exists(path_.string() + "-wal"));
    ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);

    const std::string seed = in_child([&](const test::child_report& report) {
        test::drop_privileges();
        sqlite_database reader = sqlite_database::open_read_only(path_);
        report(get_fact(reader, "seed").value_or("none"));
    });

    EXPECT_EQ(seed, "42");
}

TEST_F(SqliteDatabaseTest, ReadingWhatIsNotThereCreatesNothing) {
    const std::string why = failure_of([&] { (void)sqlite_database::open_read_only(path_); });

    EXPECT_THAT(why, AllOf(HasSubstr("there is no such file"), HasSubstr("start the daemon")));
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteDatabaseTest, AReaderCannotWrite) {
    (void)sqlite_database::open(path_);
    sqlite_database reader = sqlite_database::open_read_only(path_);

    const std::string why = failure_of([&] { set_fact(reader, "seed", "42"); });

    EXPECT_THAT(why, AllOf(HasSubstr("cannot write to the database"), HasSubstr("read-only")));
}

TEST_F(SqliteDatabaseTest, ALockThatIsNotReleasedInTimeIsAnError) {
    sqlite_database holder = sqlite_database::open(path_);
    holder.connection().exec("BEGIN IMMEDIATE");
    sqlite_database waiter = sqlite_database::open(path_, 10ms);

    const std::string why = failure_of([&] { set_fact(waiter, "seed", "42"); });

    EXPECT_THAT(why, AllOf(HasSubstr("another process holds it locked"), HasSubstr("fuser " + path_.string())));
}

TEST_F(SqliteDatabaseTest, AFullDatabaseIsAnErrorAndKeepsWhatItHas) {
    sqlite_database opened = sqlite_database::open(path_);
    set_fact(opened, "seed", "42");
    opened.connection().exec("PRAGMA max_page_count = 1");

    const std::string why = failure_of([&] { set_fact(opened, "big", std::string(100'000, 'x')); });

    EXPECT_THAT(why, AllOf(HasSubstr("the disk is full"), HasSubstr("nothing recorded so far is lost")));
    EXPECT_EQ(get_fact(opened, "seed"), "42");
}

TEST_F(SqliteDatabaseTest, FactsOutliveTheConnectionAndCanBeReplaced) {
    {
        sqlite_database opened = sqlite_database::open(path_);
        EXPECT_EQ(get_fact(opened, "seed"), std::nullopt);
        set_fact(opened, "seed", "41");
        set_fact(opened, "seed", "42");
    }

    sqlite_database again = sqlite_database::open(path_);

    EXPECT_EQ(get_fact(again, "seed"), "42");
}

}  // namespace
}  // namespace mayhem::stores
