// Proves that a holder with more rights and Mayhem understand each other's questions, and take nothing else for one.
#include "actions/holder/hold_question.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const hold_order of_a_unit{.first = {.pid = 812, .start_ticks = 777, .boot_id = "b00t"},
                           .control_group = "/system.slice/web.service",
                           .length = 30s};

std::string why_not(std::string_view line) {
    const auto q = parse_hold_question(line);
    return q ? "" : q.error();
}

TEST(HoldQuestionTest, ComesOutAsItWentIn) {
    for (const auto kind : {hold_question::kind::can, hold_question::kind::keeper}) {
        const hold_question q{.is = kind, .about = of_a_unit};
        const auto again = parse_hold_question(to_line(q));
        ASSERT_TRUE(again);
        EXPECT_EQ(*again, q);
    }
}

TEST(HoldQuestionTest, AnOrderIsNoQuestion) {
    EXPECT_TRUE(is_hold_question(to_line(hold_question{.about = of_a_unit})));
    EXPECT_FALSE(is_hold_question(to_line(of_a_unit)));
    EXPECT_FALSE(is_hold_question("nonsense"));
    EXPECT_FALSE(is_hold_question("[1]"));
}

TEST(HoldQuestionTest, WhatIsMissingUnknownOrTooMuchIsTold) {
    EXPECT_THAT(why_not("{}"), HasSubstr("exactly"));
    EXPECT_THAT(why_not(R"({"ask":"can"})"), HasSubstr("exactly"));
    EXPECT_THAT(why_not(R"({"ask":"can","order":"{}","more":1})"), HasSubstr("exactly"));
    EXPECT_THAT(why_not(R"({"ask":"all","order":"{}"})"), HasSubstr("none of can, keeper"));
    EXPECT_THAT(why_not(R"({"ask":"can","order":"{}"})"), HasSubstr("\"order\": "));
    EXPECT_THAT(why_not(R"({"ask":1,"order":"{}"})"), HasSubstr("none of"));
}

}  // namespace
}  // namespace mayhem::actions
