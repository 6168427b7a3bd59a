#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "mayhem/core/text/printable_text.hpp"
#include "mayhem/ports/probe.hpp"

namespace mayhem::probes {

/// Of those that do not pass, so many are named.
inline constexpr std::size_t named_max = 3;

/// 200 to 299: what was asked for is there.
[[nodiscard]] constexpr bool is_success(int status) noexcept { return status >= 200 && status < 300; }

/// "answers with status 503"; of a redirection, which is not followed, that it is one.
[[nodiscard]] inline std::string describe_status(int status) {
    const bool is_redirection = status >= 300 && status < 400;
    return "answers with status " + std::to_string(status) +
           (is_redirection ? ", a redirection, which is not followed: give the URL that it leads to" : "");
}

/// The beginning of what somebody else wrote, printable.
[[nodiscard]] inline std::string shortened(std::string_view text) {
    constexpr std::size_t bytes_max = 200;
    return core::printable_text(text.substr(0, bytes_max));
}

[[nodiscard]] inline ports::probe_result fails(std::string why) { return {.passes = false, .detail = std::move(why)}; }

}  // namespace mayhem::probes
