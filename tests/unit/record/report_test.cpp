// Proves the arithmetic of the report on rows made by hand: who is counted where, and the percentiles against their
// definition (nearest rank).
#include "record/report.hpp"

#include <gtest/gtest.h>

#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using namespace std::chrono_literals;

history_row row(const std::string& group, const std::string& target, std::optional<core::verdict> verdict,
                std::optional<core::duration> recovery = std::nullopt) {
    history_row r;
    r.group = group;
    r.target = target + ".example.net";
    r.name = target;
    r.verdict = verdict;
    r.recovery = recovery;
    return r;
}

TEST(ReportTest, NothingRecordedIsAnEmptyReport) {
    const report r = summarise({});

    EXPECT_EQ(r.total, attempt_counts{});
    EXPECT_EQ(r.from, std::nullopt);
    EXPECT_TRUE(r.groups.empty());
    EXPECT_TRUE(r.targets.empty());
}

TEST(ReportTest, TargetsOfOneNameOnTwoHostsOfAFleetAreTwo) {
    history h;
    h.is_of_fleet = true;
    for (const char* const host : {"web2", "web1", "web2"}) {
        history_row r = row("g", "t", core::verdict::recovered, 1s);
        r.host = host;
        r.sequence = static_cast<std::int64_t>(h.attempts.size()) + 1;
        h.attempts.push_back(std::move(r));
    }

    const report r = summarise(h);

    EXPECT_TRUE(r.is_of_fleet);
    ASSERT_EQ(r.targets.size(), 2U);
    EXPECT_EQ(r.targets[0].host, "web1");
    EXPECT_EQ(r.targets[1].counts.recovered, 2U);
    ASSERT_EQ(r.recoveries.size(), 2U);
    EXPECT_EQ(r.recoveries[0].host, "web1");
}

TEST(ReportTest, EveryVerdictIsCountedOnce) {
    history h;
    h.attempts = {row("g", "t", core::verdict::recovered, 1s),  row("g", "t", core::verdict::not_recovered),
                  row("g", "t", core::verdict::unstable),       row("g", "t", core::verdict::refused),
                  row("g", "t", core::verdict::restart_failed), row("g", "t", core::verdict::save_failed),
                  row("g", "t", core::verdict::cancelled),      row("g", "t", core::verdict::lease_lost),
                  row("g", "t", core::verdict::unwatched),      row("g", "t", core::verdict::taken_over),
                  row("g", "t", core::verdict::not_ended),      row("g", "t", core::verdict::not_tolerated, 1s),
                  row("g", "t", core::verdict::aborted, 1s),    row("g", "t", core::verdict::no_effect, 1s),
                  row("g", "t", core::verdict::fault_stuck),    row("g", "t", std::nullopt)};

    const attempt_counts c = summarise(h).total;

    EXPECT_EQ(c.attempts, 16U);
    EXPECT_EQ(c.restarts, 10U);
    EXPECT_EQ(c.not_ended, 1U);
    EXPECT_EQ(c.recovered, 1U);
    EXPECT_EQ(c.not_recovered, 1U);
    EXPECT_EQ(c.unstable, 1U);
    EXPECT_EQ(c.not_tolerated, 1U);
    EXPECT_EQ(c.aborted, 1U);
    EXPECT_EQ(c.no_effect, 1U);
    EXPECT_EQ(c.fault_stuck, 1U);
    EXPECT_EQ(c.taken_over, 1U);
    EXPECT_EQ(c.unwatched, 1U);
    EXPECT_EQ(c.unrecorded, 1U);
    EXPECT_EQ(c.refused, 1U);
    EXPECT_EQ(c.failed, 1U);
    EXPECT_EQ(c.interrupted, 2U);
    EXPECT_EQ(c.open, 1U);
}

TEST(ReportTest, PercentilesAreNearestRank) {
    history h;
    for (int n = 20; n >= 1; --n) {
        h.attempts.push_back(row("g", "t", core::verdict::recovered, std::chrono::seconds{n}));
    }

    const auto twenty = summarise(h).total.recovery;
    h.attempts.resize(1);
    const auto one = summarise(h).total.recovery;

    EXPECT_EQ(twenty, (recovery_times{.median = 10s, .p95 = 19s, .worst = 20s}));
    EXPECT_EQ(one, (recovery_times{.median = 20s, .p95 = 20s, .worst = 20s}));
}

TEST(ReportTest, WithoutARecoveryThereAreNoTimes) {
    history h;
    h.attempts = {row("g", "t", core::verdict::not_recovered)};

    EXPECT_EQ(summarise(h).total.recovery, std::nullopt);
}

TEST(ReportTest, GroupsAndTargetsAreCountedApart) {
    history h;
    h.attempts = {row("pets", "a", core::verdict::recovered, 4s), row("cattle", "b", core::verdict::recovered, 1s),
                  row("cattle", "a", core::verdict::recovered, 2s), row("cattle", "a", core::verdict::not_recovered)};

    const report r = summarise(h);

    ASSERT_EQ(r.groups.size(), 2U);
    EXPECT_EQ(r.groups[0].group, "cattle");
    EXPECT_EQ(r.groups[0].counts.restarts, 3U);
    EXPECT_EQ(r.groups[0].counts.recovery->worst, 2s);
    ASSERT_EQ(r.targets.size(), 3U);
    EXPECT_EQ(r.targets[0].name, "a");
    EXPECT_EQ(r.targets[0].group, "cattle");
    EXPECT_EQ(r.targets[0].counts.restarts, 2U);
    EXPECT_EQ(r.targets[2].group, "pets");
    EXPECT_EQ(r.total.recovery->worst, 4s);
}

TEST(ReportTest, RefusalsAreCountedByGuardAndTheSpanIsKnown) {
    history h;
    h.attempts = {row("g", "t", core::verdict::refused), row("g", "t", core::verdict::refused),
                  row("g", "t", core::verdict::refused)};
    h.attempts[0].refused_by = h.attempts[2].refused_by = core::guard::expired;
    h.attempts[1].refused_by = core::guard::outside_hours;
    h.attempts[0].started_at = at(5);
    h.attempts[1].started_at = at(1);
    h.attempts[2].started_at = at(9);
    h.is_cut = true;
    h.messages.acked = 3;

    const report r = summarise(h);

    EXPECT_EQ(r.refused_by,
              (std::map<core::guard, std::size_t>{{core::guard::expired, 2}, {core::guard::outside_hours, 1}}));
    EXPECT_EQ(r.from, at(1));
    EXPECT_EQ(r.to, at(9));
    EXPECT_TRUE(r.is_cut);
    EXPECT_EQ(r.messages.acked, 3U);
}

}  // namespace
}  // namespace mayhem::stores
