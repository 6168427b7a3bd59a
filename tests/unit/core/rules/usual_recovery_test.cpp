// Proves what is said of one recovery beside its past, at the edges of each rule; usual_recovery_rates_test.cpp has how
// often that is wrong.
#include "mayhem/core/rules/usual_recovery.hpp"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;

seen_recovery exactly(duration d) { return {.back = d, .not_before = d}; }

std::vector<seen_recovery> past_of(std::initializer_list<duration> newest_first) {
    std::vector<seen_recovery> past;
    for (const duration d : newest_first) {
        past.push_back(exactly(d));
    }
    return past;
}

std::vector<seen_recovery> all_the_same(std::size_t count, duration d) { return {count, exactly(d)}; }

pace pace_of(duration last, const std::vector<seen_recovery>& past) { return judge_recovery(exactly(last), past).pace; }

TEST(UsualRecoveryTest, HasNearestRanks) {
    const auto usual = usual_of(past_of({8s, 1s, 7s, 2s, 6s, 3s, 5s, 4s}));

    EXPECT_EQ(usual, (usual_recovery{.p10 = 1s, .p50 = 4s, .p90 = 8s, .count = 8}));
}

TEST(UsualRecoveryTest, SaysNothingOfSeven) {
    const recovery_judgement seven = judge_recovery(exactly(1h), all_the_same(7, 1s));

    EXPECT_EQ(seven.pace, pace::too_few);
    EXPECT_EQ(seven.usual, std::nullopt);
    EXPECT_EQ(seven.factor, 0);
    EXPECT_EQ(pace_of(1h, all_the_same(8, 1s)), pace::slow);
    EXPECT_EQ(judge_recovery(exactly(1h), {}).pace, pace::too_few);
}

TEST(UsualRecoveryTest, CountsTheNewestHundredAlone) {
    std::vector<seen_recovery> past = all_the_same(past_recoveries_max, 1s);
    past.insert(past.end(), 900, exactly(1h));

    EXPECT_EQ(usual_of(past)->count, past_recoveries_max);
    EXPECT_EQ(usual_of(past)->p90, 1s);
    EXPECT_EQ(pace_of(10s, past), pace::slow);
}

// 4.785 and 3.175 are what Student's t exceeds once in 1000, with 7 and 99 degrees of freedom.
TEST(UsualRecoveryTest, TakesEverybodysSpreadForATenthAtLeast) {
    const std::vector<seen_recovery> few = all_the_same(8, 2s);  // 2 s exp(4.785 0.1 sqrt(9/8)) = 3.322 s
    EXPECT_EQ(pace_of(3315ms, few), pace::as_usual);
    EXPECT_EQ(pace_of(3330ms, few), pace::slow);

    const std::vector<seen_recovery> many = all_the_same(100, 2s);  // 2 s exp(3.175 0.1 sqrt(1.01)) = 2.752 s
    EXPECT_EQ(pace_of(2745ms, many), pace::as_usual);
    EXPECT_EQ(pace_of(2760ms, many), pace::slow);
}

TEST(UsualRecoveryTest, CallsNothingSlowWithinAQuarterOfASecond) {
    const std::vector<seen_recovery> past = all_the_same(100, 10ms);

    EXPECT_EQ(pace_of(259ms, past), pace::as_usual);
    EXPECT_EQ(pace_of(260ms, past), pace::slow);
    EXPECT_FALSE(may_be_slow(exactly(249ms)));
    EXPECT_TRUE(may_be_slow(exactly(250ms)));
}

TEST(UsualRecoveryTest, BelievesTheLookBeforeAndNotTheLook) {
    const std::vector<seen_recovery> past = all_the_same(20, 1s);

    EXPECT_EQ(judge_recovery({.back = 5s, .not_before = 900ms}, past).pace, pace::as_usual);
    const recovery_judgement late = judge_recovery({.back = 5s, .not_before = 4s}, past);
    EXPECT_EQ(late.pace, pace::slow);
    EXPECT_EQ(late.factor, 5);
}

TEST(UsualRecoveryTest, GrantsATwentiethToHaveBeenAsSlow) {
    std::vector<seen_recovery> past = all_the_same(38, 1s);
    past.push_back(exactly(20s));
    EXPECT_EQ(pace_of(20s, past), pace::slow);  // the second of 40

    past.pop_back();
    past.pop_back();
    past.push_back(exactly(20s));
    EXPECT_EQ(pace_of(20s, past), pace::as_usual);  // the second of 39
    EXPECT_EQ(pace_of(21s, past), pace::slow);
}

TEST(UsualRecoveryTest, AllowsForWhatScatters) {
    std::vector<seen_recovery> past;
    for (const duration d : {500ms, 700ms, 1000ms, 1400ms, 2000ms, 2800ms, 4000ms, 5600ms, 8000ms, 11300ms}) {
        past.push_back(exactly(d));
    }

    EXPECT_EQ(pace_of(60s, past), pace::as_usual);
    EXPECT_EQ(pace_of(1h, past), pace::slow);
}

TEST(UsualRecoveryTest, CreepsWhenFiveAreSlowerThanNineBefore) {
    const auto past = past_of({2s, 1900ms, 2100ms, 1800ms, 1s, 1100ms, 900ms, 1s, 1200ms, 1s, 800ms, 1s, 1s});

    const recovery_judgement j = judge_recovery(exactly(1700ms), past);
    EXPECT_EQ(j.pace, pace::creeping);
    EXPECT_EQ(j.factor, 1.9);
    EXPECT_EQ(pace_of(1s, past), pace::as_usual);                                           // four are not five
    EXPECT_EQ(pace_of(1700ms, std::vector(past.begin(), past.end() - 1)), pace::as_usual);  // nor eight nine
}

TEST(UsualRecoveryTest, CreepsWhenTenAreAndFiveOfThemAreNotEnough) {
    std::vector<seen_recovery> past = past_of({2s, 1s, 2s, 2s, 2s, 1300ms, 2s, 2s, 2s});  // 3 of 5, 8 of 10
    past.insert(past.end(), 30, exactly(1s));
    for (std::size_t i = 9; i < 12; ++i) {
        past[i] = exactly(1500ms);
    }

    EXPECT_EQ(pace_of(1600ms, past), pace::creeping);
    past.erase(past.begin() + 5, past.begin() + 9);
    EXPECT_EQ(pace_of(1600ms, past), pace::as_usual);
}

TEST(UsualRecoveryTest, DoesNotCreepByLessThanAThirdOrAQuarterOfASecond) {
    const auto with_newest = [](duration d, duration before) {
        std::vector<seen_recovery> past = all_the_same(30, before);
        past.insert(past.begin(), 4, exactly(d));
        return pace_of(d, past);
    };

    EXPECT_EQ(with_newest(12900ms, 10s), pace::as_usual);
    EXPECT_EQ(with_newest(13000ms, 10s), pace::creeping);
    EXPECT_EQ(with_newest(349ms, 100ms), pace::as_usual);
    EXPECT_EQ(with_newest(350ms, 100ms), pace::creeping);
}

TEST(UsualRecoveryTest, CountsTiesAgainstTheNewest) {
    std::vector<seen_recovery> past = all_the_same(8, 2s);
    past.insert(past.begin(), 4, exactly(2s));
    past.insert(past.begin() + 4, 22, exactly(1s));

    EXPECT_EQ(judge_recovery(exactly(2s), past).pace, pace::as_usual);  // 8 of the 30 before were as slow
}

TEST(UsualRecoveryTest, IsNamed) {
    for (const pace p : {pace::not_known, pace::too_few, pace::as_usual, pace::slow, pace::creeping}) {
        EXPECT_EQ(parse_pace(to_string(p)), p);
    }
    EXPECT_EQ(to_string(pace::as_usual), "as_usual");
    EXPECT_EQ(parse_pace("fast"), std::nullopt);
}

TEST(UsualRecoveryTest, IsDescribedWithTwoFigures) {
    EXPECT_EQ(factor_text(1.26), "1.3 x");
    EXPECT_EQ(factor_text(4.12), "4.1 x");
    EXPECT_EQ(factor_text(9.94), "9.9 x");
    EXPECT_EQ(factor_text(9.96), "10 x");
    EXPECT_EQ(factor_text(123.4), "123 x");
    EXPECT_EQ(describe(slow_recovery{.usual = 3400ms, .factor = 4.12}), "slower than its usual: 4.1 x of 3.4 s");
}

}  // namespace
}  // namespace mayhem::core
