// Proves what windows and days of the week are read as, and that each text that cannot be meant is refused with its
// reason, by tables of both.
#include "mayhem/core/plan/time_window.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;

TEST(TimeWindowTest, ReadsAPartOfADay) {
    const auto window = parse_time_window("09:00-12:30");

    EXPECT_EQ(*window, (time_window{9h, 12h + 30min}));
    EXPECT_FALSE(window->is_over_midnight());
    EXPECT_EQ(to_string(*window), "09:00-12:30");
}

TEST(TimeWindowTest, ReadsAWindowOverMidnight) {
    const auto window = parse_time_window("22:00-02:00");

    EXPECT_EQ(*window, (time_window{22h, 2h}));
    EXPECT_TRUE(window->is_over_midnight());
}

TEST(TimeWindowTest, EndsAtMidnightUnderBothOfItsNames) {
    EXPECT_EQ(*parse_time_window("18:00-24:00"), (time_window{18h, 24h}));
    EXPECT_EQ(*parse_time_window("18:00-00:00"), (time_window{18h, 24h}));
    EXPECT_EQ(*parse_time_window("00:00-24:00"), time_window{});
}

TEST(TimeWindowTest, RefusesWhatCannotBeMeant) {
    for (const char* text : {"", "9:00-12:00", "09:00", "09:00-", "-12:00", "09:00-25:00", "09:60-12:00", "09:00-24:01",
                             "09:00 - 12:00", "0900-1200", "09:00-12:00x", "ab:cd-ef:gh"}) {
        const auto window = parse_time_window(text);
        ASSERT_FALSE(window.has_value()) << text;
        EXPECT_NE(window.error().find("is no part of a day"), std::string::npos) << window.error();
    }
    EXPECT_EQ(parse_time_window("09:00-09:00").error(),
              R"("09:00-09:00" begins when it ends: write "00:00-24:00" for the whole day)");
    EXPECT_EQ(parse_time_window("24:00-02:00").error(),
              R"("24:00-02:00" begins at the end of a day: write 00:00 for its beginning)");
}

TEST(TimeWindowTest, KnowsWhichOverlap) {
    const auto overlapping = [](const char* a, const char* b) {
        return overlap(*parse_time_window(a), *parse_time_window(b));
    };

    EXPECT_TRUE(overlapping("09:00-12:00", "11:59-13:00"));
    EXPECT_TRUE(overlapping("22:00-02:00", "01:00-03:00"));
    EXPECT_TRUE(overlapping("22:00-02:00", "23:00-01:00"));
    EXPECT_TRUE(overlapping("00:00-24:00", "12:00-12:01"));
    EXPECT_FALSE(overlapping("09:00-12:00", "12:00-13:00"));
    EXPECT_FALSE(overlapping("22:00-02:00", "02:00-22:00"));
}

TEST(TimeWindowTest, ReadsDaysOfTheWeek) {
    const std::vector<std::pair<const char*, const char*>> days{{"sun", "0000001"},      {"mon", "0000010"},
                                                                {"Saturday", "1000000"}, {"mon-fri", "0111110"},
                                                                {"sat-mon", "1000011"},  {"mon-sun", "1111111"}};

    for (const auto& [text, bits] : days) {
        EXPECT_EQ(parse_weekdays(text)->to_string(), bits) << text;
    }
}

TEST(TimeWindowTest, RefusesWhatIsNoDay) {
    EXPECT_EQ(parse_weekdays("mno").error(), R"("mno" is no day of the week: did you mean "mon"?)");
    EXPECT_EQ(parse_weekdays("mon-frx").error(), R"("frx" is no day of the week: did you mean "fri"?)");
    EXPECT_EQ(parse_weekdays("").error(), R"("" is no day of the week: write mon, tue, wed, thu, fri, sat or sun)");
}

}  // namespace
}  // namespace mayhem::core
