// Proves how a queue's names follow from the host's, and what is kept of a request that is given up.
#include "requests/queue_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mayhem::requests {
namespace {

TEST(ForHostTest, PutsTheHostInEachPlace) {
    EXPECT_EQ(for_host("mayhem.requests.{host}", "web-1.example"), "mayhem.requests.web-1.example");
    EXPECT_EQ(for_host("{host}-{host}", "{host}"), "{host}-{host}");
    EXPECT_EQ(for_host("restarts", "web-1"), "restarts");
}

TEST(DeadLetterTextTest, SaysWhereItCameFromAndWhy) {
    EXPECT_EQ(dead_letter_text("MAYHEM/7", "it is not JSON", "x\"y"),
              R"({"from":"MAYHEM/7","reason":"it is not JSON","request":"x\"y"})");
}

TEST(DeadLetterTextTest, KeepsTheBeginningOfWhatIsTooLong) {
    const std::string text = dead_letter_text("q", "why", std::string(10 * kept_bytes_max, 'x'));

    EXPECT_LT(text.size(), kept_bytes_max + 100);
}

}  // namespace
}  // namespace mayhem::requests
