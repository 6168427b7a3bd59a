#include "telemetry/metrics.hpp"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace mayhem::telemetry {
namespace {

struct counter {
    std::string_view name;
    std::uint64_t metrics::* value;
};

constexpr std::array<counter, 21> counters{{
    {"published", &metrics::published},
    {"consumed", &metrics::consumed},
    {"restarted", &metrics::restarted},
    {"saved", &metrics::saved},
    {"recovered", &metrics::recovered},
    {"not_recovered", &metrics::not_recovered},
    {"unstable", &metrics::unstable},
    {"not_tolerated", &metrics::not_tolerated},
    {"aborted", &metrics::aborted},
    {"no_effect", &metrics::no_effect},
    {"fault_stuck", &metrics::fault_stuck},
    {"taken_over", &metrics::taken_over},
    {"not_ended", &metrics::not_ended},
    {"extended", &metrics::extended},
    {"leases_lost", &metrics::leases_lost},
    {"acked", &metrics::acked},
    {"nacked", &metrics::nacked},
    {"dead_lettered", &metrics::dead_lettered},
    {"skipped", &metrics::skipped},
    {"unhandled_exceptions", &metrics::unhandled_exceptions},
    {"dropped_log_lines", &metrics::dropped_log_lines},
}};

static_assert(sizeof(metrics) == counters.size() * sizeof(std::uint64_t) + sizeof(metrics::refused),
              "a counter was added to metrics: name it here too");

std::string_view guard_name(std::size_t index) { return core::to_string(static_cast<core::guard>(index)); }

}  // namespace

std::string to_text(const metrics& m) {
    std::string text;
    for (const auto& c : counters) {
        fmt::format_to(std::back_inserter(text), "{}{}={}", text.empty() ? "" : " ", c.name, m.*c.value);
    }
    for (std::size_t i = 0; i < m.refused.size(); ++i) {
        if (m.refused[i] != 0) {
            fmt::format_to(std::back_inserter(text), " refused_{}={}", guard_name(i), m.refused[i]);
        }
    }
    return text;
}

std::string to_json(const metrics& m) {
    std::string text = "{";
    for (const auto& c : counters) {
        fmt::format_to(std::back_inserter(text), R"("{}":{},)", c.name, m.*c.value);
    }
    text += R"("refused":{)";
    for (std::size_t i = 0; i < m.refused.size(); ++i) {
        fmt::format_to(std::back_inserter(text), R"({}"{}":{})", i == 0 ? "" : ",", guard_name(i), m.refused[i]);
    }
    return text + "}}";
}

void flush(const metrics& m, const log& to) { to.info("Flushing metrics: {}", to_text(m)); }

}  // namespace mayhem::telemetry
