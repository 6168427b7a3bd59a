// Proves what a StatsD server is told of counters, gauges and histograms, and that datagrams stay small.
#include "telemetry/statsd_text.hpp"

#include <gtest/gtest.h>

namespace mayhem::telemetry {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily counter(double value, const std::string& group) {
    ClientMetric m;
    m.label = {{"group", group}};
    m.counter.value = value;
    return {.name = "mayhem_messages_published_total", .help = "", .type = MetricType::Counter, .metric = {m}};
}

MetricFamily lag(std::uint64_t short_ones, std::uint64_t all) {
    ClientMetric m;
    m.histogram.bucket = {{.cumulative_count = short_ones, .upper_bound = 0.001},
                          {.cumulative_count = all, .upper_bound = 0.5}};
    m.histogram.sample_count = all;
    return {.name = "mayhem_loop_lag_seconds", .help = "", .type = MetricType::Histogram, .metric = {m}};
}

using lines = std::vector<std::string>;

TEST(StatsdTextTest, SendsWhatACounterHasGained) {
    EXPECT_EQ(statsd_lines({}, {counter(3, "web")}), lines{"mayhem.messages_published.web:3|c"});
    EXPECT_EQ(statsd_lines({counter(3, "web")}, {counter(7, "web")}), lines{"mayhem.messages_published.web:4|c"});
    EXPECT_EQ(statsd_lines({counter(7, "web")}, {counter(7, "web")}), lines{});
}

TEST(StatsdTextTest, SendsGaugesAsTheyAre) {
    ClientMetric m;
    m.gauge.value = 1.5;
    const MetricFamily tasks{.name = "mayhem_tasks", .help = "", .type = MetricType::Gauge, .metric = {m}};

    EXPECT_EQ(statsd_lines({tasks}, {tasks}), lines{"mayhem.tasks:1.5|g"});
}

TEST(StatsdTextTest, SendsTheLargestOfAHistogramSinceTheLastTime) {
    EXPECT_EQ(statsd_lines({}, {lag(2, 3)}), lines{"mayhem.loop_lag_max_ms:500|g"});
    EXPECT_EQ(statsd_lines({lag(2, 3)}, {lag(5, 6)}), lines{"mayhem.loop_lag_max_ms:1|g"});
    EXPECT_EQ(statsd_lines({lag(2, 3)}, {lag(2, 3)}), lines{"mayhem.loop_lag_max_ms:0|g"});
}

TEST(StatsdTextTest, KeepsNamesFromMeaningSomething) {
    EXPECT_EQ(statsd_lines({}, {counter(1, "a:b|c\n.d")}), lines{"mayhem.messages_published.a_b_c__d:1|c"});
}

TEST(StatsdTextTest, FillsDatagramsButNotOver) {
    EXPECT_EQ(to_datagrams({"aaaa", "bbbb", "cccc", "too long to go"}, 9), (lines{"aaaa\nbbbb", "cccc"}));
    EXPECT_EQ(to_datagrams({}, 9), lines{});
}

}  // namespace
}  // namespace mayhem::telemetry
