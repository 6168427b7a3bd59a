#include "telemetry/statsd_text.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

namespace mayhem::telemetry {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::string_view prefix = "mayhem_";

/// "mayhem.messages_settled.web.acked"
std::string name_of(std::string_view family, const ClientMetric& m, std::string_view suffix = {}) {
    if (family.starts_with(prefix)) {
        family.remove_prefix(prefix.size());
    }
    for (const std::string_view unit : {"_total", "_seconds"}) {
        if (family.ends_with(unit) && (unit == "_total" || !suffix.empty())) {
            family.remove_suffix(unit.size());
        }
    }
    std::string name = "mayhem." + std::string(family) + std::string(suffix);
    for (const ClientMetric::Label& label : m.label) {
        name += "." + statsd_name(label.value);
    }
    return name;
}

using metric_map = std::map<std::string, const ClientMetric*>;

metric_map by_name(const std::vector<MetricFamily>& families) {
    metric_map found;
    for (const MetricFamily& f : families) {
        for (const ClientMetric& m : f.metric) {
            found[name_of(f.name, m)] = &m;
        }
    }
    return found;
}

/// The bound of the highest bucket that has gained; nothing has: 0. The last bound stands for what lies above it.
double largest_since(const ClientMetric* before, const ClientMetric& now) {
    const auto gained = [before](std::uint64_t count, std::size_t i) {
        return count - (before == nullptr ? 0 : before->histogram.bucket.at(i).cumulative_count);
    };
    const auto& buckets = now.histogram.bucket;
    const std::uint64_t all = now.histogram.sample_count - (before == nullptr ? 0 : before->histogram.sample_count);
    for (std::size_t i = 0; all > 0 && i < buckets.size(); ++i) {
        if (gained(buckets[i].cumulative_count, i) == all) {
            return buckets[i].upper_bound;
        }
    }
    return all > 0 && !buckets.empty() ? buckets.back().upper_bound : 0;
}

}  // namespace

std::string statsd_name(std::string text) {
    std::ranges::replace_if(
        text,
        [](char c) {
            return !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_' &&
                   c != '-';
        },
        '_');
    return text;
}

std::vector<std::string> statsd_lines(const std::vector<MetricFamily>& before, const std::vector<MetricFamily>& now) {
    const metric_map former = by_name(before);
    std::vector<std::string> lines;
    for (const MetricFamily& f : now) {
        for (const ClientMetric& m : f.metric) {
            const std::string name = name_of(f.name, m);
            const auto found = former.find(name);
            const ClientMetric* const old = found == former.end() ? nullptr : found->second;
            if (f.type == MetricType::Counter) {
                const double gained = m.counter.value - (old == nullptr ? 0 : old->counter.value);
                if (gained > 0) {
                    lines.push_back(fmt::format("{}:{:.0f}|c", name, gained));
                }
            } else if (f.type == MetricType::Gauge) {
                lines.push_back(fmt::format("{}:{:.15g}|g", name, m.gauge.value));
            } else if (f.type == MetricType::Histogram) {
                lines.push_back(fmt::format("{}:{:g}|g", name_of(f.name, m, "_max_ms"), largest_since(old, m) * 1000));
            }
        }
    }
    return lines;
}

std::vector<std::string> to_datagrams(const std::vector<std::string>& lines, std::size_t bytes_max) {
    std::vector<std::string> all;
    for (const std::string& line : lines) {
        if (line.size() > bytes_max) {
            continue;
        }
        if (all.empty() || all.back().size() + 1 + line.size() > bytes_max) {
            all.push_back(line);
        } else {
            all.back() += '\n' + line;
        }
    }
    return all;
}

}  // namespace mayhem::telemetry
