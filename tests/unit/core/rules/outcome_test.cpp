// Proves that the names that records and metrics carry are the documented ones and can be read back, by walking through
// all of them.
#include "mayhem/core/rules/outcome.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

const std::map<verdict, std::string_view> verdicts{{verdict::recovered, "recovered"},
                                                   {verdict::not_recovered, "not_recovered"},
                                                   {verdict::unstable, "unstable"},
                                                   {verdict::not_tolerated, "not_tolerated"},
                                                   {verdict::aborted, "aborted"},
                                                   {verdict::no_effect, "no_effect"},
                                                   {verdict::fault_stuck, "fault_stuck"},
                                                   {verdict::taken_over, "taken_over"},
                                                   {verdict::not_ended, "not_ended"},
                                                   {verdict::unwatched, "unwatched"},
                                                   {verdict::refused, "refused"},
                                                   {verdict::save_failed, "save_failed"},
                                                   {verdict::restart_failed, "restart_failed"},
                                                   {verdict::cancelled, "cancelled"},
                                                   {verdict::lease_lost, "lease_lost"},
                                                   {verdict::stopped, "stopped"}};

const std::map<guard, std::string_view> guards{{guard::halted, "halted"},
                                               {guard::expired, "expired"},
                                               {guard::outside_hours, "outside_hours"},
                                               {guard::excluded_day, "excluded_day"},
                                               {guard::too_near_the_end, "too_near_the_end"},
                                               {guard::protected_target, "protected"},
                                               {guard::not_opted_in, "not_opted_in"},
                                               {guard::already_restarted, "already_restarted"},
                                               {guard::too_young, "too_young"},
                                               {guard::rested_too_little, "rested_too_little"},
                                               {guard::too_few_healthy, "too_few_healthy"},
                                               {guard::too_many_at_once, "too_many_at_once"},
                                               {guard::daily_limit, "daily_limit"},
                                               {guard::hourly_limit, "hourly_limit"},
                                               {guard::breaker_open, "breaker_open"},
                                               {guard::unsteady, "unsteady"},
                                               {guard::out_of_reach, "out_of_reach"},
                                               {guard::dry_run, "dry_run"},
                                               {guard::would_stay_dead, "would_stay_dead"},
                                               {guard::busy, "busy"},
                                               {guard::span_under_way, "span_under_way"},
                                               {guard::shares_its_cgroup, "shares_its_cgroup"},
                                               {guard::no_effect_possible, "no_effect_possible"},
                                               {guard::has_runtime_setting, "has_runtime_setting"},
                                               {guard::no_fleet, "no_fleet"},
                                               {guard::no_permit, "no_permit"},
                                               {guard::other_config, "other_config"},
                                               {guard::missed, "missed"},
                                               {guard::unlisted, "unlisted"},
                                               {guard::no_target, "no_target"}};

const std::map<disposition, std::string_view> dispositions{
    {disposition::acked, "acked"}, {disposition::nacked, "nacked"}, {disposition::dead_lettered, "dead_lettered"}};

TEST(OutcomeTest, NamesEveryVerdict) {
    for (const auto& [value, name] : verdicts) {
        EXPECT_EQ(to_string(value), name);
        EXPECT_EQ(parse_verdict(name), value);
    }
}

TEST(OutcomeTest, CountsAsARestartWhatWasSeenOrTakenToEnd) {
    const std::set<verdict> restarts{
        verdict::recovered, verdict::not_recovered, verdict::unstable,  verdict::not_tolerated, verdict::taken_over,
        verdict::unwatched, verdict::aborted,       verdict::no_effect, verdict::fault_stuck,   verdict::save_failed};

    for (const verdict v : all_verdicts) {
        EXPECT_EQ(counts_as_restart(v), restarts.contains(v)) << to_string(v);
    }
}

TEST(OutcomeTest, SaysOfEveryVerdictWhetherTheTargetMayHaveBeenActedOn) {
    const std::set<verdict> acted{verdict::recovered,  verdict::not_recovered, verdict::unstable,
                                  verdict::taken_over, verdict::not_tolerated, verdict::not_ended,
                                  verdict::aborted,    verdict::fault_stuck,   verdict::no_effect,
                                  verdict::unwatched,  verdict::save_failed,   verdict::cancelled};

    EXPECT_FALSE(is_seen_to_be_gone(verdict::fault_stuck)) << "it may stand still";
    ASSERT_EQ(all_verdicts.size(), verdicts.size());
    for (const verdict v : all_verdicts) {
        EXPECT_EQ(may_have_acted(v), acted.contains(v)) << to_string(v);
    }
}

TEST(OutcomeTest, NamesEveryGuard) {
    for (const auto& [value, name] : guards) {
        EXPECT_EQ(to_string(value), name);
        EXPECT_EQ(parse_guard(name), value);
    }
}

TEST(OutcomeTest, NamesEveryDisposition) {
    for (const auto& [value, name] : dispositions) {
        EXPECT_EQ(to_string(value), name);
        EXPECT_EQ(parse_disposition(name), value);
    }
}

TEST(OutcomeTest, ReadsNoOtherName) {
    for (const std::string_view name : {"", "Recovered", "recovered ", "recover", "protected_target"}) {
        EXPECT_EQ(parse_verdict(name), std::nullopt) << name;
        EXPECT_EQ(parse_guard(name), std::nullopt) << name;
        EXPECT_EQ(parse_disposition(name), std::nullopt) << name;
    }
}

TEST(OutcomeTest, D2_IsNoSuccessUntilSaidSo) {
    const outcome o;

    EXPECT_EQ(o.verdict, verdict::cancelled);
    EXPECT_EQ(o.disposition, disposition::nacked);
}

}  // namespace
}  // namespace mayhem::core
