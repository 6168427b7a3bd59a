// Proves what a fleet's limits are held against, on a real PostgreSQL: hours and days as the clock on the wall of the
// group's zone shows them, which is what the planner and the guards of one host mean by them too; members, also as a
// percentage; what falls along; what lasts.
#include <chrono>
#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "integration/fleet/sql/fleet_bed.hpp"
#include "mayhem/core/plan/limit_windows.hpp"

namespace mayhem::testing {
namespace {

const std::string a = fleet_bed::uuid(1);
const std::string b = fleet_bed::uuid(2);

using core::limit_windows;
using core::wall_time;

bool is_counted(wall_time at, wall_time since, const limit_windows::stretch& gap) {
    return at >= since && !(at >= gap.begin && at < gap.end);
}

std::string text_of(wall_time t) { return fmt::format("{:%F %T}+00", std::chrono::floor<std::chrono::seconds>(t)); }

TEST(FleetLimitsTest, CountsTheHoursAndDaysThatTheClockOfTheZoneShows) {
    using namespace std::chrono_literals;
    fleet_bed bed(0);
    struct change {
        const char* zone;
        wall_time at;  ///< close to a leap of its clock
    };
    using std::chrono::sys_days;
    const change changes[] = {
        {"UTC", sys_days{std::chrono::year{2026} / 3 / 29} + 1h},
        {"Europe/Berlin", sys_days{std::chrono::year{2026} / 3 / 29} + 1h},
        {"Europe/Berlin", sys_days{std::chrono::year{2026} / 10 / 25} + 1h},
        {"America/New_York", sys_days{std::chrono::year{2026} / 11 / 1} + 6h},
        {"Australia/Lord_Howe", sys_days{std::chrono::year{2026} / 4 / 4} + 15h},  // by half an hour
        {"Pacific/Chatham", sys_days{std::chrono::year{2026} / 4 / 4} + 14h},      // not at a full hour
        {"Antarctica/Troll", sys_days{std::chrono::year{2026} / 10 / 25} + 1h},    // by two hours
        {"Asia/Kolkata", sys_days{std::chrono::year{2026} / 6 / 1} + 18h},         // a day ends at half past
        {"Asia/Beirut", sys_days{std::chrono::year{2026} / 3 / 28} + 22h},         // midnight is skipped
        {"Pacific/Apia", sys_days{std::chrono::year{2011} / 12 / 30} + 10h},       // a whole day is
    };
    int checked = 0;

    for (const change& c : changes) {
        bed.owner.ask("SET session_replication_role = replica; TRUNCATE mayhem.acts");
        bed.owner.ask(
            "INSERT INTO mayhem.acts (message, group_name, planned_at, host, target, incarnation, expires_at, "
            "census_at, state, granted_at) SELECT gen_random_uuid(), 'web', t, 'h1', 't', 'i', t, t, 'granted', "
            "t FROM generate_series($1::timestamptz - interval '54 h', $1::timestamptz + interval '30 h', "
            "'15 min') AS t",
            {text_of(c.at)});
        const core::zone zone = *core::zone::find(c.zone);
        for (wall_time now = c.at - 5h; now < c.at + 30h; now += now < c.at + 5h ? 19min : 173min) {
            const limit_windows windows = core::windows_at(now, zone);
            int today = 0;
            int this_hour = 0;
            for (wall_time at = c.at - 54h; at <= now; at += 15min) {
                today += is_counted(at, windows.day, windows.day_gap) ? 1 : 0;
                this_hour += is_counted(at, windows.hour, windows.hour_gap) ? 1 : 0;
            }
            bed.owner.ask(
                "UPDATE mayhem.acts SET counts = granted_at <= $1, state = CASE WHEN granted_at <= $1 THEN "
                "'granted' ELSE 'settled' END, settled_at = CASE WHEN granted_at <= $1 THEN NULL ELSE now() END",
                {text_of(now)});

            EXPECT_EQ(bed.owner.line("SELECT * FROM mayhem.counted('web', $1, $2)", {c.zone, text_of(now)}),
                      fmt::format("{}|{}", today, this_hour))
                << c.zone << ' ' << text_of(now);
            ++checked;
        }
    }

    EXPECT_GT(checked, 300);
}

class FleetWeightTest : public ::testing::Test {
protected:
    fleet_bed bed;

    /// Ten members on each host, all standing; h1 offers first.
    std::string decide(const std::string& offer, int standing = 10) {
        const std::string moment = bed.moment(moments_++);
        bed.say("h1", {.standing = standing, .members = 10, .offer = offer, .moment = moment});
        bed.say("h2", {.standing = 10, .members = 10, .offer = "(zz,t99,i,,)", .moment = moment});
        return bed.decide("h2", moment, fleet_bed::uuid(moments_));
    }

private:
    int moments_ = 0;
};

TEST_F(FleetWeightTest, TheDayAndTheHourHaveTheirCaps) {
    bed.adopt(R"({"min_healthy": 0, "max_per_hour": 1, "max_per_day": 2})");

    EXPECT_EQ(decide("(aa,t0,i0,,)"), "granted|");
    EXPECT_EQ(decide("(ab,t1,i1,,)"), "skipped|hourly_limit");
    bed.owner.ask("UPDATE mayhem.groups SET max_per_hour = 0");
    EXPECT_EQ(decide("(ab,t1,i1,,)"), "granted|");
    EXPECT_EQ(decide("(ac,t2,i2,,)"), "skipped|daily_limit");
}

TEST_F(FleetWeightTest, WhatFallsAlongCounts) {
    bed.adopt(R"({"min_healthy": 17})");

    EXPECT_EQ(decide("(aa,t0,i0,\"{t1,t2,t3}\",)"), "skipped|too_few_healthy") << "16 would be left";
    EXPECT_EQ(bed.owner.line("SELECT cursor FROM mayhem.groups"), "aa") << "it has had its turn";
    EXPECT_EQ(decide("(ab,t0,i0,\"{t1,t2}\",)"), "granted|");
    EXPECT_EQ(decide("(ac,t5,i5,,)"), "skipped|too_few_healthy") << "three are about to be down";
    EXPECT_EQ(bed.owner.line("SELECT counts ->> 'under_way' FROM mayhem.moments ORDER BY planned_at DESC LIMIT 1"),
              "3");
    EXPECT_EQ(bed.owner.line("SELECT cursor FROM mayhem.groups"), "ab") << "it was not too heavy, it was too early";
}

TEST_F(FleetWeightTest, WhoTakesTooManyAlongDoesNotHoldUpTheOthers) {
    bed.adopt(R"({"min_healthy": 0, "max_unavailable": 2})");

    EXPECT_EQ(decide("(aa,t0,i0,\"{t1,t2}\",)"), "skipped|too_many_at_once");
    EXPECT_EQ(decide("(aa,t0,i0,\"{t1,t2}\",)"), "granted|") << "the next in turn: h2's";
    EXPECT_EQ(bed.owner.line("SELECT host FROM mayhem.acts"), "h2");
}

TEST_F(FleetWeightTest, MaxUnavailableCountsWhoIsDownForAnyReason) {
    bed.adopt(R"({"min_healthy": 0, "max_unavailable": 2})");
    ASSERT_EQ(decide("(aa,t0,i0,,)"), "granted|");

    EXPECT_EQ(decide("(ab,t1,i1,,)", 9), "skipped|too_many_at_once") << "one is under way, another down by itself";
    EXPECT_EQ(decide("(ab,t1,i1,,)"), "granted|");
    EXPECT_EQ(decide("(ac,t2,i2,,)"), "skipped|too_many_at_once");
}

TEST_F(FleetWeightTest, AHostThatIsSilentHasItsMembersDownUntilItLeavesOrIsForgotten) {
    bed.adopt(R"({"min_healthy": 0, "max_unavailable": 5})");
    ASSERT_EQ(decide("(aa,t0,i0,,)"), "granted|");
    const auto alone = [&](int later) {
        const std::string moment = bed.moment(later);
        bed.say("h2", {.standing = 10, .members = 10, .offer = "(zz,t9,i,,)", .moment = moment});
        return bed.decide("h2", moment, fleet_bed::uuid(500 + later));
    };

    EXPECT_EQ(alone(50), "skipped|too_many_at_once");
    bed.at("h1").ask("SELECT mayhem.beat('h1', $1, '0', true)", {fleet_bed::life_of("h1")});
    EXPECT_EQ(alone(51), "granted|");
}

TEST_F(FleetWeightTest, APercentageIsOfTheMembersOfTheLastDay) {
    bed.adopt(R"({"min_healthy": "81%"})");  // 16.2 of 20: 17

    EXPECT_EQ(decide("(aa,t0,i0,,)", 7), "skipped|too_few_healthy") << "16 would be left";
    EXPECT_EQ(decide("(aa,t0,i0,,)", 8), "granted|");

    // A host that is gone does not make the percentage one of fewer; after a day it does.
    bed.owner.ask("DELETE FROM mayhem.acts; UPDATE mayhem.groups SET cursor = '', min_healthy = 50");
    const auto alone = [&](int later) {
        const std::string moment = bed.moment(later);
        bed.say("h2", {.standing = 10, .members = 10, .offer = "(zz,t9,i,,)", .moment = moment});
        return bed.decide("h2", moment, fleet_bed::uuid(500 + later));
    };
    EXPECT_EQ(alone(50), "skipped|too_few_healthy");
    bed.owner.ask("UPDATE mayhem.members SET hour = hour - interval '26 h' WHERE host = 'h1'");
    EXPECT_EQ(alone(51), "granted|");
}

TEST_F(FleetWeightTest, APercentageThatMayBeDownIsRoundedDown) {
    bed.adopt(R"({"min_healthy": 0, "max_unavailable": "9%"})");  // 1.8 of 20

    EXPECT_EQ(decide("(aa,t0,i0,,)"), "granted|");
    EXPECT_EQ(decide("(ab,t1,i1,,)"), "skipped|too_many_at_once");
    bed.owner.ask("UPDATE mayhem.groups SET max_unavailable = 4");
    EXPECT_EQ(decide("(ab,t1,i1,,)"), "skipped|too_many_at_once") << "4% of 20 is nobody";
}

TEST_F(FleetWeightTest, MembersAreRememberedOverACrashAndAnswersAreNot) {
    bed.adopt(R"({"min_healthy": "50%"})");
    ASSERT_EQ(decide("(aa,t0,i0,,)"), "granted|");
    shared_server().kill();
    shared_server().start();
    pg_session after(bed.address("postgres"));

    EXPECT_EQ(after.line("SELECT count(*) FROM mayhem.answers"), "0");
    EXPECT_EQ(after.line("SELECT shown FROM mayhem.member_count('web', clock_timestamp())"), "20");
    EXPECT_EQ(after.line("SELECT count(*) FROM mayhem.acts"), "1");
}

TEST_F(FleetWeightTest, ASpanUnderWayIsDownForAsLongAsItLasts) {
    bed.adopt(R"({"min_healthy": 19, "lost_after": "60 s"})");
    ASSERT_EQ(decide("(aa,t0,i0,,\"01:00:00\")"), "granted|");
    ASSERT_EQ(bed.claim("h1", a), "ok");
    bed.let_pass("59 min");

    EXPECT_EQ(decide("(ab,t1,i1,,)"), "skipped|too_few_healthy");
    EXPECT_EQ(bed.owner.line("SELECT state FROM mayhem.acts"), "claimed") << "nobody has vanished";
    bed.let_pass("3 min");
    EXPECT_EQ(decide("(ab,t1,i1,,)"), "skipped|breaker_open");
    EXPECT_EQ(bed.owner.line("SELECT state FROM mayhem.acts"), "lost");
}

TEST_F(FleetWeightTest, NobodySaysMoreThanIsPossible) {
    bed.adopt();
    const auto say = [&](const std::string& members, const std::string& standing, const std::string& taken) {
        return bed.at("h1").refusal(
            "SELECT mayhem.answer('web', 'h1', $1, 1, 0, now(), 'p', $2, $3, $4::uuid[], 1, '', NULL, NULL)",
            {fleet_bed::life_of("h1"), members, standing, taken});
    };

    EXPECT_EQ(say("2", "3", "{}"), "23514");
    EXPECT_EQ(say("10001", "1", "{}"), "23514");
    EXPECT_EQ(say("-1", "-1", "{}"), "23514");
    std::string many = "{" + a;
    for (int more = 0; more < 64; ++more) {
        many += "," + b;
    }
    EXPECT_EQ(say("2", "2", many + "}"), "23514");
    EXPECT_EQ(say("2", "2", "{}"), "");
}

}  // namespace
}  // namespace mayhem::testing
