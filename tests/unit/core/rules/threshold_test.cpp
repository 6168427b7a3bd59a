// Proves that a threshold is read in every way in which a person writes one, refuses what is none, and is met by the
// numbers that PromQL would let through, and never by what is no number.
#include "mayhem/core/rules/threshold.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

threshold parsed(std::string_view text) { return parse_threshold(text).value(); }

TEST(ThresholdTest, ReadsEveryRelationWithAndWithoutSpaces) {
    for (const char* text : {"< 0.01", "<0.01", "  <\t0.01 "}) {
        EXPECT_EQ(parsed(text), threshold(threshold::relation::less, 0.01)) << text;
    }
    EXPECT_EQ(parsed("<=2"), threshold(threshold::relation::at_most, 2));
    EXPECT_EQ(parsed("> -1.5e3"), threshold(threshold::relation::greater, -1500));
    EXPECT_EQ(parsed(">= +3"), threshold(threshold::relation::at_least, 3));
    EXPECT_EQ(parsed("== 0"), threshold(threshold::relation::equal, 0));
    EXPECT_EQ(parsed("!= 1"), threshold(threshold::relation::unequal, 1));
}

TEST(ThresholdTest, RefusesWhatIsNone) {
    for (const char* text : {"", " ", "0.01", "<", "< ", "= 1", "=> 1", "<> 1", "< 1%", "< 1 2", "< NaN", "< +Inf",
                             "< 1e999", "< +-1", "< 0x10", "less than 1"}) {
        EXPECT_FALSE(parse_threshold(text).has_value()) << text;
    }
}

TEST(ThresholdTest, IsMetByWhatLiesOnTheRightSide) {
    const struct {
        const char* text;
        bool below, at, above;
    } cases[] = {{"< 1", true, false, false}, {"<= 1", true, true, false},  {"> 1", false, false, true},
                 {">= 1", false, true, true}, {"== 1", false, true, false}, {"!= 1", true, false, true}};
    for (const auto& c : cases) {
        EXPECT_EQ(parsed(c.text).is_met_by(std::nextafter(1.0, 0.0)), c.below) << c.text;
        EXPECT_EQ(parsed(c.text).is_met_by(1.0), c.at) << c.text;
        EXPECT_EQ(parsed(c.text).is_met_by(std::nextafter(1.0, 2.0)), c.above) << c.text;
        EXPECT_EQ(parsed(c.text).is_met_by(infinity), c.above) << c.text;
        EXPECT_EQ(parsed(c.text).is_met_by(-infinity), c.below) << c.text;
        EXPECT_FALSE(parsed(c.text).is_met_by(std::nan(""))) << c.text;
    }
}

TEST(ThresholdTest, IsWrittenAsItIsRead) {
    for (const char* text : {"< 0.01", "<= 2", "> -1500", ">= 3", "== 0", "!= 1e-09"}) {
        EXPECT_EQ(parsed(text).describe(), text);
    }
}

TEST(ThresholdTest, ReadsNumbersAsPrometheusWritesThem) {
    EXPECT_EQ(*parse_number("0.01"), 0.01);
    EXPECT_EQ(*parse_number("1e+06"), 1e6);
    EXPECT_EQ(*parse_number("+Inf"), infinity);
    EXPECT_EQ(*parse_number("-Inf"), -infinity);
    EXPECT_TRUE(std::isnan(*parse_number("NaN")));
    for (const char* text : {"", "+", "-", "1,5", " 1", "1 ", "0x1", "1e999", "one"}) {
        EXPECT_FALSE(parse_number(text).has_value()) << text;
    }
    EXPECT_EQ(describe_number(infinity), "+Inf");
    EXPECT_EQ(describe_number(-infinity), "-Inf");
    EXPECT_EQ(describe_number(std::nan("")), "NaN");
}

}  // namespace
}  // namespace mayhem::core
