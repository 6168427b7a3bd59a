// Proves what a picture of a day is drawn from: every attempt of that time counted once, under its group, its ten
// minutes and its end; the newest of them one by one; what is still open; and nothing of another day. On a record that
// the ledger writes.
#include "record/day_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/sqlite/ledger.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr int day_length = 86'400;

class DayRecordTest : public testing::Test {
protected:
    core::message add(std::uint64_t number, const std::string& group, int second, core::verdict v) {
        core::message m = test::message_number(number);
        m.group = group;
        core::outcome o = v == core::verdict::restart_failed ? test::failed() : test::recovered();
        o.verdict = v;
        o.started_at = at(second);
        o.ended_at = at(second + 1);
        if (v != core::verdict::recovered) {
            o.recovery = std::nullopt;
        }
        if (v == core::verdict::refused) {
            o.refused_by = core::guard::too_young;
        }
        ledger(database_).record(m, o);
        return m;
    }
    [[nodiscard]] day_record read(std::optional<std::string> group = {}, std::size_t attempts_max = 100) const {
        return read_day(path_, {.from = at(0), .to = at(day_length), .attempts_max = attempts_max, .group = group});
    }
    static std::vector<std::string> texts(const std::vector<day_count>& counts) {
        std::vector<std::string> all;
        for (const day_count& c : counts) {
            all.push_back(c.group + " " + std::to_string(c.bin) + " " + std::string(to_string(c.kind)) + " " +
                          std::to_string(c.count));
        }
        return all;
    }
    static std::vector<std::string> names(const std::vector<history_row>& rows) {
        std::vector<std::string> all;
        for (const history_row& r : rows) {
            all.push_back(r.name);
        }
        return all;
    }

    test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "mayhem.db";
    sqlite_database database_ = sqlite_database::open(path_);
};

TEST_F(DayRecordTest, CountsByGroupTenMinutesAndEnd) {
    add(1, "web", 0, core::verdict::recovered);
    add(2, "web", 599, core::verdict::recovered);
    add(3, "web", 600, core::verdict::unstable);
    add(4, "db", 601, core::verdict::refused);
    add(5, "db", -1, core::verdict::recovered);
    add(6, "db", day_length, core::verdict::recovered);

    EXPECT_THAT(texts(read().counts),
                testing::UnorderedElementsAre("web 0 recovered 2", "web 1 not_recovered 1", "db 1 refused 1"));
    EXPECT_THAT(texts(read("db").counts), ElementsAre("db 1 refused 1"));
}

TEST_F(DayRecordTest, ListsTheNewestOldestFirst) {
    add(1, "web", 10, core::verdict::recovered);
    add(2, "web", 30, core::verdict::recovered);
    add(3, "db", 20, core::verdict::not_recovered);

    EXPECT_THAT(names(read().attempts), ElementsAre("cattle-0001", "cattle-0003", "cattle-0002"));
    EXPECT_THAT(names(read({}, 2).attempts), ElementsAre("cattle-0003", "cattle-0002"));
    EXPECT_THAT(names(read("web").attempts), ElementsAre("cattle-0001", "cattle-0002"));
}

TEST_F(DayRecordTest, WhatHasNoEndIsOpenWheneverItBegan) {
    core::message yesterday = test::message_number(1);
    ledger(database_).enter(yesterday);
    ledger(database_).save(yesterday, 1, at(-100));
    add(2, "cattle", 10, core::verdict::recovered);

    const day_record day = read();

    EXPECT_THAT(names(day.open), ElementsAre("cattle-0001"));
    EXPECT_THAT(names(day.attempts), ElementsAre("cattle-0002"));
    EXPECT_THAT(names(read("web").open), IsEmpty());
}

TEST_F(DayRecordTest, TheNewestActThatWasWatchedWithItsReachIsTold) {
    core::message m = test::message_number(1);
    core::outcome watched = test::recovered();
    watched.started_at = at(10);
    watched.fates = {{.who = {.id = "b.service", .incarnation = "1", .because = "BindsTo="},
                      .has_fallen = true,
                      .back = std::chrono::seconds{3},
                      .incarnation_after = "2"}};
    ledger(database_).record(m, watched);
    add(2, "cattle", 20, core::verdict::recovered);

    const std::optional<history_row> found = read().with_reach;

    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "cattle-0001");
    ASSERT_EQ(found->reach.size(), 1U);
    EXPECT_EQ(found->reach[0].who.id, "b.service");
}

TEST_F(DayRecordTest, EveryVerdictIsOneKind) {
    for (const core::verdict v : core::all_verdicts) {
        EXPECT_EQ(kind_of(v) == act_kind::under_way, false) << core::to_string(v);
        EXPECT_EQ(kind_of(v) == act_kind::recovered, v == core::verdict::recovered) << core::to_string(v);
        EXPECT_EQ(kind_of(v) == act_kind::aborted, v == core::verdict::aborted) << core::to_string(v);
        EXPECT_EQ(kind_of(v) == act_kind::fault_stuck, v == core::verdict::fault_stuck) << core::to_string(v);
        EXPECT_EQ(kind_of(v) == act_kind::no_effect, v == core::verdict::no_effect) << core::to_string(v);
        EXPECT_EQ(kind_of(v) == act_kind::not_tolerated, v == core::verdict::not_tolerated) << core::to_string(v);
    }
    EXPECT_EQ(kind_of(std::nullopt), act_kind::under_way);
}

TEST_F(DayRecordTest, AStopIsObeyed) {
    std::stop_source stop;
    stop.request_stop();
    database_.connection().exec("BEGIN");
    for (std::uint64_t i = 0; i < 3000; ++i) {
        add(i, "web", static_cast<int>(i), core::verdict::recovered);
    }
    database_.connection().exec("COMMIT");

    EXPECT_THROW((void)read_day(path_, {.from = at(0), .to = at(day_length)}, stop.get_token()), core::store_failed);
}

}  // namespace
}  // namespace mayhem::stores
