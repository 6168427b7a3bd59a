#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "mayhem/async/clock.hpp"

namespace mayhem::http {

/// How long a server wants to be left alone: the value of a `Retry-After` header (RFC 9110, section 10.2.3), seconds or
/// a date such as "Mon, 23 Nov 2026 21:13:37 GMT". Nothing for what is neither; a date in the past is 0. Not bounded:
/// the caller limits it. A pure function.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                                    async::clock::wall_time_point now);

}  // namespace mayhem::http
