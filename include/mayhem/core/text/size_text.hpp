#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"

namespace mayhem::core {

/// As people read it, in the largest unit that leaves a number below 1024, with at most one digit after the point:
/// "812 bytes", "64 MiB", "1.5 GiB".
[[nodiscard]] std::string format_size(std::uint64_t bytes);

/// Reads a number of bytes as a person writes it: "256 MiB", "1GiB", "64K". A whole number and its unit, which counts
/// by 1024: K, M, G or T, with or without "iB". Otherwise the reason, which starts with the text itself.
[[nodiscard]] result<std::uint64_t> parse_size(std::string_view text);

}  // namespace mayhem::core
