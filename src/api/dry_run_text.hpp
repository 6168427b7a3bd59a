#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::app {

/// So many moments to come are named.
inline constexpr std::size_t dry_run_moments_max = 3;

/// What a daemon says at the start of a dry run, line by line: what it would do next, and how to arm it. `file` is its
/// config file. Plans a week at the most; not for the loop.
[[nodiscard]] std::vector<std::string> dry_run_text(const config& c, std::string_view file, std::uint64_t seed,
                                                    core::wall_time now);

}  // namespace mayhem::app
