// Proves when one more start might be one too many for systemd, from what was seen of a unit and nothing else, and that
// what is remembered is bounded.
#include "drivers/systemd/unit_ledger.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

using namespace std::chrono_literals;

constexpr core::wall_time noon{std::chrono::hours{24 * 365 * 50}};

/// A life of a unit with systemd's default limit, 5 starts in 10 s.
systemd_unit life(const std::string& invocation, core::wall_time started_at, std::uint32_t automatic_restarts = 0) {
    systemd_unit u;
    u.id = "web.service";
    u.active_state = "active";
    u.sub_state = "running";
    u.invocation = invocation;
    u.started_at = started_at;
    u.automatic_restarts = automatic_restarts;
    u.start_limit_interval = 10s;
    u.start_limit_burst = 5;
    return u;
}

}  // namespace

TEST(UnitLedgerTest, RefusesTheStartBeyondTheBurst) {
    unit_ledger ledger;
    ledger.note(life("0", noon - 1h));
    for (int i = 1; i <= 4; ++i) {
        ledger.note(life(std::to_string(i), noon + i * 1s));
        EXPECT_EQ(ledger.why_start_limit(life(std::to_string(i), noon + i * 1s), noon + i * 1s), std::nullopt) << i;
    }
    const systemd_unit fifth = life("5", noon + 5s);
    ledger.note(fifth);

    EXPECT_EQ(ledger.why_start_limit(fifth, noon + 6s),
              "its start limit is 5 starts in 10 s, beyond which systemd leaves it dead, and it was started 5 times in "
              "the last 10 s: restart it less often, or set StartLimitIntervalSec=0 in the unit");
    EXPECT_TRUE(ledger.why_start_limit(fifth, noon + 10999ms));
    EXPECT_FALSE(ledger.why_start_limit(fifth, noon + 11s)) << "the first of the five is 10 s ago";
}

TEST(UnitLedgerTest, CountsALifeOnceHoweverOftenItIsSeen) {
    unit_ledger ledger;
    const systemd_unit u = life("a", noon - 1h);

    for (int i = 0; i < 10; ++i) {
        ledger.note(u);
    }
    const systemd_unit next = life("b", noon);
    for (int i = 0; i < 10; ++i) {
        ledger.note(next);
    }

    EXPECT_FALSE(ledger.why_start_limit(next, noon + 1s));
}

TEST(UnitLedgerTest, CountsTheAutomaticRestartsThatNobodySaw) {
    unit_ledger ledger;
    ledger.note(life("a", noon - 1h, 3));
    const systemd_unit later = life("f", noon, 8);
    ledger.note(later);

    EXPECT_TRUE(ledger.why_start_limit(later, noon + 1s));
}

TEST(UnitLedgerTest, CountsThoseSinceAStartByHandAsWell) {
    unit_ledger ledger;
    ledger.note(life("a", noon - 1h, 9));
    const systemd_unit later = life("f", noon, 4);  // one start by hand and four automatic ones
    ledger.note(later);

    EXPECT_TRUE(ledger.why_start_limit(later, noon + 1s));
}

TEST(UnitLedgerTest, DoesNotTrustAYoungLifeWhosePastItDoesNotKnow) {
    unit_ledger ledger;
    const systemd_unit young = life("a", noon - 3s);
    ledger.note(young);

    EXPECT_EQ(ledger.why_start_limit(young, noon),
              "its start limit is 5 starts in 10 s, beyond which systemd leaves it dead, and it was started 3 s ago, "
              "before which Mayhem did not watch it: it can be hit 10 s after that start");
    EXPECT_FALSE(ledger.why_start_limit(young, noon + 7s));
}

TEST(UnitLedgerTest, ALifeThatIsOnlyBeginningIsNotSeen) {
    unit_ledger ledger;
    systemd_unit beginning = life("a", noon - 1h);
    beginning.active_state = "activating";
    ledger.note(beginning);

    EXPECT_EQ(ledger.size(), 0U);
}

TEST(UnitLedgerTest, AUnitWithoutALimitHasNone) {
    unit_ledger ledger;
    systemd_unit u = life("a", noon);
    ledger.note(u);

    u.start_limit_burst = 0;
    EXPECT_FALSE(ledger.why_start_limit(u, noon));
    u.start_limit_burst = 5;
    u.start_limit_interval = 0s;
    EXPECT_FALSE(ledger.why_start_limit(u, noon));
}

TEST(UnitLedgerTest, RemembersTheSubStateOfTheLastAct) {
    unit_ledger ledger;
    systemd_unit u = life("a", noon);
    EXPECT_EQ(ledger.sub_state_before_act(u.id), std::nullopt);

    ledger.note(u);
    EXPECT_EQ(ledger.sub_state_before_act(u.id), std::nullopt);
    ledger.note_act(u);
    u.sub_state = "exited";
    ledger.note(u);

    EXPECT_EQ(ledger.sub_state_before_act(u.id), "running");
}

TEST(UnitLedgerTest, ForgetsTheUnitSeenLongestAgoWhenItIsFull) {
    unit_ledger ledger(3);
    for (const char* id : {"a", "b", "c", "a", "d"}) {
        systemd_unit u = life("1", noon);
        u.id = id;
        u.invocation = std::string(id) + std::to_string(ledger.size());
        ledger.note(u);
        ledger.note_act(u);
    }

    EXPECT_EQ(ledger.size(), 3U);
    EXPECT_EQ(ledger.sub_state_before_act("b"), std::nullopt);
    for (const char* id : {"a", "c", "d"}) {
        EXPECT_EQ(ledger.sub_state_before_act(id), "running") << id;
    }
}

TEST(UnitLedgerTest, RemembersAThousandStarts) {
    unit_ledger ledger;
    ledger.note(life("a", noon - 1h));
    systemd_unit many = life("b", noon, 4'000'000'000U);
    ledger.note(many);

    many.start_limit_burst = unit_ledger::starts_max;
    EXPECT_TRUE(ledger.why_start_limit(many, noon + 1s));
    many.start_limit_burst = unit_ledger::starts_max + 1;
    EXPECT_FALSE(ledger.why_start_limit(many, noon + 1s));
}

}  // namespace mayhem::drivers
