// Proves that the coroutines' view of the store is what the ports promise: waiting without holding the loop,
// grouped commits, failures and cancellations delivered to the right caller. The loop and the database thread are real,
// the clock is virtual.
#include "stores/sqlite/sqlite_store.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "stores/null/null_store.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::message_number;
using testing::HasSubstr;

async::awaitable<void> save_and_note(sqlite_store& store, std::uint64_t n, std::vector<std::uint64_t>& order) {
    const async::frame here;
    co_await store.save(message_number(n), 1, nullptr);
    order.push_back(n);
}

async::awaitable<void> failure_of_save(sqlite_store& store, std::uint64_t n, std::string& why) {
    const async::frame here;
    try {
        co_await store.save(message_number(n), 1, nullptr);
    } catch (const core::store_failed& e) {
        why = e.what();
    }
}

async::awaitable<void> record(sqlite_store& store, core::outcome o, std::string& why) {
    const async::frame here;
    try {
        co_await store.record(message_number(1), o);
    } catch (const core::store_failed& e) {
        why = e.what();
    }
}

async::awaitable<void> whole_life(sqlite_store& store, std::size_t& unfinished) {
    const async::frame here;
    co_await store.enter(message_number(1), {});
    co_await store.enter(message_number(2), {});
    co_await store.save(message_number(1), 1, nullptr);
    co_await store.record(message_number(1), test::recovered());
    const std::array ids{message_number(2).id};
    co_await store.nack(ids, test::at(9), "shutdown");
    const std::vector<ports::unfinished_message> left = co_await store.unfinished();
    unfinished = left.size();
    co_await store.close();
    co_await store.close();
}

async::awaitable<void> close(sqlite_store& store) {
    const async::frame here;
    co_await store.close();
}

async::awaitable<void> save_then_wait(sqlite_store& store, bool& saved, bool& went_on) {
    const async::frame here;
    co_await store.save(message_number(1), 1, nullptr);
    saved = true;
    co_await async::yield();
    went_on = true;
}

async::awaitable<void> let_it_wait_then(void (async::task_group::*cancel)(), async::task_group& group) {
    const async::frame here;
    co_await async::yield();
    (group.*cancel)();
}

async::awaitable<void> roll_back_at_the_next_step(sqlite_database& d) {
    const async::frame here;
    co_await async::yield();
    d.connection().exec("ROLLBACK");
}

/// A halt, its end, and somebody else's halt, in a row.
struct halts_seen {
    std::optional<halt_record> written;
    std::optional<halt_record> unknown_stands;
    std::optional<halt_record> after_unknown;
    std::optional<halt_record> known_stands;
    std::optional<halt_record> after_known;
};

async::awaitable<void> halt_and_forget(ports::halt_memory& memory, halt_record mine, halts_seen& seen) {
    const async::frame here;
    co_await memory.write_halt(mine);
    seen.written = co_await memory.read_halt();
    std::vector<halt_record> known{halt_record{.who = "another", .why = "", .since = {}}};
    seen.unknown_stands = co_await memory.forget_halt(known);
    seen.after_unknown = co_await memory.read_halt();
    known.push_back(std::move(mine));
    seen.known_stands = co_await memory.forget_halt(known);
    seen.after_known = co_await memory.read_halt();
}

class SqliteStoreTest : public testing::Test {
protected:
    void run() {
        loop_.run();
        EXPECT_EQ(failures_, 0);
        EXPECT_TRUE(group_.empty());
    }

    test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "mayhem.db";
    async::virtual_clock clock_;
    async::loop loop_{clock_};
    sqlite_store store_{loop_, sqlite_database::open(path_, std::chrono::milliseconds{1})};
    int failures_ = 0;
    async::task_group group_{loop_, "stores", [this](const async::task_failure& f) {
                                 ++failures_;
                                 ADD_FAILURE() << f.describe();
                             }};
    async::task_group others_{loop_, "others", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); }};
};

TEST_F(SqliteStoreTest, AMessagesLifeIsRecorded) {
    const core::wall_time now = clock_.wall_now();
    std::size_t unfinished = 0;
    group_.spawn("life", whole_life(store_, unfinished));

    run();

    EXPECT_EQ(unfinished, 1U);
    EXPECT_EQ(test::text(path_, "SELECT group_concat(state, ' ') FROM (SELECT state FROM messages ORDER BY seq)"),
              "acked nacked");
    EXPECT_EQ(test::count(path_, "SELECT started_at FROM attempts"), now.time_since_epoch().count());
}

TEST_F(SqliteStoreTest, ThoseWhoWaitTogetherShareACommitAndAreResumedInOrder) {
    sqlite_store patient(loop_, sqlite_database::open(path_, std::chrono::minutes{1}));
    sqlite_database other = sqlite_database::open(path_);
    other.connection().exec("BEGIN IMMEDIATE");
    std::vector<std::uint64_t> order;
    std::vector<std::uint64_t> expected;
    for (std::uint64_t n = 0; n < 2'000; ++n) {
        group_.spawn("save", save_and_note(patient, n, order));
        expected.push_back(n);
    }
    others_.spawn("let go", roll_back_at_the_next_step(other));  // when all have asked

    run();

    EXPECT_EQ(order, expected);
    EXPECT_EQ(test::count(path_, "SELECT count(*) FROM attempts"), 2'000);
    EXPECT_EQ(patient.totals().requests, 2'000U);
    EXPECT_LE(patient.totals().commits, 2U) << "the first of them, and all that came while it waited";
}

TEST_F(SqliteStoreTest, MoreCallersThanTheLimitWaitForTheirTurn) {
    std::vector<std::uint64_t> order;
    const std::uint64_t callers = sqlite_writer::waiting_max + 100;
    for (std::uint64_t n = 0; n < callers; ++n) {
        group_.spawn("save", save_and_note(store_, n, order));
    }

    run();

    EXPECT_EQ(order.size(), callers);
    EXPECT_EQ(store_.totals().failures, 0U);
}

TEST_F(SqliteStoreTest, AFailureReachesItsCallerAndTheStoreStaysUsable) {
    sqlite_database other = sqlite_database::open(path_);
    other.connection().exec("BEGIN IMMEDIATE");
    std::string why;
    group_.spawn("save", failure_of_save(store_, 1, why));
    run();
    other.connection().exec("ROLLBACK");
    std::vector<std::uint64_t> order;
    group_.spawn("save", save_and_note(store_, 2, order));
    run();

    EXPECT_THAT(why, HasSubstr("another process holds it locked"));
    EXPECT_EQ(order.size(), 1U);
    EXPECT_EQ(test::count(path_, "SELECT count(*) FROM messages"), 1);
}

TEST_F(SqliteStoreTest, AnImpossibleOutcomeIsRefusedByTheTablesAndNothingIsRecorded) {
    core::outcome impossible = test::recovered();
    impossible.refused_by = core::guard::halted;
    std::string why;
    group_.spawn("record", record(store_, impossible, why));

    run();

    EXPECT_THAT(why, HasSubstr("CHECK constraint failed"));
    EXPECT_EQ(test::count(path_, "SELECT count(*) FROM messages"), 0);
}

TEST_F(SqliteStoreTest, ACancelledCallCompletesItsWriteAndEndsAtTheNextAwait) {
    bool saved = false;
    bool went_on = false;
    group_.spawn("save", save_then_wait(store_, saved, went_on));
    others_.spawn("cancel", let_it_wait_then(&async::task_group::cancel, group_));

    run();

    EXPECT_TRUE(saved);
    EXPECT_FALSE(went_on);
    EXPECT_EQ(test::count(path_, "SELECT count(*) FROM attempts"), 1);
}

TEST_F(SqliteStoreTest, ACallerThatIsCutForGoodDoesNotTakeItsWriteAlong) {
    bool saved = false;
    bool went_on = false;
    group_.spawn("save", save_then_wait(store_, saved, went_on));
    others_.spawn("cancel", let_it_wait_then(&async::task_group::cancel_hard, group_));
    run();
    group_.spawn("close", close(store_));
    run();

    EXPECT_FALSE(went_on);
    EXPECT_EQ(store_.totals().requests, 1U);
    EXPECT_EQ(test::count(path_, "SELECT count(*) FROM attempts"), 1);
}

TEST_F(SqliteStoreTest, AHaltIsForgottenByWhoKnowsIt) {
    const halt_record mine{.who = "alice \xff", .why = "a \"reason\"", .since = test::at(3)};
    halts_seen seen;
    group_.spawn("halt", halt_and_forget(store_, mine, seen));

    run();

    ASSERT_TRUE(seen.written);
    EXPECT_EQ(seen.written->why, mine.why);
    EXPECT_EQ(seen.unknown_stands, seen.written);
    EXPECT_EQ(seen.after_unknown, seen.written);
    EXPECT_EQ(seen.known_stands, std::nullopt);  // though the text that is kept has no bytes that are no text
    EXPECT_EQ(seen.after_known, std::nullopt);
}

TEST_F(SqliteStoreTest, AfterCloseNothingIsWritten) {
    group_.spawn("close", close(store_));
    run();
    std::string why;
    group_.spawn("save", failure_of_save(store_, 1, why));
    run();

    EXPECT_THAT(why, HasSubstr("it has been closed"));
    EXPECT_FALSE(std::filesystem::exists(path_.string() + "-wal"));
}

}  // namespace
}  // namespace mayhem::stores
