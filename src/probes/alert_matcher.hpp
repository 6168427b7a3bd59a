#pragma once

#include <string>
#include <string_view>

namespace mayhem::probes {

/// What is wrong with a matcher of Alertmanager (`service="web"`, `severity=~"page|ticket"`, with `!=` and `!~` as
/// well), in words that follow it; empty for one that Alertmanager would read. Whether the pattern of `=~` is one, only
/// Alertmanager knows. Pure.
[[nodiscard]] std::string find_matcher_fault(std::string_view matcher);

}  // namespace mayhem::probes
