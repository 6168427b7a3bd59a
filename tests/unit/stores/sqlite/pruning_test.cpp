// Proves what is deleted from the history and, more so, what never is: whatever a guard, a plan, a draw or the journal
// still asks for. On a real database that holds more messages than are always kept.
#include "stores/sqlite/pruning.hpp"

#include <gtest/gtest.h>

#include "stores/sqlite/ledger.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using test::message_number;

constexpr std::uint64_t old_messages = 1'100;
constexpr std::size_t all = 100'000;
constexpr core::wall_time long_after = core::wall_time::max();

class PruningTest : public testing::Test {
protected:
    PruningTest() { database_.connection().exec("BEGIN"); }
    ~PruningTest() override { database_.connection().exec("ROLLBACK"); }

    static core::message message(std::uint64_t n, const std::string& group = "web") {
        core::message m = message_number(n);
        m.group = group;
        m.planned_at = at(static_cast<int>(n));
        return m;
    }

    /// Message `n`, planned and settled at second `n`.
    core::message settled(std::uint64_t n, const std::string& group = "web") {
        core::message m = message(n, group);
        ledger_.enter(m);
        core::outcome o = test::recovered();
        o.started_at = o.ended_at = m.planned_at;
        ledger_.record(m, o);
        return m;
    }

    void fill(const std::string& group = "web", std::uint64_t first = 1) {
        for (std::uint64_t n = first; n < first + old_messages; ++n) {
            settled(n, group);
        }
    }

    pruned prune(core::wall_time before = long_after, std::size_t limit = all) {
        return stores::prune(database_.connection(), before, limit);
    }

    std::int64_t number(const std::string& sql) { return database_.connection().execAndGet(sql).getInt64(); }
    bool has(const core::message& m) {
        return number("SELECT count(*) FROM messages WHERE id = '" + m.id.to_string() + "'") == 1;
    }

    test::temporary_folder folder_;
    sqlite_database database_ = sqlite_database::open(folder_ / "mayhem.db");
    ledger ledger_{database_};
};

TEST_F(PruningTest, DeletesTheOldestBeyondTheNewestThousand) {
    fill();

    EXPECT_EQ(prune().messages, old_messages - messages_kept);

    EXPECT_EQ(number("SELECT count(*) FROM messages"), static_cast<std::int64_t>(messages_kept));
    EXPECT_EQ(number("SELECT count(*) FROM attempts"), static_cast<std::int64_t>(messages_kept));
    EXPECT_FALSE(has(message(100)));
    EXPECT_TRUE(has(message(101)));
}

TEST_F(PruningTest, KeepsWhatIsYoungEnough) {
    fill();

    EXPECT_EQ(prune(at(51)).messages, 50U);

    EXPECT_FALSE(has(message(50)));
    EXPECT_TRUE(has(message(51)));
}

TEST_F(PruningTest, KeepsEachGroupsNewestThousand) {
    fill("web");
    fill("mail", 10'000);
    settled(1'000'000, "lonely");

    EXPECT_EQ(prune().messages, 2 * (old_messages - messages_kept));

    EXPECT_TRUE(has(message(1'000'000, "lonely")));
}

TEST_F(PruningTest, DeletesAtMostABatchAndGoesOn) {
    fill();

    EXPECT_EQ(prune(long_after, 60).messages, 60U);
    EXPECT_TRUE(has(message(61)));
    EXPECT_EQ(prune(long_after, 60).messages, 40U);
    EXPECT_EQ(prune(long_after, 60).total(), 0U);
}

TEST_F(PruningTest, NeverDeletesWhatIsNotSettled) {
    const core::message waiting = message(0);
    ledger_.enter(waiting);
    fill();

    EXPECT_EQ(prune().messages, old_messages - messages_kept);

    EXPECT_TRUE(has(waiting));
}

TEST_F(PruningTest, CountsTheAgeFromTheEnd) {
    const core::message late = message(0);
    ledger_.enter(late);
    core::outcome o = test::recovered();
    o.ended_at = at(1'000'000);
    ledger_.record(late, o);
    fill();

    EXPECT_EQ(prune(at(999'999)).messages, old_messages - messages_kept);

    EXPECT_TRUE(has(late));
}

TEST_F(PruningTest, NeverDeletesTheDrawsOfTheCurrentRound) {
    const core::message former = message(1);
    const core::message current = message(2);
    ledger_.enter(former, 7, 2, R"(["a","b"])");
    ledger_.enter(current, 8, 2, R"(["a","b"])");
    for (const core::message& m : {former, current}) {
        ledger_.record(m, test::recovered());
    }
    fill("web", 3);

    EXPECT_EQ(prune().messages, old_messages + 2 - messages_kept - 1);

    EXPECT_FALSE(has(former));
    EXPECT_TRUE(has(current));
    EXPECT_EQ(ledger_.guards().recall("web").round, 8U);
    EXPECT_EQ(ledger_.guards().recall("web").turns, std::vector<std::string>{current.target.id});
}

TEST_F(PruningTest, NeverDeletesAPlaceThatIsTaken) {
    const core::message acting = settled(1);
    ledger_.guards().take_place(number("SELECT min(seq) FROM messages"), acting, 1, at(1), 0);
    fill("web", 2);

    (void)prune();

    EXPECT_TRUE(has(acting));
}

TEST_F(PruningTest, DeletesTheListsThatNobodyWasDrawnFromButTheNewest) {
    ledger_.enter(message(1), 1, 1, R"(["a"])");
    ledger_.enter(message(2), 2, 1, R"(["b"])");
    ledger_.enter(message(3), 3, 1, R"(["c"])");
    for (const std::uint64_t n : {1U, 2U, 3U}) {
        ledger_.record(message(n), test::recovered());
    }
    fill("web", 4);

    const pruned done = prune();

    EXPECT_EQ(done.lists, 2U);
    EXPECT_EQ(number("SELECT count(*) FROM draw_lists"), 1);
}

TEST_F(PruningTest, DeletesOldSkipsButTheNewestOfEachGroup) {
    std::vector<core::skip> skips;
    for (int n = 1; n <= 3; ++n) {
        skips.push_back({.at = at(n), .group = "web", .planned_at = at(n), .target = {}, .detail = {}});
    }
    ledger_.skip(skips);

    EXPECT_EQ(prune(at(2)).skips, 1U);
    EXPECT_EQ(prune().skips, 1U);

    EXPECT_EQ(number("SELECT count(*) FROM skips"), 1);
}

TEST_F(PruningTest, APlanIsFollowedFromWhereItWas) {
    (void)ledger_.follow_plan("web", "plan", at(0));
    fill();
    const auto before = ledger_.follow_plan("web", "plan", at(5'000));

    (void)prune();

    EXPECT_EQ(before, at(static_cast<int>(old_messages)));
    EXPECT_GE(ledger_.follow_plan("web", "plan", at(6'000)), before);
}

TEST_F(PruningTest, FindsNothingInAnEmptyDatabase) { EXPECT_EQ(prune().total(), 0U); }

}  // namespace
}  // namespace mayhem::stores
