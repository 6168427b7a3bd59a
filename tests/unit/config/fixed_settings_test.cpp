// Proves that a reload names exactly what it cannot change, and goes on with what is in force.
#include "config/fixed_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(FixedSettingsTest, NamesEachKeyAndKeepsItsValue) {
    config live;
    live.control.listen = "127.0.0.1:9666";
    config next;
    next.store = "/elsewhere.db";
    next.log_format = telemetry::log_format::json;
    next.control.socket = "/elsewhere.sock";
    next.control.token_file = "/etc/token";
    next.metrics.statsd = "127.0.0.1:8125";
    next.metrics.statsd_every = std::chrono::seconds{1};

    EXPECT_THAT(keep_what_is_fixed(next, live),
                ElementsAre("[store] path", "[log] format", "[control] socket", "[control] listen",
                            "[control] token_file", "[metrics] statsd", "[metrics] statsd_every"));

    EXPECT_EQ(next.store, live.store);
    EXPECT_EQ(next.log_format, live.log_format);
    EXPECT_EQ(next.control, live.control);
    EXPECT_EQ(next.metrics, live.metrics);
}

TEST(FixedSettingsTest, SaysNothingOfWhatMayChange) {
    const config live;
    config next;
    next.halted = true;
    next.log_level = telemetry::level::debug;
    next.handling.dry_run = false;
    next.groups.emplace_back();

    EXPECT_THAT(keep_what_is_fixed(next, live), IsEmpty());
    EXPECT_TRUE(next.halted);
    EXPECT_EQ(next.groups.size(), 1U);
}

}  // namespace
}  // namespace mayhem::app
