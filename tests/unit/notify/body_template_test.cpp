// Proves that a body is always JSON, whatever an event contains.
#include "notify/body_template.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "unit/notify/events.hpp"

namespace mayhem::notify {
namespace {

using nlohmann::json;

TEST(BodyTemplateTest, TheDefaultIsForSlack) {
    const event e = test::event_of_kind(event_kind::dead_lettered);

    const json j = json::parse(body_template().render(e));

    EXPECT_EQ(j, json({{"text", slack_summary(e)}}));
}

TEST(BodyTemplateTest, NoEventBreaksOutOfItsText) {
    event e = test::event_of_kind(event_kind::restarted);
    e.target = R"(", "channel": "#all", "x": "\)";

    const json j =
        json::parse(body_template::parse(R"({"a": ["{target}", 1, null], "b": {"{c}": "{{{who}"}})")->render(e));

    EXPECT_EQ(j, json({{"a", {e.target, 1, nullptr}}, {"b", {{"{c}", "{root"}}}}));
}

TEST(BodyTemplateTest, ReplacesWhatIsNotUtf8) {
    event e = test::event_of_kind(event_kind::restarted);
    e.target = "\xff\xfe";

    EXPECT_NO_THROW((void)json::parse(body_template().render(e)));
}

TEST(BodyTemplateTest, RefusesWhatIsNoJsonAndUnknownPlaceholders) {
    const auto error = [](const std::string& text) {
        const auto read = body_template::parse(text);
        return read ? std::string("valid") : read.error();
    };

    EXPECT_NE(error("{text}").find("is no JSON object"), std::string::npos);
    EXPECT_NE(error("\"text\"").find("is no JSON object"), std::string::npos);
    EXPECT_NE(error(R"({"a": [{"b": "{txt}"}]})").find("did you mean {text}?"), std::string::npos);
    EXPECT_NE(error(std::string(8000, '[') + std::string(8000, ']')).find("is nested deeper than 64"),
              std::string::npos);
    EXPECT_NE(error(std::string(body_template::bytes_max + 1, ' ')).find("is longer than"), std::string::npos);
}

}  // namespace
}  // namespace mayhem::notify
