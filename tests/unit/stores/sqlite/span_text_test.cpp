// Proves that what an act that lasted came to comes out of the record as it went in, and that other text is none.
#include "stores/sqlite/span_text.hpp"

#include <gtest/gtest.h>

namespace mayhem::stores {
namespace {

using namespace std::chrono_literals;

TEST(SpanTextTest, ComesOutAsItWentIn) {
    const core::span_facts red{.asked = 30s,
                               .held = 12s,
                               .ended_by = core::span_end::target_ended,
                               .effect = {.text = "7 tasks of 3 processes"},
                               .during = {.green = 2, .red = 3, .first_red = 900ms}};
    const core::span_facts vain{
        .asked = 30s, .held = 30s, .effect = {.text = "no packet", .is_none = true}, .stuck = "it does not end"};
    const core::span_facts green{.asked = 30s, .held = 30s, .during = {.green = 9}};

    for (const core::span_facts& s : {red, vain, green}) {
        const auto read = parse_span(span_text(s));
        ASSERT_NE(read, nullptr);
        EXPECT_EQ(*read, s);
    }
}

TEST(SpanTextTest, WhatIsNoneIsNone) {
    EXPECT_EQ(parse_span(""), nullptr);
    EXPECT_EQ(parse_span("[1]"), nullptr);
    EXPECT_EQ(parse_span(R"({"ended_by":"by magic"})")->ended_by, core::span_end::told_to_end);
    EXPECT_FALSE(parse_span(R"({"no_effect_seen":"perhaps"})")->effect.is_none);
}

}  // namespace
}  // namespace mayhem::stores
