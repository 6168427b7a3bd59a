// Proves that the names of the ends of a span are there both ways.
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
    for (const span_end e : {span_end::time_over, span_end::holder_gone, span_end::stop_requested}) {
        EXPECT_EQ(parse_span_end(to_string(e)), e);
    }
    EXPECT_EQ(parse_span_end("never"), std::nullopt);
}

}  // namespace
}  // namespace mayhem::core
