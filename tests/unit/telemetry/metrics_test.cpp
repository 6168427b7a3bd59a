// Proves that every counter reaches the log line and the JSON under one name.
#include "telemetry/metrics.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "telemetry/logging.hpp"
#include "unit/telemetry/pipe.hpp"

namespace mayhem::telemetry {
namespace {

TEST(MetricsTest, TextNamesEveryCounterAndTheGuardsThatSaidNo) {
    metrics m;
    m.published = 4;
    m.acked = 3;
    m.count_refusal(core::guard::protected_target);

    const std::string text = to_text(m);

    EXPECT_THAT(text, testing::StartsWith("published=4 consumed=0 "));
    EXPECT_THAT(text, testing::HasSubstr(" acked=3 "));
    EXPECT_THAT(text, testing::EndsWith(" refused_protected=1"));
}

TEST(MetricsTest, JsonHoldsTheSameAndAllGuards) {
    metrics m;
    m.dead_lettered = 7;
    m.count_refusal(core::guard::dry_run);

    const auto object = nlohmann::json::parse(to_json(m));

    EXPECT_EQ(object.at("dead_lettered"), 7);
    EXPECT_EQ(object.at("refused").at("dry_run"), 1);
    EXPECT_EQ(object.at("refused").at("halted"), 0);
    EXPECT_EQ(object.at("refused").size(), m.refused.size());
}

TEST(MetricsTest, F26FlushIsOneLogLine) {
    test::pipe p;
    {
        const logging owner({.format = log_format::journald, .fd = p.write_end()});
        flush(metrics{.published = 1}, owner.get());
    }
    p.close_write_end();

    EXPECT_THAT(p.read_lines(), testing::ElementsAre(testing::StartsWith("<6>Flushing metrics: published=1 ")));
}

}  // namespace
}  // namespace mayhem::telemetry
