// Proves that every filter finds what it should and nothing else, and that reading neither disturbs the daemon's
// writing nor is disturbed by it: on a small record of two groups that is written by the ledger.
#include "record/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/sqlite/ledger.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using test::message_number;

class HistoryTest : public testing::Test {
protected:
    HistoryTest() {
        ledger written(database_);
        core::outcome expired = test::recovered();
        expired.verdict = core::verdict::refused;
        expired.refused_by = core::guard::expired;
        expired.recovery = std::nullopt;
        expired.started_at = at(30);
        core::message other_group = message_number(3);
        other_group.group = "pets";

        written.enter(message_number(1));
        written.record(message_number(1), test::failed(1));
        core::outcome second = test::recovered(2);
        second.started_at = at(10);
        second.act = "kill";
        second.not_before = std::chrono::milliseconds{1'250};
        second.pace = core::pace::slow;
        second.usual = std::chrono::milliseconds{300};
        second.stages = {.stopped = std::chrono::milliseconds{300}, .started = std::chrono::milliseconds{400}};
        written.record(message_number(1), second);
        written.save(message_number(2), 1, at(20));
        written.record(other_group, expired);
        written.enter(message_number(4));
    }

    std::vector<std::string> found(const history_filter& filter) {
        std::vector<std::string> rows;
        for (const history_row& row : read_history(path_, filter).attempts) {
            rows.push_back(row.name + " #" + std::to_string(row.attempt));
        }
        return rows;
    }

    test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "mayhem.db";
    sqlite_database database_ = sqlite_database::open(path_);
};

TEST_F(HistoryTest, WithoutAFilterAllAttemptsComeOldestFirst) {
    EXPECT_THAT(found({}),
                testing::ElementsAre("cattle-0001 #1", "cattle-0001 #2", "cattle-0002 #1", "cattle-0003 #1"));
}

TEST_F(HistoryTest, ARowHoldsAllThatWasRecorded) {
    const history h = read_history(path_);

    const history_row& failed = h.attempts.at(0);
    EXPECT_EQ(failed.message, message_number(1).id);
    EXPECT_EQ(failed.group, "cattle");
    EXPECT_EQ(failed.target, "cattle-0001.example.net");
    EXPECT_EQ(failed.verdict, core::verdict::restart_failed);
    EXPECT_EQ(failed.disposition, core::disposition::nacked);
    EXPECT_EQ(failed.error, "Could not restart it");
    const history_row& recovered = h.attempts.at(1);
    EXPECT_EQ(recovered.message_state, "acked");
    EXPECT_EQ(recovered.planned_at, at(0));
    EXPECT_EQ(recovered.started_at, at(10));
    EXPECT_EQ(recovered.ended_at, at(2));
    EXPECT_EQ(recovered.recovery, std::chrono::milliseconds{1'500});
    EXPECT_EQ(recovered.stages.stopped, std::chrono::milliseconds{300});
    EXPECT_EQ(recovered.stages.started, std::chrono::milliseconds{400});
    EXPECT_EQ(recovered.incarnation_before, "1");
    EXPECT_EQ(recovered.incarnation_after, "2");
    EXPECT_EQ(recovered.act, "kill");
    EXPECT_EQ(recovered.not_before, std::chrono::milliseconds{1'250});
    EXPECT_EQ(recovered.pace, core::pace::slow);
    EXPECT_EQ(recovered.usual, std::chrono::milliseconds{300});
    EXPECT_EQ(failed.act, "");
    EXPECT_EQ(failed.pace, std::nullopt);
    EXPECT_EQ(failed.usual, std::nullopt);
    const history_row& running = h.attempts.at(2);
    EXPECT_EQ(running.verdict, std::nullopt);
    EXPECT_EQ(running.ended_at, std::nullopt);
    EXPECT_EQ(running.stages, core::recovery_stages{});
    const history_row& expired = h.attempts.at(3);
    EXPECT_EQ(expired.refused_by, core::guard::expired);
}

TEST_F(HistoryTest, ThePastIsApartAndOnlyForWhoAsks) {
    const history h = read_history(path_, {.since = at(20), .with_past = true});

    EXPECT_EQ(h.attempts.size(), 2U);
    ASSERT_EQ(h.past.size(), 2U);
    EXPECT_EQ(h.past.back().attempt, 2);
    EXPECT_LT(h.past.back().sequence, h.attempts.front().sequence);
    EXPECT_TRUE(read_history(path_, {.since = at(20)}).past.empty());
    EXPECT_TRUE(read_history(path_, {.since = at(20) + std::chrono::days{91}, .with_past = true}).past.empty());
}

TEST_F(HistoryTest, EveryFilterRestricts) {
    EXPECT_THAT(found({.since = at(20)}), testing::ElementsAre("cattle-0002 #1", "cattle-0003 #1"));
    EXPECT_THAT(found({.group = "pets"}), testing::ElementsAre("cattle-0003 #1"));
    EXPECT_THAT(found({.target = "cattle-0002.example.net"}), testing::ElementsAre("cattle-0002 #1"));
    EXPECT_THAT(found({.target = "cattle-0002"}), testing::ElementsAre("cattle-0002 #1"));
    EXPECT_THAT(found({.verdict = core::verdict::recovered}), testing::ElementsAre("cattle-0001 #2"));
    EXPECT_THAT(found({.since = at(5), .group = "cattle", .verdict = core::verdict::restart_failed}),
                testing::IsEmpty());
}

TEST_F(HistoryTest, TheLimitKeepsTheNewestAndSaysThatItCut) {
    const history cut = read_history(path_, {.limit = 2});
    const history whole = read_history(path_, {.limit = 4});

    ASSERT_EQ(cut.attempts.size(), 2U);
    EXPECT_EQ(cut.attempts[0].name, "cattle-0002");
    EXPECT_EQ(cut.attempts[1].name, "cattle-0003");
    EXPECT_TRUE(cut.is_cut);
    EXPECT_EQ(whole.attempts.size(), 4U);
    EXPECT_FALSE(whole.is_cut);
}

TEST_F(HistoryTest, MessagesAreCountedByState) {
    const message_counts all = read_history(path_).messages;
    const message_counts pets = read_history(path_, {.group = "pets"}).messages;

    EXPECT_EQ(all, (message_counts{
                       .journalled = 1, .running = 1, .nacked = 0, .acked = 2, .expired = 1, .dead_lettered = 0}));
    EXPECT_EQ(all.pending(), 2U);
    EXPECT_EQ(pets, (message_counts{
                        .journalled = 0, .running = 0, .nacked = 0, .acked = 1, .expired = 1, .dead_lettered = 0}));
}

TEST_F(HistoryTest, ReadingWhileATransactionIsOpenSeesTheStateBeforeItAndHoldsNobodyUp) {
    ledger writing(database_);
    database_.connection().exec("BEGIN IMMEDIATE");
    writing.save(message_number(9), 1, at(40));

    EXPECT_EQ(read_history(path_).attempts.size(), 4U);

    database_.connection().exec("COMMIT");
    EXPECT_EQ(read_history(path_).attempts.size(), 5U);
}

TEST_F(HistoryTest, AMissingDatabaseIsAnError) {
    const std::string why = test::failure_of([this] { (void)read_history(folder_ / "none.db"); });

    EXPECT_THAT(why, testing::HasSubstr("there is no such file"));
}

}  // namespace
}  // namespace mayhem::stores
