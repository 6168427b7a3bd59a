// Proves that the book, which reads only what has changed, says of every target what a reading of the whole record
// says: after each of many random additions; and what it keeps of each.
#include "record/recovery_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/core/random.hpp"
#include "stores/sqlite/ledger.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using testing::ElementsAreArray;

class RecoveryBookTest : public testing::Test {
protected:
    void act(const std::string& target, int second, core::verdict v, std::chrono::milliseconds took) {
        core::message m = test::message_number(++number_);
        m.group = "web";
        m.target.id = target;
        m.target.name = target;
        core::outcome o = test::recovered();
        o.verdict = v;
        o.started_at = at(second);
        o.ended_at = at(second) + took;
        o.recovery = v == core::verdict::recovered ? std::optional<core::duration>(took) : std::nullopt;
        o.not_before = o.recovery.value_or(core::duration{});
        o.act = "restart";
        if (v == core::verdict::refused) {
            o.refused_by = core::guard::too_young;
        }
        ledger(database_).record(m, o);
    }
    static std::string text(const recovery_row& r) {
        return r.group + " " + r.target + " " + std::string(to_string(r.word)) + " " + std::to_string(r.factor) + " " +
               (r.last ? std::to_string(r.last->sequence) : "-") + " " +
               (r.usual ? std::to_string(r.usual->p50.count()) : "-");
    }
    std::vector<std::string> by_book() const {
        std::vector<std::string> all;
        for (const target_past* const p : book_.rows()) {
            all.push_back(text(p->row));
        }
        return all;
    }
    std::vector<std::string> by_reading_all() const {
        std::vector<std::string> all;
        for (const recovery_row& r : compare_recoveries(read_history(path_))) {
            all.push_back(text(r));
        }
        return all;
    }

    test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "mayhem.db";
    sqlite_database database_ = sqlite_database::open(path_);
    recovery_book book_;
    std::uint64_t number_ = 0;
};

TEST_F(RecoveryBookTest, SaysWhatTheWholeRecordSaysHoweverItCameThere) {
    core::random_source random(7);
    int second = 0;
    for (int round = 0; round < 40; ++round) {
        for (std::uint64_t i = 0; i < 1 + random.below(12); ++i) {
            const std::string target = "t" + std::to_string(random.below(5));
            const std::uint64_t end = random.below(10);
            const core::verdict v = end == 0   ? core::verdict::not_recovered
                                    : end == 1 ? core::verdict::refused
                                    : end == 2 ? core::verdict::unwatched
                                               : core::verdict::recovered;
            second += 1 + static_cast<int>(random.below(600));
            act(target, second, v, std::chrono::milliseconds{300 + random.below(end == 9 ? 9000 : 200)});
        }

        book_.refresh(path_, at(second + 5));

        ASSERT_THAT(by_book(), ElementsAreArray(by_reading_all())) << "round " << round;
    }
}

TEST_F(RecoveryBookTest, KeepsTheNewestActsOldestFirst) {
    for (int i = 0; i < 60; ++i) {
        act("a", i * 10, i % 10 == 9 ? core::verdict::refused : core::verdict::recovered,
            std::chrono::milliseconds{100 + i});
    }

    book_.refresh(path_, at(1000));

    const target_past* const found = book_.find("web", "a");
    ASSERT_NE(found, nullptr);
    ASSERT_EQ(found->acts.size(), recovery_book::acts_max);
    EXPECT_EQ(found->acts.back().recovery, std::chrono::milliseconds{158});
    EXPECT_LT(found->acts.front().started_at, found->acts.back().started_at);
    EXPECT_EQ(book_.find("web", "b"), nullptr);
}

TEST_F(RecoveryBookTest, AnActUnderWayIsSeenToBeginAndToEnd) {
    core::message m = test::message_number(1);
    ledger(database_).enter(m);
    ledger(database_).save(m, 1, at(0));
    book_.refresh(path_, at(1));
    ASSERT_EQ(book_.rows().size(), 1U);
    EXPECT_EQ(book_.rows()[0]->row.word, recovery_word::under_way);
    book_.refresh(path_, at(4000));

    core::outcome o = test::recovered();
    o.ended_at = at(4001);
    ledger(database_).record(m, o);
    book_.refresh(path_, at(4002));

    EXPECT_EQ(book_.rows()[0]->row.word, recovery_word::too_few);
}

TEST_F(RecoveryBookTest, OneTargetIsReadWithWhatRefusedIt) {
    act("a", 0, core::verdict::recovered, std::chrono::milliseconds{100});
    act("a", 10, core::verdict::refused, std::chrono::milliseconds{0});
    act("b", 20, core::verdict::recovered, std::chrono::milliseconds{100});

    const std::vector<history_row> rows = read_target(path_, "web", "a", at(-1), 10);

    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].verdict, core::verdict::recovered);
    EXPECT_EQ(rows[1].refused_by, core::guard::too_young);
    EXPECT_EQ(read_target(path_, "web", "a", at(5), 10).size(), 1U);
    EXPECT_EQ(read_target(path_, "web", "a", at(-1), 1)[0].refused_by, core::guard::too_young);
}

}  // namespace
}  // namespace mayhem::stores
