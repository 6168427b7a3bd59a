// Proves the promises of the database thread: it groups what waits, keeps the order, hands back only what is durable,
// and survives every kind of failure. A second connection, which only reads, is the witness; a write that waits at
// a gate holds the thread back, so that what is submitted meanwhile is known to wait.
#include "stores/sqlite/sqlite_writer.hpp"

#include <future>
#include <semaphore>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/sqlite/ledger.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using test::message_number;
using testing::HasSubstr;
using namespace std::chrono_literals;

class SqliteWriterTest : public testing::Test {
protected:
    using request = std::shared_ptr<write_request>;

    void start(std::chrono::milliseconds busy_timeout = sqlite_database::default_busy_timeout) {
        writer_ = std::make_unique<sqlite_writer>(sqlite_database::open(path_, busy_timeout),
                                                  [this](sqlite_writer::batch b) { take_back(std::move(b)); });
    }

    /// Holds the database thread inside a transaction until `open_gate`.
    request submit_gate() {
        request gate = submit([this](ledger&) {
            at_gate_.release();
            gate_.acquire();
        });
        at_gate_.acquire();
        return gate;
    }
    void open_gate() { gate_.release(); }

    request submit(std::function<void(ledger&)> work) {
        auto r = std::make_shared<write_request>(std::move(work));
        EXPECT_TRUE(writer_->submit(r));
        return r;
    }
    request submit_journal(std::uint64_t n) {
        return submit([m = message_number(n)](ledger& l) { l.enter(m); });
    }

    void wait_until_handed_back(std::size_t requests) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return handed_back_.size() >= requests; });
    }

    std::int64_t recorded() { return test::count(path_, "SELECT count(*) FROM messages"); }

    test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "mayhem.db";
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<request> handed_back_;      // guarded by mutex_
    std::vector<std::size_t> batch_sizes_;  // guarded by mutex_
    std::function<void(const sqlite_writer::batch&)> inspect_;
    std::binary_semaphore at_gate_{0};
    std::binary_semaphore gate_{0};
    std::unique_ptr<sqlite_writer> writer_;

private:
    void take_back(sqlite_writer::batch b) {
        if (inspect_) {
            inspect_(b);
        }
        const std::scoped_lock lock(mutex_);
        batch_sizes_.push_back(b.size());
        handed_back_.insert(handed_back_.end(), b.begin(), b.end());
        changed_.notify_all();
    }
};

TEST_F(SqliteWriterTest, EverythingThatWaitsGoesIntoOneCommit) {
    start();
    submit_gate();
    for (std::uint64_t n = 0; n < 1'000; ++n) {
        submit_journal(n);
    }

    open_gate();
    wait_until_handed_back(1'001);

    EXPECT_EQ(recorded(), 1'000);
    EXPECT_EQ(writer_->totals().commits, 2U);
    EXPECT_EQ(writer_->totals().requests, 1'001U);
    EXPECT_EQ(writer_->totals().failures, 0U);
}

TEST_F(SqliteWriterTest, ABatchIsBounded) {
    start();
    submit_gate();
    for (std::size_t n = 0; n < sqlite_writer::batch_max + 1; ++n) {
        submit([](ledger&) {});
    }

    open_gate();
    wait_until_handed_back(sqlite_writer::batch_max + 2);

    EXPECT_THAT(batch_sizes_, testing::ElementsAre(1, sqlite_writer::batch_max, 1));
}

TEST_F(SqliteWriterTest, NoMoreThanTheLimitMayWait) {
    start();
    submit_gate();
    for (std::size_t n = 0; n < sqlite_writer::waiting_max; ++n) {
        submit([](ledger&) {});
    }

    EXPECT_FALSE(writer_->submit(std::make_shared<write_request>([](ledger&) {})));

    open_gate();
    wait_until_handed_back(sqlite_writer::waiting_max + 1);
    EXPECT_TRUE(writer_->submit(std::make_shared<write_request>([](ledger&) {})));
}

TEST_F(SqliteWriterTest, OrderIsKept) {
    start();
    submit_gate();
    std::vector<request> submitted;
    for (std::uint64_t n = 0; n < 100; ++n) {
        submitted.push_back(submit_journal(n));
    }

    open_gate();
    wait_until_handed_back(101);

    EXPECT_TRUE(std::equal(submitted.begin(), submitted.end(), handed_back_.begin() + 1));
    EXPECT_EQ(test::text(path_, "SELECT group_concat(name, ' ') FROM (SELECT name FROM messages ORDER BY seq LIMIT 3)"),
              "cattle-0000 cattle-0001 cattle-0002");
}

TEST_F(SqliteWriterTest, WhatIsHandedBackIsVisibleToOthersAlready) {
    std::vector<std::int64_t> seen;
    inspect_ = [&](const sqlite_writer::batch&) { seen.push_back(recorded()); };
    start();
    submit_gate();
    submit_journal(1);
    submit_journal(2);

    open_gate();
    wait_until_handed_back(3);

    EXPECT_THAT(seen, testing::ElementsAre(0, 2));
}

TEST_F(SqliteWriterTest, NothingIsVisibleBeforeTheCommit) {
    start();
    submit_journal(1);
    wait_until_handed_back(1);
    submit([this](ledger& l) {
        l.enter(message_number(2));
        at_gate_.release();
        gate_.acquire();
    });
    at_gate_.acquire();

    const std::int64_t before = recorded();

    open_gate();
    wait_until_handed_back(2);
    EXPECT_EQ(before, 1);
    EXPECT_EQ(recorded(), 2);
}

TEST_F(SqliteWriterTest, ARequestThatFailsIsUndoneAndSpoilsNoOther) {
    start();
    submit_gate();
    const request before = submit_journal(1);
    const request fails = submit([](ledger& l) {
        l.enter(message_number(2));
        throw std::logic_error("changed my mind");
    });
    const request breaks_a_rule = submit([](ledger& l) {
        core::outcome impossible = test::recovered();
        impossible.refused_by = core::guard::halted;
        l.record(message_number(3), impossible);
    });
    const request after = submit_journal(4);

    open_gate();
    wait_until_handed_back(5);

    EXPECT_NO_THROW(before->get());
    EXPECT_THROW(fails->get(), std::logic_error);
    EXPECT_THAT(test::failure_of([&] { breaks_a_rule->get(); }), HasSubstr("CHECK constraint failed"));
    EXPECT_NO_THROW(after->get());
    EXPECT_EQ(test::text(path_, "SELECT group_concat(name, ' ') FROM messages"), "cattle-0001 cattle-0004");
    EXPECT_EQ(writer_->totals().failures, 2U);
}

TEST_F(SqliteWriterTest, ALockedDatabaseFailsTheWholeBatchAndTheWriterGoesOnAfterwards) {
    start(1ms);
    submit_journal(1);
    wait_until_handed_back(1);
    sqlite_database other = sqlite_database::open(path_);
    other.connection().exec("BEGIN IMMEDIATE");
    const request refused = submit_journal(2);
    wait_until_handed_back(2);
    other.connection().exec("ROLLBACK");

    const request accepted = submit_journal(3);
    wait_until_handed_back(3);

    EXPECT_THAT(test::failure_of([&] { refused->get(); }), HasSubstr("another process holds it locked"));
    EXPECT_NO_THROW(accepted->get());
    EXPECT_EQ(test::text(path_, "SELECT group_concat(name, ' ') FROM messages"), "cattle-0001 cattle-0003");
}

TEST_F(SqliteWriterTest, WhatWasSubmittedBeforeTheEndIsFinished) {
    start();
    submit_gate();
    const request last = submit_journal(1);
    open_gate();

    writer_.reset();

    EXPECT_NO_THROW(last->get());
    EXPECT_EQ(recorded(), 1);
}

TEST_F(SqliteWriterTest, ClosingFinishesWhatWaitsThenClosesTheFileThenSaysSo) {
    std::promise<bool> log_is_gone;
    const auto closed = std::make_shared<write_request>(nullptr);
    inspect_ = [&](const sqlite_writer::batch& b) {
        if (b.front() == closed) {
            log_is_gone.set_value(!std::filesystem::exists(path_.string() + "-wal"));
        }
    };
    start();
    submit_gate();
    const request last = submit_journal(1);

    EXPECT_TRUE(writer_->close(closed));
    EXPECT_FALSE(writer_->close(closed));
    EXPECT_FALSE(writer_->submit(std::make_shared<write_request>([](ledger&) {})));
    open_gate();

    EXPECT_TRUE(log_is_gone.get_future().get());
    EXPECT_NO_THROW(last->get());
}

}  // namespace
}  // namespace mayhem::stores
