#include "config/config_limits.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr settings::range<nanoseconds> rest_range{1ms, 365 * 24h};
constexpr settings::range<std::size_t> limit_range{1, 10'000};
constexpr std::size_t default_failures = 10;

constexpr settings::range<double> slower_range{1, 1000};

/// "2x", "1.5x": so many times.
std::optional<double> parse_times(std::string_view text) {
    double times = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), times);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    return error == std::errc{} && unit == "x" ? std::optional(times) : std::nullopt;
}

void read_slower_than(settings::section& section, double& slower_than) {
    std::string text;
    if (!section.read("slower_than", text)) {
        return;
    }
    const std::optional<double> times = parse_times(text);
    if (!times) {
        section.fail("slower_than", '"' + text + "\" is not so many times: write \"2x\" for twice its usual or more");
    } else if (!(*times >= slower_range.min && *times <= slower_range.max)) {
        section.fail("slower_than", '"' + text + "\" is out of range: from 1x to 1000x");
    } else {
        slower_than = *times;
    }
}

core::duration to_duration(const std::optional<nanoseconds>& length) {
    return std::chrono::duration_cast<core::duration>(length.value_or(0ns));
}

}  // namespace

void read_limits(settings::section& section, core::guard_limits& limits) {
    std::optional<nanoseconds> min_age;
    std::optional<nanoseconds> min_rest;
    limits.min_healthy.reset();
    limits.max_failures = default_failures;
    section.read("min_age", min_age, rest_range);
    section.read("min_rest", min_rest, rest_range);
    section.read("min_healthy", limits.min_healthy, settings::range<std::size_t>{0, limit_range.max});
    section.read("max_unavailable", limits.max_unavailable, limit_range);
    section.read("max_failures", limits.max_failures, settings::range<std::size_t>{0, limit_range.max});
    limits.breaks_when_lost = limits.max_failures > 0;
    read_slower_than(section, limits.slower_than);
    limits.min_age = to_duration(min_age);
    limits.min_rest = to_duration(min_rest);
}

void limit_by_schedule(const core::schedule& s, pipeline::group_settings& settings) {
    settings.limits.max_per_day = static_cast<std::size_t>(s.max_per_day.value_or(0));
    settings.limits.max_per_hour = static_cast<std::size_t>(s.max_per_hour.value_or(0));
}

}  // namespace mayhem::app
