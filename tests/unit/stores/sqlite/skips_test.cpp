// Proves what is recorded of moments without a message, until when a plan counts as followed, and that the journal
// knows its ids; by driving the ledger and reading the history of its file.
#include <gtest/gtest.h>

#include "record/history.hpp"
#include "record/report.hpp"
#include "stores/sqlite/ledger.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using test::message_number;

core::skip missed_at(core::wall_time planned_at) {
    core::skip s;
    s.at = at(500);
    s.group = message_number(1).group;
    s.planned_at = planned_at;
    s.detail = "noticed 5 m late";
    return s;
}

class SkipsTest : public testing::Test {
protected:
    test::temporary_folder folder_;
    sqlite_database database_ = sqlite_database::open(folder_ / "mayhem.db");
    ledger ledger_{database_};
    const std::string group_ = message_number(1).group;
};

TEST_F(SkipsTest, ComeBackAsTheyWereOldestFirst) {
    core::skip second = missed_at(at(20));
    second.moments = 7;
    second.target = "host";

    ledger_.skip({second, missed_at(at(10))});

    const history h = read_history(folder_ / "mayhem.db");
    ASSERT_EQ(h.skips.size(), 2U);
    EXPECT_EQ(h.skips[0].planned_at, at(10));
    EXPECT_EQ(h.skips[0].at, at(500));
    EXPECT_EQ(h.skips[0].reason, core::guard::missed);
    EXPECT_EQ(h.skips[0].detail, "noticed 5 m late");
    EXPECT_EQ(h.skips[1].moments, 7);
    EXPECT_EQ(h.skips[1].target, "host");
    EXPECT_EQ(summarise(h).skipped.at(core::guard::missed), 8U);
}

TEST_F(SkipsTest, AreRecordedOnceAndNotWhereThereIsAMessage) {
    const core::message m = message_number(1);
    ledger_.enter(m);

    ledger_.skip({missed_at(m.planned_at), missed_at(at(10)), missed_at(at(10))});

    EXPECT_EQ(read_history(folder_ / "mayhem.db").skips.size(), 1U);
}

TEST_F(SkipsTest, AreFilteredLikeAttempts) {
    ledger_.skip({missed_at(at(10)), missed_at(at(20)), missed_at(at(30))});

    EXPECT_EQ(read_history(folder_ / "mayhem.db", {.since = at(20)}).skips.size(), 2U);
    EXPECT_EQ(read_history(folder_ / "mayhem.db", {.group = "other"}).skips.size(), 0U);
    const history newest = read_history(folder_ / "mayhem.db", {.limit = 1});
    ASSERT_EQ(newest.skips.size(), 1U);
    EXPECT_EQ(newest.skips[0].planned_at, at(30));
    EXPECT_TRUE(newest.is_cut);
}

TEST_F(SkipsTest, AJournalKnowsWhatItHas) {
    EXPECT_TRUE(ledger_.enter(message_number(1)));
    EXPECT_FALSE(ledger_.enter(message_number(1)));
    EXPECT_TRUE(ledger_.enter(message_number(2)));
}

TEST_F(SkipsTest, ANewPlanWasNeverFollowed) {
    EXPECT_EQ(ledger_.follow_plan(group_, "a", at(0)), std::nullopt);
    EXPECT_EQ(ledger_.follow_plan(group_, "b", at(10)), std::nullopt);
    EXPECT_EQ(ledger_.follow_plan("other", "b", at(10)), std::nullopt);
}

TEST_F(SkipsTest, APlanWasFollowedUntilTheLastMomentOnRecord) {
    (void)ledger_.follow_plan(group_, "a", at(-1'000'000));

    EXPECT_EQ(ledger_.follow_plan(group_, "a", at(-900'000)), at(-1'000'000));
    EXPECT_EQ(ledger_.follow_plan(group_, "a", at(-850'000)), at(-1'000'000)) << "nothing was recorded in between";
    ledger_.enter(message_number(1));
    EXPECT_EQ(ledger_.follow_plan(group_, "a", at(-800'000)), message_number(1).planned_at);
    ledger_.skip({missed_at(at(1'000'000))});
    EXPECT_EQ(ledger_.follow_plan(group_, "a", at(0)), at(1'000'000));
}

}  // namespace
}  // namespace mayhem::stores
