#include "api/read_filter.hpp"

#include <stdexcept>

#include "api/control_parts.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

constexpr std::size_t history_max = 10'000;

}  // namespace

stores::history_filter read_filter(const control::request& r, core::wall_time now, std::size_t limit) {
    stores::history_filter filter;
    filter.group = r.parameter("group");
    filter.target = r.parameter("target");
    filter.limit = limit;
    if (const auto message = r.parameter("message")) {
        filter.message = core::uuid::parse(*message);
        if (!filter.message) {
            throw std::invalid_argument("message: must be the id of a message");
        }
    }
    if (const auto verdict = r.parameter("verdict")) {
        filter.verdict = core::parse_verdict(*verdict);
        if (!filter.verdict) {
            throw std::invalid_argument("verdict: there is no \"" + *verdict + "\"");
        }
    }
    if (const auto before = r.parameter("before")) {
        filter.before = core::parse_moment(*before);
        if (!filter.before) {
            throw std::invalid_argument("before: must be a moment such as 2026-11-23T22:13:37Z");
        }
    }
    if (const auto since = read_duration(r, "since")) {
        filter.since = now - std::chrono::duration_cast<core::duration>(*since);
    }
    filter.limit = read_number(r, "limit", filter.limit, history_max);
    return filter;
}

}  // namespace mayhem::app
