// Proves when the history is pruned, in what portions, and that a reload's new length counts. The database is real, the
// clock is virtual.
#include "daemon/history_keeper.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "stores/sqlite/sqlite_store.hpp"
#include "support/virtual_loop.hpp"
#include "telemetry/logging.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;

constexpr int old_messages = 1'500;
constexpr auto day = 24h;

class HistoryKeeperTest : public ::testing::Test {
protected:
    /// So many settled messages, planned one second after the other, the last one `age` ago.
    void fill(int count, std::chrono::hours age) {
        stores::sqlite_database database = stores::sqlite_database::open(path_);
        const std::int64_t newest_us =
            std::chrono::duration_cast<core::duration>((time_.clock.wall_now() - age).time_since_epoch()).count();
        database.connection().exec(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(count) +
            ") INSERT INTO messages (id, group_name, target, name, incarnation, planned_at, expires_at, state, "
            "settled_at) "
            "SELECT printf('%036d', " +
            std::to_string(age.count()) + " * 100000 + i), 'web', 't', 't', '1', m, m, 'acked', m FROM (SELECT i, " +
            std::to_string(newest_us) + " - (" + std::to_string(count) + " - i) * 1000000 AS m FROM n)");
    }

    /// Runs the keeper for so long.
    void run_for(std::chrono::nanoseconds length) {
        stores::sqlite_store store(time_.loop, stores::sqlite_database::open(path_));
        history_keeper keeper(
            time_.loop, logging_.get(), [this] { return keep_; },
            [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
        keeper.start(store);
        time_.run(end_after(length, keeper, store));
        transactions_ = store.totals().commits;
    }

    static async::awaitable<void> end_after(std::chrono::nanoseconds length, history_keeper& keeper,
                                            stores::sqlite_store& store) {
        const async::frame here;
        co_await async::sleep_for(length);
        co_await keeper.stop();
        co_await store.close();
    }

    std::int64_t messages() const { return stores::test::count(path_, "SELECT count(*) FROM messages"); }

    stores::test::temporary_folder folder_;
    const std::filesystem::path path_ = folder_ / "mayhem.db";
    test::virtual_loop time_;
    telemetry::logging logging_{{.lowest = telemetry::level::critical}};
    core::duration keep_ = 365 * day;
    std::uint64_t transactions_ = 0;
};

TEST_F(HistoryKeeperTest, DeletesInBatchesWithAPauseAfterEach) {
    fill(old_messages, 400 * day);

    run_for(history_keeper::pause + 1ms);
    EXPECT_EQ(messages(), old_messages - 2 * static_cast<int>(history_keeper::batch));

    run_for(10s);
    EXPECT_EQ(messages(), static_cast<int>(stores::messages_kept));
}

TEST_F(HistoryKeeperTest, DeletesNothingThatIsYoungEnough) {
    fill(old_messages, 300 * day);

    run_for(1h);

    EXPECT_EQ(messages(), old_messages);
    EXPECT_EQ(transactions_, 1U);
}

TEST_F(HistoryKeeperTest, LooksAgainEverySixHours) {
    fill(old_messages, 365 * day - 10h);

    run_for(6h + 1min);
    EXPECT_EQ(messages(), old_messages);

    run_for(12h + 1min);
    EXPECT_EQ(messages(), static_cast<int>(stores::messages_kept));
}

TEST_F(HistoryKeeperTest, AsksForTheLengthEachTime) {
    fill(old_messages, 100 * day);
    time_.spawn("reload", [](core::duration& keep) -> async::awaitable<void> {
        const async::frame here;
        co_await async::sleep_for(1h);
        keep = 30 * day;
    }(keep_));

    run_for(7h);

    EXPECT_EQ(messages(), static_cast<int>(stores::messages_kept));
}

}  // namespace
}  // namespace mayhem::app
