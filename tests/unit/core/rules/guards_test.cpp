// Proves what each guard refuses, in which order they speak, and that the explanation names all of them with what they
// looked at: facts that everybody agrees to, changed one by one.
#include "mayhem/core/rules/guards.hpp"

#include <functional>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr wall_time noon{std::chrono::hours{12}};

guard_facts harmless() {
    guard_facts f{.now = noon, .expires_at = noon + duration{1}, .dry_run = false};
    f.limits = {
        .min_age = 1h, .min_rest = 1h, .min_healthy = {}, .max_unavailable = 2, .max_per_day = 5, .max_per_hour = 2};
    f.started_at = noon - 1h;
    f.last_restart = noon - 1h - duration{1};
    f.members = 3;
    f.healthy = 3;
    f.restarting = 1;
    f.restarts_today = 4;
    f.restarts_of_hour = 1;
    f.steady = "127.0.0.1:80 accepts connections";
    return f;
}

/// For each guard the smallest change of the facts that makes it refuse.
const std::vector<std::pair<guard, std::function<void(guard_facts&)>>>& changes() {
    static const std::vector<std::pair<guard, std::function<void(guard_facts&)>>> all{
        {guard::halted, [](guard_facts& f) { f.halted = true; }},
        {guard::expired, [](guard_facts& f) { f.expires_at = f.now; }},
        {guard::outside_hours, [](guard_facts& f) { f.is_within_hours = false; }},
        {guard::excluded_day, [](guard_facts& f) { f.is_on_allowed_day = false; }},
        {guard::too_near_the_end, [](guard_facts& f) { f.lasts = duration{1}, f.ends_within_hours = false; }},
        {guard::protected_target, [](guard_facts& f) { f.is_protected = true; }},
        {guard::not_opted_in, [](guard_facts& f) { f.is_opted_in = false; }},
        {guard::already_restarted, [](guard_facts& f) { f.is_restarted = true; }},
        {guard::too_young, [](guard_facts& f) { *f.started_at += duration{1}; }},
        {guard::rested_too_little, [](guard_facts& f) { *f.last_restart += duration{1}; }},
        {guard::too_few_healthy, [](guard_facts& f) { f.healthy = 1, f.limits.max_unavailable = 0; }},
        {guard::too_many_at_once, [](guard_facts& f) { f.restarting = 2; }},
        {guard::daily_limit, [](guard_facts& f) { f.restarts_today = 5; }},
        {guard::hourly_limit, [](guard_facts& f) { f.restarts_of_hour = 2; }},
        {guard::breaker_open, [](guard_facts& f) { f.breaker = "web[7] did not recover"; }},
        {guard::unsteady, [](guard_facts& f) { f.unsteady = "no answer"; }},
        {guard::out_of_reach, [](guard_facts& f) { f.out_of_reach = "the host would fall"; }},
        {guard::dry_run, [](guard_facts& f) { f.dry_run = true; }},
    };
    return all;
}

TEST(GuardsTest, AllowWhatNothingSpeaksAgainst) { EXPECT_EQ(refuse(harmless()), std::nullopt); }

TEST(GuardsTest, EachRefusesForItsOwnReasonAlone) {
    for (const auto& [expected, change] : changes()) {
        guard_facts facts = harmless();
        change(facts);

        EXPECT_EQ(refuse(facts), expected) << to_string(expected);
        for (const guard_answer& answer : explain(facts)) {
            EXPECT_EQ(answer.refuses, answer.guard == expected) << to_string(expected) << to_string(answer.guard);
        }
    }
}

TEST(GuardsTest, TheFirstInTheOrderOfTheEnumIsNamed) {
    for (std::size_t first = 0; first < changes().size(); ++first) {
        guard_facts facts = harmless();
        for (std::size_t i = first; i < changes().size(); ++i) {
            changes()[i].second(facts);
        }

        EXPECT_EQ(refuse(facts), changes()[first].first);
    }
}

TEST(GuardsTest, WhatIsNotStableYetAfterTheLastActIsTooYoungWhateverItsAge) {
    guard_facts facts = harmless();
    facts.is_unsettled = true;

    EXPECT_EQ(refuse(facts), guard::too_young);
    EXPECT_THAT(explain(guard::too_young, facts), HasSubstr("it is not stable yet after the last act"));
}

TEST(GuardsTest, OnlyWhatLastsCanBeTooNearTheEnd) {
    guard_facts facts = harmless();
    EXPECT_EQ(explain(guard::too_near_the_end, facts), "nothing that lasts");
    facts.ends_within_hours = false;
    EXPECT_EQ(refuse(facts), std::nullopt);

    facts.lasts = std::chrono::seconds{30};
    EXPECT_EQ(refuse(facts), guard::too_near_the_end);
    EXPECT_EQ(explain(guard::too_near_the_end, facts), "it would stand for 30 s, beyond the end of the hours");
    facts.ends_within_hours = true;
    EXPECT_EQ(explain(guard::too_near_the_end, facts), "it would stand for 30 s, which the hours allow");
}

TEST(GuardsTest, AnUnknownAgeIsTooYoungForAnyMinimum) {
    guard_facts facts = harmless();
    facts.started_at.reset();

    EXPECT_EQ(refuse(facts), guard::too_young);
    facts.limits.min_age = {};
    EXPECT_EQ(refuse(facts), std::nullopt);
}

TEST(GuardsTest, F10RestIsStrictlyLongerThanTheMinimum) {
    guard_facts facts = harmless();
    facts.last_restart = facts.now - facts.limits.min_rest;

    EXPECT_EQ(refuse(facts), guard::rested_too_little);
    facts.last_restart = facts.now - facts.limits.min_rest - duration{1};
    EXPECT_EQ(refuse(facts), std::nullopt);
    facts.last_restart.reset();
    EXPECT_EQ(refuse(facts), std::nullopt);
}

TEST(GuardsTest, TheOnlyMemberOfAGroupMayBeRestartedUnlessOneMustStand) {
    guard_facts facts = harmless();
    facts.members = 1;
    facts.healthy = 1;

    EXPECT_EQ(refuse(facts), std::nullopt);
    facts.limits.min_healthy = 1;
    EXPECT_EQ(refuse(facts), guard::too_few_healthy);
}

TEST(GuardsTest, MembersThatAreDownCountAsUnavailable) {
    guard_facts facts = harmless();
    facts.members = 5;
    facts.restarting = 0;

    EXPECT_EQ(refuse(facts), guard::too_many_at_once);
}

TEST(GuardsTest, TheExplanationHasTheValues) {
    guard_facts facts = harmless();
    facts.breaker = "web[7] did not recover";

    const std::vector<guard_answer> answers = explain(facts);

    ASSERT_EQ(answers.size(), 18U);
    EXPECT_THAT(answers[8].looked_at, HasSubstr("up for 1 h, min_age is 1 h"));
    EXPECT_EQ(answers[10].looked_at, "3 of 3 members stand, 2 would be left, at least 1 must");
    EXPECT_EQ(answers[12].looked_at, "4 restarts today, at most 5");
    EXPECT_EQ(answers[14].looked_at, "open: web[7] did not recover");
    EXPECT_EQ(answers[15].looked_at, "127.0.0.1:80 accepts connections");
}

}  // namespace
}  // namespace mayhem::core
