#pragma once

#include <cstddef>
#include <string_view>

#include "mayhem/core/rules/threshold.hpp"
#include "mayhem/ports/probe.hpp"

namespace mayhem::probes {

/// An answer with more series than this is to be aggregated before it is compared.
inline constexpr std::size_t series_max = 1000;

/// What the answer of Prometheus to an instant query (`GET /api/v1/query`) says: passes when it has at least one number
/// and all of them meet `t`. No data, NaN, a histogram, a range, too many series, an error and what is no answer of
/// Prometheus do not pass, each with a word of its own. Pure; throws nothing.
[[nodiscard]] ports::probe_result judge_prometheus(int status, std::string_view body, const core::threshold& t);

}  // namespace mayhem::probes
