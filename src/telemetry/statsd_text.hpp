#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <prometheus/metric_family.h>

namespace mayhem::telemetry {

/// The families as lines of StatsD: what counters have gained since `before` (`|c`), and gauges as they are (`|g`);
/// `mayhem_messages_published_total{group="web"}` is `mayhem.messages_published.web`. Of each histogram, the upper
/// bound of the largest observation since then, in milliseconds: `mayhem.loop_lag_max_ms:8|g`. A pure function.
[[nodiscard]] std::vector<std::string> statsd_lines(const std::vector<prometheus::MetricFamily>& before,
                                                    const std::vector<prometheus::MetricFamily>& now);

/// Puts lines together into datagrams of at most `bytes_max`; a longer line is left out.
[[nodiscard]] std::vector<std::string> to_datagrams(const std::vector<std::string>& lines, std::size_t bytes_max);

/// Part of a name: what has a meaning in the protocol becomes '_'.
[[nodiscard]] std::string statsd_name(std::string text);

}  // namespace mayhem::telemetry
