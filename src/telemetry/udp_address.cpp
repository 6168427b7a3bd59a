#include "telemetry/udp_address.hpp"

#include <charconv>
#include <cstdint>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace mayhem::telemetry {

std::optional<udp_address> parse_udp_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view port_text = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (ec != std::errc{} || end != port_text.data() + port_text.size() || port == 0) {
        return std::nullopt;
    }
    std::string host(text.substr(0, colon));
    udp_address address;
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
        auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        address.size = sizeof v6;
        return ::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1 ? std::optional(address) : std::nullopt;
    }
    auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.size = sizeof v4;
    const std::string numeric = host == "localhost" ? "127.0.0.1" : host;
    return ::inet_pton(AF_INET, numeric.c_str(), &v4.sin_addr) == 1 ? std::optional(address) : std::nullopt;
}

}  // namespace mayhem::telemetry
