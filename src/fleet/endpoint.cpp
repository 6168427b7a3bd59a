#include "fleet/endpoint.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include <arpa/inet.h>

namespace mayhem::fleet {

namespace {

bool is_port(std::string_view text) noexcept {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

bool is_address(int family, const std::string& text) noexcept {
    std::array<unsigned char, sizeof(in6_addr)> parsed{};
    return ::inet_pton(family, text.c_str(), parsed.data()) == 1;
}

bool may_stand_in_a_host(char c) noexcept { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != ','; }

core::failure<std::string> no_endpoint(std::string_view text, std::string_view why) {
    return {"\"" + std::string(text) + "\" " + std::string(why) +
            R"(: write "HOST:PORT", "[ADDRESS]:PORT" or the folder of a Unix socket)"};
}

}  // namespace

core::result<endpoint> parse_endpoint(std::string_view text) {
    endpoint e;
    std::string_view port;
    const std::size_t colon = text.rfind(':');
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos || (end + 1 != text.size() && text[end + 1] != ':')) {
            return no_endpoint(text, "has a bracket without its other half, or something behind it");
        }
        e.host = text.substr(1, end - 1);
        port = text.substr(std::min(end + 2, text.size()));
        if (!is_address(AF_INET6, e.host)) {
            return no_endpoint(text, "has no IPv6 address in its brackets");
        }
        if (end + 1 == text.size()) {
            return e;
        }
    } else if (colon == std::string_view::npos || is_address(AF_INET6, std::string(text))) {
        e.host = text;
    } else {
        e.host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    if (e.host.empty() || !std::ranges::all_of(e.host, may_stand_in_a_host)) {
        return no_endpoint(text, "names no host");
    }
    if (port.empty() && (colon == std::string_view::npos || e.host == text)) {
        return e;
    }
    if (!is_port(port)) {
        return no_endpoint(text, "has no port from 1 to 65535 behind the colon");
    }
    e.port = port;
    return e;
}

std::string describe(const endpoint& e) {
    const bool is_v6 = !is_unix_socket(e) && e.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + e.host + "]" : e.host) + ":" + e.port;
}

bool is_unix_socket(const endpoint& e) noexcept { return e.host.starts_with('/'); }

bool is_local(const endpoint& e) noexcept {
    return is_unix_socket(e) || e.host == "localhost" || e.host == "::1" ||
           (e.host.starts_with("127.") && is_address(AF_INET, e.host));
}

std::vector<std::string> known_addresses(const endpoint& e) {
    if (e.host == "localhost") {
        return {"127.0.0.1", "::1"};
    }
    if (is_address(AF_INET, e.host) || is_address(AF_INET6, e.host)) {
        return {e.host};
    }
    return {};
}

}  // namespace mayhem::fleet
