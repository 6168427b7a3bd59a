#pragma once

#include <string>

#include "sim/judge/when.hpp"

namespace mayhem::sim {

/// For a person: "at 12.500000 s", with the uncertainty if there is one ("at 12.000000 to 13.500000 s").
[[nodiscard]] std::string describe(const when& at);

/// "2026-03-29 01:30:00.000000 UTC", with both ends if they differ.
[[nodiscard]] std::string describe(const interval<core::wall_time>& wall);
[[nodiscard]] std::string describe(core::wall_time t);

/// "web[1] (life abc)".
[[nodiscard]] std::string who(const std::string& target, const std::string& incarnation);

}  // namespace mayhem::sim
