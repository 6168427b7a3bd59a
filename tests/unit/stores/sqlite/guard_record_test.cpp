// Proves what the record tells the guards: each restart counts once whatever happened to it, within its window, across
// connections; by a model of random histories, too.
#include "stores/sqlite/guard_record.hpp"

#include <array>
#include <set>
#include <utility>
#include <vector>

#include <SQLiteCpp/Transaction.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "record/guard_snapshot.hpp"
#include "stores/sqlite/ledger.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using test::message_number;

ports::restarts_query query_for(const core::message& m) {
    return {.group = m.group, .target = m.target.id, .except = m.id, .windows = {.day = at(0), .hour = at(3000)}};
}

core::outcome outcome_of(core::verdict v, int attempt = 1) {
    core::outcome o = test::recovered(attempt);
    o.verdict = v;
    if (v == core::verdict::refused) {
        o.refused_by = core::guard::already_restarted;
        o.recovery.reset();
    }
    return o;
}

std::vector<core::message> nine_messages() {
    std::vector<core::message> messages;
    for (std::uint64_t n = 1; n <= 9; ++n) {
        core::message m = message_number(n);
        m.group = "web";
        m.expires_at = at(100'000);
        messages.push_back(std::move(m));
    }
    return messages;
}

class GuardRecordTest : public testing::Test {
protected:
    std::optional<core::guard> claim(const core::message& m, const core::guard_limits& limits, int attempt = 1,
                                     int second = 10) {
        return ledger_.claim(m, attempt, query_for(m), limits, at(second));
    }

    test::temporary_folder folder_;
    const std::filesystem::path path_ = folder_ / "mayhem.db";
    sqlite_database database_ = sqlite_database::open(path_);
    ledger ledger_{database_};
    const std::vector<core::message> messages_ = nine_messages();
};

TEST_F(GuardRecordTest, SoManyADayAndNoMoreAlsoForASecondConnection) {
    sqlite_database second_database = sqlite_database::open(path_);
    ledger second(second_database);
    const core::guard_limits limits{.max_per_day = 2};

    EXPECT_EQ(claim(messages_[0], limits), std::nullopt);
    EXPECT_EQ(second.claim(messages_[1], 1, query_for(messages_[1]), limits, at(11)), std::nullopt);

    EXPECT_EQ(claim(messages_[2], limits), core::guard::daily_limit);
    EXPECT_EQ(second.claim(messages_[2], 1, query_for(messages_[2]), limits, at(11)), core::guard::daily_limit);
}

TEST_F(GuardRecordTest, YesterdayAndTheLastHourDoNotCount) {
    const core::guard_limits limits{.max_per_hour = 1};
    EXPECT_EQ(claim(messages_[0], limits, 1, 2999), std::nullopt);

    EXPECT_EQ(claim(messages_[1], limits, 1, 3000), std::nullopt);
    EXPECT_EQ(claim(messages_[2], limits, 1, 3001), core::guard::hourly_limit);
}

TEST_F(GuardRecordTest, ARepeatedMessageCountsOnce) {
    const core::guard_limits limits{.max_per_day = 1};
    EXPECT_EQ(claim(messages_[0], limits), std::nullopt);
    ledger_.record(messages_[0], test::failed());

    EXPECT_EQ(claim(messages_[0], limits, 2), std::nullopt);
    EXPECT_EQ(claim(messages_[1], limits), core::guard::daily_limit);
}

TEST_F(GuardRecordTest, ARefusalGivesThePlaceBackUnlessAnEarlierAttemptMayHaveUsedIt) {
    const core::guard_limits limits{.max_per_day = 1};
    EXPECT_EQ(claim(messages_[0], limits), std::nullopt);
    ledger_.record(messages_[0], outcome_of(core::verdict::refused));
    EXPECT_EQ(claim(messages_[1], limits), std::nullopt);

    ledger_.record(messages_[1], outcome_of(core::verdict::refused, 2));

    EXPECT_EQ(claim(messages_[2], limits), core::guard::daily_limit);
}

TEST_F(GuardRecordTest, ACrashAfterTheClaimHasBegunTheAttemptAndUsedThePlace) {
    EXPECT_EQ(claim(messages_[0], {.max_per_day = 1}), std::nullopt);

    const auto unfinished = ledger_.unfinished();

    ASSERT_EQ(unfinished.size(), 1U);
    EXPECT_EQ(unfinished[0].attempts, 1);
    EXPECT_TRUE(unfinished[0].may_have_acted);
    EXPECT_EQ(claim(messages_[1], {.max_unavailable = 1}), core::guard::too_many_at_once);
}

TEST_F(GuardRecordTest, AShutdownBeforeTheActGivesThePlaceBack) {
    EXPECT_EQ(claim(messages_[0], {.max_per_day = 1}), std::nullopt);

    ledger_.nack(std::array{messages_[0].id}, at(20), "shutdown");

    EXPECT_EQ(claim(messages_[1], {.max_unavailable = 1, .max_per_day = 1}), std::nullopt);
}

TEST_F(GuardRecordTest, ARestartThatMayHaveHappenedCountsAsOneThatHas) {
    std::size_t next = 1;
    for (const core::verdict v : {core::verdict::save_failed, core::verdict::cancelled}) {
        const core::message& m = messages_[next++];
        core::outcome o = test::failed();
        o.verdict = v;
        ledger_.record(m, o);
    }

    EXPECT_EQ(ledger_.guards().restarts(query_for(messages_[0])).today, 2U);
}

TEST_F(GuardRecordTest, RestartsThatNeededNoClaimCountTooAndTellTheLast) {
    ledger_.enter(messages_[0]);
    ledger_.save(messages_[0], 1, at(0));
    ledger_.record(messages_[0], test::recovered());
    core::message again = messages_[1];
    again.target = messages_[0].target;

    const ports::restarts_so_far so_far = ledger_.guards().restarts(query_for(again));

    EXPECT_EQ(so_far.today, 1U);
    EXPECT_EQ(so_far.last_restart, at(0));
    EXPECT_EQ(ledger_.guards().restarts(query_for(messages_[0])).today, 0U);
    ASSERT_EQ(ledger_.guards().restarted_since("web", at(0)).size(), 1U);
    EXPECT_TRUE(ledger_.guards().restarted_since("web", at(1)).empty());
}

/// What the statements of this connection have done since they were last asked: steps of SQLite's machine.
int steps_taken(sqlite3* connection) {
    int steps = 0;
    for (sqlite3_stmt* s = sqlite3_next_stmt(connection, nullptr); s != nullptr; s = sqlite3_next_stmt(connection, s)) {
        steps += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
    }
    return steps;
}

TEST_F(GuardRecordTest, AskingTakesNoLongerForATargetWithALongHistory) {
    const auto make_history = [&](std::uint64_t from, std::uint64_t to) {
        SQLite::Transaction all(database_.connection());
        for (std::uint64_t n = from; n < to; ++n) {
            core::message m = message_number(n);
            m.target = messages_[0].target;
            m.group = "web";
            core::outcome o = test::recovered();
            o.started_at = at(static_cast<int>(n));
            (void)ledger_.enter(m);
            ledger_.record(m, o);
        }
        all.commit();
    };
    ports::restarts_query now = query_for(messages_[0]);
    now.windows = {.day = at(100'000), .hour = at(100'000)};
    const auto ask = [&] {
        (void)steps_taken(database_.connection().getHandle());
        const ports::restarts_so_far so_far = ledger_.guards().restarts(now);
        (void)ledger_.guards().restarted_since("web", now.windows.day);
        return std::pair{so_far.last_restart, steps_taken(database_.connection().getHandle())};
    };
    make_history(100, 150);
    const auto [last_of_few, steps_of_few] = ask();
    make_history(150, 1000);

    const auto [last, steps] = ask();

    EXPECT_EQ(last_of_few, at(149));
    EXPECT_EQ(last, at(999));
    EXPECT_EQ(steps, steps_of_few);
}

TEST_F(GuardRecordTest, AnOpenBreakerRefusesUntilItIsClosedFromOutside) {
    core::outcome lost = outcome_of(core::verdict::not_recovered);
    lost.opens_breaker = "web[7] did not recover";
    ledger_.record(messages_[0], lost);
    EXPECT_EQ(claim(messages_[1], {}), core::guard::breaker_open);
    EXPECT_EQ(ledger_.guards().recall("web").breaker->reason, "web[7] did not recover");

    EXPECT_TRUE(close_breaker(path_, "web", at(50)));

    EXPECT_FALSE(close_breaker(path_, "web", at(51)));
    EXPECT_EQ(claim(messages_[1], {}), std::nullopt);
    EXPECT_EQ(ledger_.guards().recall("web").failures_in_a_row, 0U);
}

TEST_F(GuardRecordTest, RemembersTheFailuresInARow) {
    ledger_.record(messages_[0], outcome_of(core::verdict::recovered));
    for (std::size_t i = 1; i <= 3; ++i) {
        core::outcome o = test::failed();
        o.started_at = at(static_cast<int>(i) * 10);
        o.ended_at = at(static_cast<int>(i) * 10 + 1);
        ledger_.record(messages_[i], o);
    }

    EXPECT_EQ(ledger_.guards().recall("web").failures_in_a_row, 3U);
}

TEST_F(GuardRecordTest, RemembersTheRoundAndTheListThatWasDrawnFrom) {
    (void)ledger_.enter(messages_[0], 4, 3, R"(["a","b","c"])");
    (void)ledger_.enter(messages_[1], 4, 3, R"(["a","b","c"])");
    (void)ledger_.enter(messages_[2], 5, 2, R"(["a","b"])");

    const ports::group_memory memory = ledger_.guards().recall("web");

    EXPECT_EQ(memory.round, 5U);
    EXPECT_EQ(memory.turns, std::vector<std::string>{messages_[2].target.id});
    EXPECT_EQ(test::count(path_, "SELECT count(*) FROM draw_lists"), 2);
    EXPECT_EQ(test::count(path_, "SELECT count(*) FROM draws"), 3);
}

TEST_F(GuardRecordTest, RemembersTheLargestSizeOfEachDay) {
    const std::chrono::sys_days day{std::chrono::days{20'000}};
    ledger_.note_size("web", {.day = day, .members = 2});
    ledger_.note_size("web", {.day = day, .members = 5});
    ledger_.note_size("web", {.day = day, .members = 3});
    ledger_.note_size("web", {.day = day + std::chrono::days{1}, .members = 1});
    ledger_.note_size("shop", {.day = day, .members = 9});

    const std::vector<core::size_on_day> expected{{.day = day + std::chrono::days{1}, .members = 1},
                                                  {.day = day, .members = 5}};
    EXPECT_EQ(ledger_.guards().recall("web").sizes, expected);
}

TEST_F(GuardRecordTest, WhoFallsWithATargetTakesPlacesAmongThoseThatMayBeDown) {
    const core::guard_limits limits{.max_unavailable = 3};
    const std::vector<core::neighbour> two{{.id = "b", .incarnation = "1", .because = "PartOf=a", .is_meant = true},
                                           {.id = "c", .incarnation = "1", .because = "PartOf=a", .is_meant = true},
                                           {.id = "x", .incarnation = "1", .because = "PartOf=a"}};
    EXPECT_EQ(ledger_.claim(messages_[0], 1, query_for(messages_[0]), {.max_unavailable = 2}, at(10), two),
              core::guard::too_many_at_once);
    EXPECT_EQ(ledger_.claim(messages_[0], 1, query_for(messages_[0]), limits, at(10), two), std::nullopt);

    EXPECT_EQ(claim(messages_[1], limits), core::guard::too_many_at_once);
    EXPECT_EQ(claim(messages_[1], {.max_unavailable = 4}), std::nullopt);
}

TEST_F(GuardRecordTest, WhoWasToFallMayBeOnHisWayOutInTheNextLife) {
    ledger_.save(messages_[0], 1, at(10), {{.id = "b", .incarnation = "7", .because = "PartOf=a", .is_meant = true}});

    const std::vector<ports::acted_target> found = ledger_.acted_on();

    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].target.id, "b");
    EXPECT_EQ(found[1].target.incarnation, "7");
    EXPECT_EQ(found[1].group, messages_[0].group);
}

RC_GTEST_PROP(GuardRecordProperty, LimitsHoldInEveryOrderOfClaimsOutcomesAndCrashes, (std::uint64_t seed)) {
    static const test::temporary_folder folder;
    static sqlite_database database = sqlite_database::open(folder / "mayhem.db");
    const SQLite::Transaction undone(database.connection());  // at its end: a hundred cases, and one file
    ledger record{database};
    const std::vector<core::message> messages = nine_messages();
    core::random_source rng(seed);
    const std::size_t max = 1 + rng.below(4);
    std::set<std::size_t> acted;
    std::set<std::size_t> in_doubt;  // an attempt was cut, which no later one undoes
    std::vector<int> attempts(messages.size(), 0);

    for (int i = 0; i < 60; ++i) {
        const std::size_t n = rng.below(messages.size());
        const core::message& m = messages[n];
        const int attempt = ++attempts[n];
        const bool refused_before = !acted.contains(n) && acted.size() >= max;
        const auto answer = record.claim(m, attempt, query_for(m), {.max_per_day = max}, at(10 + i));
        RC_ASSERT(answer.has_value() == (refused_before || (acted.contains(n) && acted.size() > max)));
        if (answer) {
            continue;
        }
        const std::uint64_t fate = rng.below(4);
        if (fate == 0) {  // the driver finds it gone: the place is given back
            if (!in_doubt.contains(n)) {
                acted.erase(n);
            }
            core::outcome o = outcome_of(core::verdict::refused, attempt);
            o.disposition = core::disposition::nacked;
            record.record(m, o);
        } else {
            acted.insert(n);
            if (fate == 1) {
                record.record(m, test::failed(attempt));
            } else {  // the daemon is killed before it can say
                in_doubt.insert(n);
            }
        }
        RC_ASSERT(acted.size() <= max);
    }
}

}  // namespace
}  // namespace mayhem::stores
