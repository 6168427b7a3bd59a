#pragma once

#include <string_view>

#include "mayhem/ports/probe.hpp"

namespace mayhem::probes {

/// What the answer of Alertmanager to `GET /api/v2/alerts` with the probe's matchers says: passes when none of the
/// alerts in it fires unsilenced and uninhibited. One that Alertmanager has not looked at yet counts as firing. An
/// error, and what is no answer of Alertmanager, do not pass. Pure; throws nothing.
[[nodiscard]] ports::probe_result judge_alertmanager(int status, std::string_view body);

}  // namespace mayhem::probes
