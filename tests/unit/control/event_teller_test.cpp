// Proves that a step becomes one event with its name, and that a text of any bytes stays valid JSON on one line.
#include "control/event_teller.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mayhem::control {
namespace {

TEST(EventTellerTest, WritesAStepAsOneLine) {
    core::message m;
    m.group = "web";
    m.target = {.id = "two\nlines \xff", .incarnation = "1", .name = "x"};
    const ports::step s{.kind = ports::step_kind::refused,
                        .message = m,
                        .attempt = 2,
                        .length = std::chrono::milliseconds{1500},
                        .refused_by = core::guard::halted};

    const std::string line = to_json(s, core::wall_time{std::chrono::seconds{1}});

    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto j = nlohmann::json::parse(line);
    EXPECT_EQ(j["at"], "1970-01-01T00:00:01.000000Z");
    EXPECT_EQ(j["group"], "web");
    EXPECT_EQ(j["attempt"], 2);
    EXPECT_EQ(j["seconds"], 1.5);
    EXPECT_EQ(j["refused_by"], "halted");
    EXPECT_FALSE(j.contains("detail"));
}

TEST(EventTellerTest, SaysWhatASlowRecoveryIsHeldAgainst) {
    const core::message m;
    const core::slow_recovery slow{.usual = std::chrono::milliseconds{3400}, .factor = 2.5};
    ports::step s{.kind = ports::step_kind::recovered, .message = m, .length = std::chrono::milliseconds{8500}};
    EXPECT_FALSE(nlohmann::json::parse(to_json(s, {})).contains("factor"));
    s.slower = &slow;

    const auto j = nlohmann::json::parse(to_json(s, {}));

    EXPECT_EQ(j["seconds"], 8.5);
    EXPECT_EQ(j["usual_seconds"], 3.4);
    EXPECT_EQ(j["factor"], 2.5);
}

TEST(EventTellerTest, NamesTheStepInTheEvent) {
    event_stream stream;
    async::virtual_clock clock;
    event_teller teller(stream, clock);
    const auto heard = stream.subscribe();
    const core::message m;

    teller.observe({.kind = ports::step_kind::dead_lettered, .message = m});
    teller.warn("careful");
    teller.skipped({.at = {}, .group = "web", .planned_at = {}, .target = {}, .detail = "3 s late", .moments = 2});

    std::vector<char> room(4096);
    const std::string text(room.data(), heard->take(room));
    EXPECT_TRUE(text.starts_with("event: dead_lettered\nid: 1\ndata: {")) << text;
    EXPECT_NE(text.find("event: warning\nid: 2\ndata: {"), std::string::npos) << text;
    const std::size_t skipped = text.find("event: skipped\nid: 3\ndata: {");
    ASSERT_NE(skipped, std::string::npos) << text;
    EXPECT_NE(text.find("\"moments\":2,", skipped), std::string::npos) << text;
    EXPECT_NE(text.find("\"reason\":\"missed\"", skipped), std::string::npos) << text;
}

}  // namespace
}  // namespace mayhem::control
