// Proves the words and the table in which targets stand beside their own pasts, how long its lines are, and when a slow
// recovery is a failure for a CI server.
#include "cli/pace_text.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/junit_text.hpp"

namespace mayhem::cli {
namespace {

using namespace std::chrono_literals;
using stores::recovery_word;
using testing::HasSubstr;
using testing::Not;

stores::recovery_row row(const std::string& target, recovery_word word, double factor = 0) {
    stores::recovery_row r{.group = "web", .target = target, .name = target, .act = "restart", .word = word};
    r.usual = core::usual_recovery{.p10 = 2900ms, .p50 = 3400ms, .p90 = 4200ms, .count = 85};
    r.factor = factor;
    r.last.emplace();
    r.last->verdict = core::verdict::recovered;
    r.last->recovery = 14100ms;
    return r;
}

TEST(PaceTextTest, HasAWordForEach) {
    EXPECT_EQ(pace_text(row("a", recovery_word::slow, 4.147)), "slower than its usual, 4.1 x");
    EXPECT_EQ(pace_text(row("a", recovery_word::creeping, 1.6)), "creeping, 1.6 x");
    EXPECT_EQ(pace_text(row("a", recovery_word::as_usual)), "as usual");
    EXPECT_EQ(pace_text(row("a", recovery_word::too_few)), "too few to say");
    EXPECT_EQ(pace_text(row("a", recovery_word::under_way)), "under way");
    EXPECT_EQ(pace_text(row("a", recovery_word::not_back)), "did not come back");
    EXPECT_EQ(pace_text(row("a", recovery_word::never)), "never came back");
}

TEST(PaceTextTest, StandsInATableOfEightyColumns) {
    stores::recovery_row lost = row("web@1.service", recovery_word::not_back);
    lost.last->verdict = core::verdict::not_recovered;
    stores::recovery_row young = row("web@3.service", recovery_word::too_few);
    young.usual.reset();

    const std::string text = pace_table({lost, row("web@2.service", recovery_word::slow, 4.147), young});

    EXPECT_EQ(text,
              "TARGET         USUAL                     LAST  WHICH IS\n"
              "web@1.service  3.4 s (2.9 s to 4.2 s)       -  did not come back\n"
              "web@2.service  3.4 s (2.9 s to 4.2 s)  14.1 s  slower than its usual, 4.1 x\n"
              "web@3.service  -                       14.1 s  too few to say\n");
}

TEST(PaceTextTest, NamesTheGroupsWhereThereAreSeveral) {
    stores::recovery_row other = row("pg", recovery_word::as_usual);
    other.group = "db";

    EXPECT_THAT(pace_table({row("a", recovery_word::slow, 2), other}), HasSubstr("GROUP  TARGET"));
}

TEST(PaceTextTest, IsLeftOutWhereNothingCanBeSaid) {
    stores::recovery_row young = row("a", recovery_word::too_few);
    young.usual.reset();

    EXPECT_EQ(pace_table({young}), "");
    EXPECT_EQ(pace_table({}), "");
}

stores::report report_of(const stores::recovery_row& r) {
    stores::report all;
    stores::attempt_counts c;
    c.attempts = c.restarts = c.recovered = 9;
    all.groups = {{.group = "web", .counts = c}};
    all.targets = {{.group = "web", .target = r.target, .name = r.name, .counts = c}};
    all.recoveries = {r};
    return all;
}

TEST(JunitTextTest, SlowIsAFailureOnlyWhereTheGroupSaysSo) {
    const stores::report slow = report_of(row("a", recovery_word::slow, 4.147));

    EXPECT_THAT(to_junit(slow), HasSubstr("failures=\"0\""));
    EXPECT_THAT(to_junit(slow), HasSubstr("<system-out>it is slower than its usual, 4.1 x</system-out>"));
    EXPECT_THAT(to_junit(slow, {{"web", 0}}), HasSubstr("failures=\"0\""));
    EXPECT_THAT(to_junit(slow, {{"web", 4.2}, {"db", 1}}), HasSubstr("failures=\"0\""));
    EXPECT_THAT(to_junit(slow, {{"web", 4.1}}),
                testing::AllOf(HasSubstr("failures=\"1\""),
                               HasSubstr("0 times it did not end; it is slower than its usual, 4.1 x\"/>")));
}

TEST(JunitTextTest, CreepingIsNoFailureAndUsualIsNoNews) {
    const stores::report creeping = report_of(row("a", recovery_word::creeping, 3));
    const stores::report usual = report_of(row("a", recovery_word::as_usual));

    EXPECT_THAT(to_junit(creeping, {{"web", 2}}),
                testing::AllOf(HasSubstr("failures=\"0\""), HasSubstr("it is creeping, 3.0 x")));
    EXPECT_THAT(to_junit(usual, {{"web", 1}}),
                testing::AllOf(HasSubstr("failures=\"0\""), Not(HasSubstr("system-out"))));
}

}  // namespace
}  // namespace mayhem::cli
