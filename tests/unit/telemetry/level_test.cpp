// Proves that the level names are Python's and can be read back, by walking through all of them.
#include "telemetry/level.hpp"

#include <gtest/gtest.h>

namespace mayhem::telemetry {
namespace {

constexpr auto all = {level::debug, level::info, level::warning, level::error, level::critical};

TEST(LevelTest, ReadsEveryNameThatItWrites) {
    for (const level l : all) {
        EXPECT_EQ(parse_level(to_string(l)), l);
    }
}

TEST(LevelTest, ReadsLowerCase) { EXPECT_EQ(parse_level("warning"), level::warning); }

TEST(LevelTest, RefusesWhatIsNoLevel) {
    for (const auto* const text : {"", "warn", "INFO ", "INF", "7"}) {
        EXPECT_EQ(parse_level(text), std::nullopt) << text;
    }
}

TEST(LevelTest, PrioritiesFallAsLevelsRise) {
    EXPECT_EQ(syslog_priority(level::debug), 7);
    EXPECT_EQ(syslog_priority(level::info), 6);
    EXPECT_EQ(syslog_priority(level::warning), 4);
    EXPECT_EQ(syslog_priority(level::error), 3);
    EXPECT_EQ(syslog_priority(level::critical), 2);
}

}  // namespace
}  // namespace mayhem::telemetry
