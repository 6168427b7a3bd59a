#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <prometheus/metric_family.h>

#include "telemetry/fleet_numbers.hpp"
#include "telemetry/group_counts.hpp"
#include "telemetry/metrics.hpp"

namespace mayhem::telemetry {

/// What became of the notifications of one kind of receiver.
struct notification_numbers {
    std::string kind;  ///< "webhook", "hook"
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;
    std::uint64_t dropped = 0;
    std::size_t queued = 0;
};

/// Whether nothing is restarted in a group because of how its last acts ended.
struct breaker_number {
    std::string group;
    bool is_open = false;
};

/// What the service itself is doing at this moment.
struct service_numbers {
    std::string version;
    double started_at = 0;  ///< in seconds since 1970
    bool is_halted = false;
    bool is_dry_run = true;
    std::size_t in_flight = 0;
    std::size_t waiting = 0;
    std::size_t delayed = 0;
    std::size_t live_tasks = 0;
    std::size_t standing = 0;  ///< what lasts
    std::size_t stuck = 0;     ///< of that: cannot be ended
    std::uint64_t slow_steps = 0;
    histogram loop_lag;      ///< in seconds
    histogram store_commit;  ///< in seconds
    std::vector<notification_numbers> notifications;
    std::vector<breaker_number> breakers{};  ///< of every group there is
    std::optional<fleet_numbers> fleet{};    ///< nothing: this host is in none
};

/// All metrics, by the conventions of Prometheus: base units, `_total` for what only grows, labels of few values.
/// docs/operations.md lists them. A pure function.
[[nodiscard]] std::vector<prometheus::MetricFamily> metric_families(const group_counter& groups, const metrics& counts,
                                                                    const service_numbers& now);

/// In the text format that Prometheus scrapes.
[[nodiscard]] std::string prometheus_text(const std::vector<prometheus::MetricFamily>& families);

}  // namespace mayhem::telemetry
