// Proves that a commit which failed is not found by the next life of the database: the log's fsync fails, SQLite rolls
// back, and what the process would leave if it were killed then is opened again.
#include <condition_variable>
#include <limits>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "failing_log.hpp"
#include "stores/sqlite/facts.hpp"
#include "stores/sqlite/ledger.hpp"
#include "stores/sqlite/sqlite_writer.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::failing_log;
using test::message_number;
using testing::HasSubstr;

constexpr int for_ever = std::numeric_limits<int>::max();

class FailedCommitTest : public testing::Test {
protected:
    /// Does `work`; the text of its failure.
    std::string carry_out(std::function<void(ledger&)> work) {
        const auto request = std::make_shared<write_request>(std::move(work));
        EXPECT_TRUE(writer_->submit(request));
        wait_for(request);
        return test::failure_of([&] { request->get(); });
    }
    std::string journal(std::uint64_t n) {
        return carry_out([n](ledger& l) { l.enter(message_number(n)); });
    }
    std::string close() {
        const auto closed = std::make_shared<write_request>(nullptr);
        EXPECT_TRUE(writer_->close(closed));
        wait_for(closed);
        return test::failure_of([&] { closed->get(); });
    }

    /// The names of the messages that a life after a kill finds.
    std::string found_by_the_next_life() {
        const std::filesystem::path copy = test::copy_as_a_kill_leaves_it(path_, folder_ / "next");
        sqlite_database next = sqlite_database::open(copy);
        return next.connection().execAndGet("SELECT coalesce(group_concat(name, ' '), '') FROM messages").getString();
    }

    const failing_log disk_;
    const test::temporary_folder folder_;
    const std::filesystem::path path_ = folder_ / "mayhem.db";

private:
    void wait_for(const std::shared_ptr<write_request>& r) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return handed_back_ == r; });
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<write_request> handed_back_;  // the newest; guarded by mutex_

protected:
    std::unique_ptr<sqlite_writer> writer_ =
        std::make_unique<sqlite_writer>(sqlite_database::open(path_), [this](const sqlite_writer::batch& b) {
            const std::scoped_lock lock(mutex_);
            handed_back_ = b.back();
            changed_.notify_all();
        });
};

TEST_F(FailedCommitTest, IsNotFoundByTheNextLifeOnceItWasHandedBack) {
    ASSERT_EQ(journal(1), "");
    failing_log::fail(1);

    const std::string why = journal(2);

    EXPECT_THAT(why, HasSubstr("cannot write to the database " + path_.string()));
    EXPECT_EQ(found_by_the_next_life(), "cattle-0001");
}

TEST_F(FailedCommitTest, AnAnswerThatWritesNothingEndsTheDoubtToo) {
    ASSERT_EQ(journal(1), "");
    failing_log::fail(2);  // the commit, and the one that is to take its place at once
    ASSERT_NE(journal(2), "");
    ASSERT_EQ(failing_log::left(), 0);

    const std::string why = carry_out([](ledger& l) { (void)l.unfinished(); });

    EXPECT_EQ(why, "");
    EXPECT_EQ(found_by_the_next_life(), "cattle-0001");
}

TEST_F(FailedCommitTest, NothingIsAnsweredBeforeTheDoubtIsOver) {
    ASSERT_EQ(journal(1), "");
    failing_log::fail(for_ever);
    ASSERT_NE(journal(2), "");

    const std::string read = carry_out([](ledger& l) { (void)l.unfinished(); });
    const std::string written = journal(3);
    failing_log::fail(0);
    const std::string after = journal(4);

    EXPECT_THAT(read, HasSubstr("cannot write to the database"));
    EXPECT_THAT(written, HasSubstr("cannot write to the database"));
    EXPECT_EQ(after, "");
    EXPECT_EQ(found_by_the_next_life(), "cattle-0001 cattle-0004");
}

TEST_F(FailedCommitTest, ClosingEndsTheDoubt) {
    ASSERT_EQ(journal(1), "");
    failing_log::fail(2);
    ASSERT_NE(journal(2), "");

    EXPECT_EQ(close(), "");

    EXPECT_EQ(test::text(path_, "SELECT group_concat(name, ' ') FROM messages"), "cattle-0001");
    EXPECT_EQ(test::text(path_, "SELECT value FROM facts WHERE key = 'failed_commits'"), "1");
}

TEST_F(FailedCommitTest, ClosingSaysThatTheDoubtIsNotOver) {
    ASSERT_EQ(journal(1), "");
    failing_log::fail(for_ever);
    ASSERT_NE(journal(2), "");

    const std::string why = close();
    failing_log::fail(0);

    EXPECT_THAT(why, HasSubstr("cannot write to the database"));
}

TEST_F(FailedCommitTest, OfAFactWithoutADaemonIsNotFoundEither) {
    sqlite_database alone = sqlite_database::open(folder_ / "alone.db");
    set_fact(alone, "halt", "yes");
    failing_log::fail(1);

    const std::string why = test::failure_of([&] { set_fact(alone, "halt", ""); });

    EXPECT_THAT(why, HasSubstr("cannot write to the database"));
    sqlite_database next =
        sqlite_database::open(test::copy_as_a_kill_leaves_it(folder_ / "alone.db", folder_ / "next"));
    EXPECT_EQ(get_fact(next, "halt"), "yes");
}

}  // namespace
}  // namespace mayhem::stores
