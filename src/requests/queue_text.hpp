#pragma once

#include <cstddef>
#include <string>

namespace mayhem::requests {

/// "mayhem.requests.{host}" for a host: its name takes the place of each "{host}".
[[nodiscard]] std::string for_host(std::string pattern, const std::string& host);

/// Of a body that is given up so much is kept, since the rest might make it too long to be kept at all.
inline constexpr std::size_t kept_bytes_max = 64UL * 1024;

/// What is kept of a request that is given up, as one line of JSON: where it came from, why, and itself.
[[nodiscard]] std::string dead_letter_text(const std::string& from, const std::string& why, const std::string& body);

}  // namespace mayhem::requests
