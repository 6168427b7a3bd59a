// Proves that the names of the ends of a span, and of what its probe may say, are there both ways; and what is said of
// the looks that did not pass.
#include "mayhem/core/rules/span.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

TEST(SpanTest, HasAStableNameForEachEnd) {
    EXPECT_EQ(to_string(span_end::time_over), "time_over");
    EXPECT_EQ(to_string(span_end::told_to_end), "told_to_end");
    EXPECT_EQ(to_string(span_end::target_ended), "target_ended");
    EXPECT_EQ(to_string(span_end::stop_requested), "stop_requested");
    EXPECT_EQ(to_string(span_end::holder_gone), "holder_gone");
    EXPECT_EQ(to_string(span_end::stop_condition), "stop_condition");
    for (const span_end e : {span_end::time_over, span_end::holder_gone, span_end::stop_condition}) {
        EXPECT_EQ(parse_span_end(to_string(e)), e);
    }
    EXPECT_EQ(parse_span_end("never"), std::nullopt);
}

TEST(SpanTest, HasAStableNameForWhatTheProbeMaySay) {
    EXPECT_EQ(to_string(during_policy::may_fail), "may_fail");
    EXPECT_EQ(to_string(during_policy::must_pass), "must_pass");
    for (const during_policy p : {during_policy::may_fail, during_policy::must_pass}) {
        EXPECT_EQ(parse_during_policy(to_string(p)), p);
    }
    EXPECT_EQ(parse_during_policy("should_pass"), std::nullopt);
}

TEST(SpanTest, SaysHowOftenTheProbeDidNotPassSinceWhenAndWhatItSaid) {
    using std::chrono::seconds;

    EXPECT_EQ(describe_red({.green = 3}), "");
    EXPECT_EQ(describe_red({.green = 27, .red = 3, .first_red = seconds{2}, .said = "no answer"}),
              "the probe did not pass 3 of 30 times, first after 2 s: no answer");
    EXPECT_EQ(describe_red({.red = 2, .first_red = seconds{0}}),
              "the probe did not pass 2 of 2 times, from the beginning");
    EXPECT_EQ(describe_red({.red = 1}), "the probe did not pass 1 of 1 time");
}

}  // namespace
}  // namespace mayhem::core
