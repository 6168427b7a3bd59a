// Proves the shape of a line in each format (F2, D11), by formatting records of a known moment.
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/details/log_msg.h>

#include "telemetry/json_formatter.hpp"
#include "telemetry/spdlog_level.hpp"
#include "telemetry/text_formatter.hpp"

namespace mayhem::telemetry {
namespace {

using namespace std::chrono_literals;

std::string format(spdlog::formatter& formatter, level l, const std::string& text,
                   std::chrono::milliseconds rest = 5ms) {
    const std::chrono::system_clock::time_point moment{1709331217s + rest};
    spdlog::memory_buf_t line;
    formatter.format({moment, {}, "mayhem", to_spdlog(l), text}, line);
    return fmt::to_string(line);
}

TEST(TextFormatterTest, F2D11PadsMillisecondsToThreeDigits) {
    text_formatter formatter(text_formatter::head::time_and_level);

    EXPECT_THAT(format(formatter, level::info, "Consumed"), testing::MatchesRegex("..:..:37,005 INFO: Consumed\n"));
    EXPECT_THAT(format(formatter, level::info, "Consumed", 0ms), testing::HasSubstr(",000 INFO"));
    EXPECT_THAT(format(formatter, level::info, "Consumed", 999ms), testing::HasSubstr(",999 INFO"));
}

TEST(TextFormatterTest, F2UsesTheLevelNamesOfPython) {
    text_formatter formatter(text_formatter::head::time_and_level);

    for (const level l : {level::debug, level::info, level::warning, level::error, level::critical}) {
        EXPECT_THAT(format(formatter, l, "x"), testing::HasSubstr(" " + std::string(to_string(l)) + ": x\n"));
    }
}

TEST(TextFormatterTest, IndentsTheFurtherLinesOfARecord) {
    text_formatter formatter(text_formatter::head::time_and_level);

    EXPECT_THAT(format(formatter, level::info, "task\nframe"), testing::EndsWith("INFO: task\n    frame\n"));
}

TEST(TextFormatterTest, GivesEachLineItsPriorityInTheJournal) {
    text_formatter formatter(text_formatter::head::priority);

    EXPECT_EQ(format(formatter, level::warning, "task\nframe"), "<4>task\n<4>frame\n");
}

TEST(TextFormatterTest, ClonesItsForm) {
    text_formatter formatter(text_formatter::head::priority);

    EXPECT_EQ(format(*formatter.clone(), level::info, "x"), "<6>x\n");
}

TEST(JsonFormatterTest, WritesOneObjectALine) {
    json_formatter formatter;

    const std::string line = format(formatter, level::error, "a \"b\"\nc \xff");

    ASSERT_EQ(line.find('\n'), line.size() - 1);
    const auto object = nlohmann::json::parse(line);
    EXPECT_EQ(object.at("level"), "ERROR");
    EXPECT_EQ(object.at("message"), "a \"b\"\nc \xef\xbf\xbd");
    EXPECT_THAT(object.at("ts").get<std::string>(), testing::MatchesRegex("2024-03-0.T..:..:37\\.005[+-]..:.."));
}

}  // namespace
}  // namespace mayhem::telemetry
