// Proves which days a text stands for, leap days and the turn of the year included, and that what names no day of the
// calendar is refused.
#include "mayhem/core/plan/date_range.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using namespace std::chrono;

TEST(DateRangeTest, ReadsADate) {
    const auto range = date_range::parse("2026-12-24");

    EXPECT_TRUE(range->contains(2026y / 12 / 24));
    EXPECT_FALSE(range->contains(2026y / 12 / 25));
    EXPECT_FALSE(range->contains(2027y / 12 / 24));
    EXPECT_EQ(range->to_string(), "2026-12-24");
}

TEST(DateRangeTest, ReadsARangeOfDates) {
    const auto range = date_range::parse("2026-12-24..2027-01-06");

    EXPECT_TRUE(range->contains(2026y / 12 / 24));
    EXPECT_TRUE(range->contains(2027y / 1 / 6));
    EXPECT_FALSE(range->contains(2027y / 1 / 7));
    EXPECT_FALSE(range->contains(2026y / 1 / 1));
    EXPECT_EQ(range->to_string(), "2026-12-24..2027-01-06");
}

TEST(DateRangeTest, ReadsAYearlyRangeOverTheTurnOfTheYear) {
    const auto range = date_range::parse("12-20..01-06");

    for (const year y : {2025y, 2026y, 2031y}) {
        EXPECT_FALSE(range->contains(y / 12 / 19));
        EXPECT_TRUE(range->contains(y / 12 / 20));
        EXPECT_TRUE(range->contains(y / 12 / 31));
        EXPECT_TRUE(range->contains(y / 1 / 1));
        EXPECT_TRUE(range->contains(y / 1 / 6));
        EXPECT_FALSE(range->contains(y / 1 / 7));
    }
    EXPECT_EQ(range->to_string(), "12-20..01-06");
}

TEST(DateRangeTest, KnowsLeapDays) {
    EXPECT_TRUE(date_range::parse("02-29")->contains(2028y / 2 / 29));
    EXPECT_TRUE(date_range::parse("2028-02-29").has_value());
    EXPECT_TRUE(date_range::parse("02-28..03-01")->contains(2028y / 2 / 29));
    EXPECT_FALSE(date_range::parse("2026-02-29").has_value());
    EXPECT_FALSE(date_range::parse("2100-02-29").has_value());
}

TEST(DateRangeTest, RefusesWhatCannotBeMeant) {
    for (const char* text : {"", "christmas", "2026-12", "24.12.2026", "2026/12/24", "12-24..", "..12-24", "2026-1-1",
                             "2026-12-24...2026-12-25", "12-24..12-25..12-26", "-026-12-24"}) {
        const auto range = date_range::parse(text);
        ASSERT_FALSE(range.has_value()) << text;
        EXPECT_NE(range.error().find("is no date"), std::string::npos) << range.error();
    }
    EXPECT_EQ(date_range::parse("2026-02-30").error(),
              R"("2026-02-30" names a day that no calendar has: "2026-02-30")");
    EXPECT_EQ(date_range::parse("12-20..13-01").error(), R"("12-20..13-01" names a day that no calendar has: "13-01")");
    EXPECT_EQ(date_range::parse("2026-12-24..2026-12-20").error(), R"("2026-12-24..2026-12-20" ends before it begins)");
    EXPECT_EQ(date_range::parse("2026-12-24..01-06").error(),
              R"("2026-12-24..01-06" mixes a date of one year with one of every year: give both years, or none)");
}

}  // namespace
}  // namespace mayhem::core
