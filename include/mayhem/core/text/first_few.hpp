#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mayhem::core {

/// Of `texts`, for a line that has no room for all: "a, b and 997 more" where `max` is 2; "a, b" if there are no more.
[[nodiscard]] std::string first_few(const std::vector<std::string>& texts, std::size_t max);

}  // namespace mayhem::core
