#include "requests/request_policy.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mayhem/core/text/first_few.hpp"

namespace mayhem::requests {

ruling rule(const request_policy& p, const std::string& body) {
    constexpr std::size_t named_max = 10;
    core::result<request> read = parse_request(body);
    if (!read) {
        return refused{"it is no request: " + read.error()};
    }
    request asked = std::move(read).value();
    if (asked.host != p.host) {
        return for_another_host{asked.host};
    }
    if (std::ranges::find(p.groups, asked.group) == p.groups.end()) {
        return refused{fmt::format("nothing may be asked for in group \"{}\" through this queue: groups = {}",
                                   asked.group, core::first_few(p.groups, named_max))};
    }
    if (!p.askers.empty() && std::ranges::find(p.askers, asked.by) == p.askers.end()) {
        return refused{fmt::format("\"{}\" may not ask through this queue: askers = {}", asked.by,
                                   core::first_few(p.askers, named_max))};
    }
    return asked;
}

std::chrono::milliseconds give_back_delay(int delivery) noexcept {
    constexpr std::chrono::milliseconds step{100};
    constexpr std::chrono::milliseconds longest{5000};
    return std::min(longest, step * std::clamp(delivery, 1, 1000));
}

}  // namespace mayhem::requests
