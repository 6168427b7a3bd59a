#pragma once

#include <optional>
#include <string_view>

#include <sys/socket.h>

namespace mayhem::telemetry {

/// Where datagrams are sent to.
struct udp_address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

/// "127.0.0.1:8125", "[::1]:8125" or "localhost:8125"; nothing for anything else: names are not looked up, because that
/// can take long.
[[nodiscard]] std::optional<udp_address> parse_udp_address(std::string_view text);

}  // namespace mayhem::telemetry
