// Proves that the steps of messages end up in the right counters of the right group, and that the text is Prometheus's.
#include "telemetry/metric_families.hpp"

#include <gtest/gtest.h>

namespace mayhem::telemetry {
namespace {

std::string text_after(const std::vector<ports::step_kind>& kinds, const std::string& group) {
    group_counter counter;
    core::message m;
    m.group = group;
    for (const ports::step_kind k : kinds) {
        counter.observe({.kind = k, .message = m, .length = std::chrono::milliseconds{300}});
    }
    service_numbers now;
    now.version = "1.2.3";
    return prometheus_text(metric_families(counter, {}, now));
}

void expect_line(const std::string& text, const std::string& line) {
    EXPECT_NE(text.find("\n" + line + "\n"), std::string::npos) << line << " is not in\n" << text;
}

TEST(MetricFamiliesTest, CountsStepsByGroup) {
    using enum ports::step_kind;
    const std::string text = text_after({published, restarted, recovered, acked, refused, not_recovered, unstable,
                                         not_tolerated, aborted, no_effect, fault_stuck, taken_over, nacked},
                                        "web");

    expect_line(text, R"(mayhem_messages_published_total{group="web"} 1)");
    expect_line(text, R"(mayhem_messages_settled_total{group="web",disposition="acked"} 1)");
    expect_line(text, R"(mayhem_messages_settled_total{group="web",disposition="nacked"} 1)");
    expect_line(text, R"(mayhem_restarts_total{group="web",outcome="recovered"} 1)");
    expect_line(text, R"(mayhem_restarts_total{group="web",outcome="not_recovered"} 1)");
    expect_line(text, R"(mayhem_restarts_total{group="web",outcome="unstable"} 1)");
    expect_line(text, R"(mayhem_restarts_total{group="web",outcome="not_tolerated"} 1)");
    expect_line(text, R"(mayhem_restarts_total{group="web",outcome="aborted"} 1)");
    expect_line(text, R"(mayhem_restarts_total{group="web",outcome="no_effect"} 1)");
    expect_line(text, R"(mayhem_restarts_total{group="web",outcome="fault_stuck"} 1)");
    expect_line(text, R"(mayhem_restarts_total{group="web",outcome="taken_over"} 1)");
    expect_line(text, R"(mayhem_skips_total{group="web",guard="dry_run"} 1)");
}

TEST(MetricFamiliesTest, CountsTheRecoveriesThatWereSlow) {
    group_counter counter;
    core::message m;
    m.group = "web";
    const core::slow_recovery slow{.usual = std::chrono::seconds{1}, .factor = 4};
    counter.observe({.kind = ports::step_kind::recovered, .message = m});
    counter.observe({.kind = ports::step_kind::recovered, .message = m, .slower = &slow});

    const std::string text = prometheus_text(metric_families(counter, {}, {}));

    expect_line(text, R"(mayhem_restarts_total{group="web",outcome="recovered"} 2)");
    expect_line(text, R"(mayhem_slow_recoveries_total{group="web"} 1)");
}

TEST(MetricFamiliesTest, TellsHowAHostStandsInItsFleetWhereItIsInOne) {
    service_numbers now;
    EXPECT_EQ(prometheus_text(metric_families({}, {}, now)).find("mayhem_fleet"), std::string::npos);

    now.fleet = fleet_numbers{.is_connected = true, .takes_part = true, .halts_heard = 2, .clock_ahead = 0.5};
    now.fleet->calls.unknown = 3;
    now.fleet->groups.push_back({.group = "web",
                                 .ours = 1,
                                 .others = 5,
                                 .permits = 1,
                                 .refused = {{core::guard::too_few_healthy, 4}},
                                 .census_age = 12});
    const std::string text = prometheus_text(metric_families({}, {}, now));

    for (const char* const line :
         {R"(mayhem_fleet_connected 1)", R"(mayhem_fleet_takes_part 1)", R"(mayhem_fleet_halted 0)",
          R"(mayhem_fleet_halts_heard_total 2)", R"(mayhem_fleet_clock_ahead_seconds 0.5)",
          R"(mayhem_fleet_calls_total{outcome="unknown"} 3)",
          R"(mayhem_fleet_moments_total{group="web",outcome="ours"} 1)",
          R"(mayhem_fleet_moments_total{group="web",outcome="others"} 5)",
          R"(mayhem_fleet_permits_total{group="web"} 1)",
          R"(mayhem_fleet_refusals_total{group="web",guard="too_few_healthy"} 4)",
          R"(mayhem_fleet_census_age_seconds{group="web"} 12)"}) {
        expect_line(text, line);
    }
}

TEST(MetricFamiliesTest, HasTheTimeToRecoveryAsAHistogram) {
    const std::string text = text_after({ports::step_kind::recovered}, "web");

    expect_line(text, R"(mayhem_recovery_seconds_bucket{group="web",le="0.25"} 0)");
    expect_line(text, R"(mayhem_recovery_seconds_bucket{group="web",le="0.5"} 1)");
    expect_line(text, R"(mayhem_recovery_seconds_sum{group="web"} 0.3)");
}

TEST(MetricFamiliesTest, CountsNotificationsByKind) {
    service_numbers now;
    now.notifications = {{.kind = "webhook", .sent = 3, .failed = 2, .dropped = 1, .queued = 4}};

    const std::string text = prometheus_text(metric_families({}, {}, now));

    expect_line(text, R"(mayhem_notifications_total{kind="webhook",outcome="sent"} 3)");
    expect_line(text, R"(mayhem_notifications_total{kind="webhook",outcome="failed"} 2)");
    expect_line(text, R"(mayhem_notifications_total{kind="webhook",outcome="dropped"} 1)");
    expect_line(text, R"(mayhem_notifications_queued{kind="webhook"} 4)");
}

TEST(MetricFamiliesTest, SaysWhoseBreakerIsOpen) {
    service_numbers now;
    now.breakers = {{.group = "db", .is_open = false}, {.group = "web", .is_open = true}};

    const std::string text = prometheus_text(metric_families({}, {}, now));

    expect_line(text, R"(mayhem_breaker_open{group="db"} 0)");
    expect_line(text, R"(mayhem_breaker_open{group="web"} 1)");
}

TEST(MetricFamiliesTest, CountsMomentsWithoutAMessage) {
    group_counter counter;
    counter.skipped({.at = {}, .group = "web", .planned_at = {}, .target = {}, .detail = {}, .moments = 7});
    counter.skipped(
        {.at = {}, .group = "web", .planned_at = {}, .reason = core::guard::unlisted, .target = {}, .detail = {}});

    const std::string text = prometheus_text(metric_families(counter, {}, {}));

    expect_line(text, R"(mayhem_moments_skipped_total{group="web",reason="missed"} 7)");
    expect_line(text, R"(mayhem_moments_skipped_total{group="web",reason="unlisted"} 1)");
    expect_line(text, R"(mayhem_moments_skipped_total{group="web",reason="no_target"} 0)");
}

TEST(MetricFamiliesTest, NamesTheBuild) { expect_line(text_after({}, ""), R"(mayhem_build_info{version="1.2.3"} 1)"); }

TEST(MetricFamiliesTest, BoundsTheNumberOfGroups) {
    group_counter counter;
    for (std::size_t i = 0; i < group_counter::groups_max + 100; ++i) {
        core::message m;
        m.group = std::to_string(i);
        counter.observe({.kind = ports::step_kind::published, .message = m});
    }

    EXPECT_EQ(counter.groups().size(), group_counter::groups_max + 1);
    EXPECT_EQ(counter.groups().at("other").published, 100U);
}

}  // namespace
}  // namespace mayhem::telemetry
