// Proves that both forms of Retry-After are understood and nothing else is.
#include "http/retry_after.hpp"

#include <gtest/gtest.h>

namespace mayhem::http {
namespace {

using namespace std::chrono_literals;

constexpr async::clock::wall_time_point now{std::chrono::seconds{784'111'777}};  // Sun, 06 Nov 1994 08:49:37 GMT

TEST(RetryAfterTest, UnderstandsSeconds) {
    EXPECT_EQ(parse_retry_after("0", now), 0s);
    EXPECT_EQ(parse_retry_after("120", now), 120s);
    EXPECT_EQ(parse_retry_after("9999999999", now), 9'999'999'999s);
}

TEST(RetryAfterTest, UnderstandsADate) {
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now), 60s);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now - 500ms), 1s);
    EXPECT_EQ(parse_retry_after("Sat, 05 Nov 1994 08:49:37 GMT", now), 0s);
}

TEST(RetryAfterTest, UnderstandsNothingElse) {
    for (const char* text :
         {"", "-1", "1.5", "soon", "99999999999", "12 ", "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 25:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 EST"}) {
        EXPECT_FALSE(parse_retry_after(text, now)) << text;
    }
}

}  // namespace
}  // namespace mayhem::http
