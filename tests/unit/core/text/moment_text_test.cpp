// Proves that moments are read as engines and operators' programs print them, nothing else is taken for one, and that
// what we print ourselves is read again as the same moment.
#include "mayhem/core/text/moment_text.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {

namespace {

using namespace std::chrono_literals;

constexpr wall_time moment{std::chrono::seconds{1'795'472'017}};  // 2026-11-23T22:13:37Z

}  // namespace

TEST(MomentTextTest, ReadsWhatEnginesPrint) {
    EXPECT_EQ(parse_moment("2026-11-23T22:13:37Z"), moment);
    EXPECT_EQ(parse_moment("2026-11-23T22:13:37.123456789Z"), moment + 123456us);
    EXPECT_EQ(parse_moment("2026-11-23T23:13:37.5+01:00"), moment + 500ms);
    EXPECT_EQ(parse_moment("2026-11-23 16:43:37-05:30"), moment);
    EXPECT_EQ(parse_moment("2024-02-29t00:00:00z"), wall_time{1'709'164'800s});
    EXPECT_EQ(parse_moment("1970-01-01T00:00:00Z"), wall_time{});
}

TEST(MomentTextTest, ReadsSecondsSince1970) {
    EXPECT_EQ(parse_moment("1795472017"), moment);
    EXPECT_EQ(parse_moment("1795472017.25"), moment + 250ms);
    EXPECT_EQ(parse_moment("0"), wall_time{});
}

TEST(MomentTextTest, TakesNothingElseForAMoment) {
    for (const char* text : {"",
                             "now",
                             "-5",
                             "1.",
                             ".5",
                             "1e9",
                             "1795472017 ",
                             "99999999999999999999",
                             "253402300800",
                             "2026-11-23",
                             "2026-11-23T22:13:37",
                             "2026-11-23T22:13:37+01",
                             "2026-11-23T22:13:37Zulu",
                             "2026-02-29T00:00:00Z",
                             "2026-13-01T00:00:00Z",
                             "2026-11-23T24:00:00Z",
                             "2026-11-23T22:60:00Z",
                             "2026-11-23T22:13:37.Z",
                             "0001-01-01T00:00:00Z",
                             "1970-01-01T00:00:00+01:00",
                             "2026-1-2T3:4:5Z",
                             "2026-11-23T22:13:37+1:00"}) {
        EXPECT_EQ(parse_moment(text), std::nullopt) << text;
    }
}

TEST(MomentTextTest, PrintsWhatItReads) {
    EXPECT_EQ(utc_text(moment + 5us), "2026-11-23T22:13:37.000005Z");
    EXPECT_EQ(utc_text_in_seconds(moment + 999'999us), "2026-11-23T22:13:37Z");
    EXPECT_EQ(utc_text(wall_time{} - 1us), "1969-12-31T23:59:59.999999Z");
    for (const wall_time t : {moment, moment + 123456us, wall_time{1'709'164'799s}, wall_time{253'402'300'799s}}) {
        EXPECT_EQ(parse_moment(utc_text(t)), t);
    }
}

}  // namespace mayhem::core
