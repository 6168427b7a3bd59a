// Proves that a message is written as in the talk (F1).
#include "mayhem/core/message.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

TEST(MessageTest, F1_ShowsTheInstanceNameOnly) {
    const message m{.id = {},
                    .group = "cattle",
                    .target = {.id = "cattle-mnw6.example.net", .incarnation = "1:0", .name = "cattle-mnw6"},
                    .planned_at = {},
                    .expires_at = {}};

    EXPECT_EQ(to_string(m), "Message(inst_name='cattle-mnw6')");
}

}  // namespace
}  // namespace mayhem::core
