// Proves that a holder and Mayhem understand each other, and that neither takes anything else for an order or a word.
#include "actions/holder/hold_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const hold_order of_a_unit{.what = hold_order::kind::freeze,
                           .first = {.pid = 812, .start_ticks = 777, .boot_id = "b00t"},
                           .control_group = "/system.slice/web.service",
                           .length = 30s};

std::string why_not(std::string_view line) {
    const auto order = parse_hold_order(line);
    return order ? "" : order.error();
}

TEST(HoldOrderTest, ComesOutAsItWentIn) {
    hold_order alone = of_a_unit;
    alone.control_group.clear();

    for (const hold_order& o : {of_a_unit, alone}) {
        const std::string line = to_line(o);
        const auto read = parse_hold_order(line);

        EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line";
        ASSERT_TRUE(read) << read.error();
        EXPECT_EQ(*read, o);
    }
}

TEST(HoldOrderTest, IsReadStrictly) {
    EXPECT_THAT(why_not("freeze it"), HasSubstr("no JSON object"));
    EXPECT_THAT(why_not(R"({"action":"rm","first":"1:2:b","control_group":"","for_us":1000})"), HasSubstr("action"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2","control_group":"","for_us":1000})"), HasSubstr("first"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"a","for_us":1000})"),
                HasSubstr("control_group"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"/","for_us":1000})"),
                HasSubstr("control_group"))
        << "that would be everybody";
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"","for_us":999})"), HasSubstr("for_us"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"","for_us":86400000001})"),
                HasSubstr("for_us"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"","for_us":1.5})"), HasSubstr("for_us"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":""})"), HasSubstr("for_us"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"","for_us":1000,"run":"sh"})"),
                HasSubstr("not known"));
    EXPECT_NE(why_not(std::string(1'000'000, '[')), "");
}

TEST(HoldWordTest, ComesOutAsItWentIn) {
    const hold_word words[] = {
        {.is = hold_word::kind::held, .text = "7 tasks of 3 processes"},
        {.is = hold_word::kind::refused, .text = "pid 9 is traced by pid 8", .by = core::guard::busy},
        {.is = hold_word::kind::over, .text = "its process has ended", .ended_by = core::span_end::target_ended}};

    for (const hold_word& w : words) {
        const auto read = parse_hold_word(to_line(w));
        ASSERT_TRUE(read) << read.error();
        EXPECT_EQ(*read, w);
    }
}

TEST(HoldWordTest, IsReadStrictly) {
    EXPECT_FALSE(parse_hold_word("held"));
    EXPECT_FALSE(parse_hold_word(R"({"word":"done","text":"","by":"","ended_by":"time_over"})"));
    EXPECT_FALSE(parse_hold_word(R"({"word":"held","text":"","by":"me","ended_by":"time_over"})"));
    EXPECT_FALSE(parse_hold_word(R"({"word":"held","text":"","by":"","ended_by":"never"})"));
    EXPECT_FALSE(parse_hold_word(R"({"word":"held","text":"","by":""})"));
}

}  // namespace
}  // namespace mayhem::actions
