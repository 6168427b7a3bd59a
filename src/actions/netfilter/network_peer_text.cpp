#include "actions/netfilter/network_peer_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

namespace mayhem::actions {

namespace {

constexpr unsigned bits_of_version_4 = 32;
constexpr unsigned bits_of_version_6 = 128;

/// Digits and nothing else.
std::optional<unsigned> parse_number(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
    return is_whole && value <= most ? std::optional(value) : std::nullopt;
}

/// What stands before a separator, and what behind it, if there is one.
struct halves {
    std::string_view before;
    std::optional<std::string_view> behind;
};

halves part(std::string_view text, char at) {
    const std::size_t found = text.rfind(at);
    return found == std::string_view::npos ? halves{text, std::nullopt}
                                           : halves{text.substr(0, found), text.substr(found + 1)};
}

/// The address and the port, as texts; nothing: the brackets are not right.
std::optional<halves> part_port(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t closed = text.find(']');
        if (closed == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view inside = text.substr(1, closed - 1);
        const std::string_view rest = text.substr(closed + 1);
        if (rest.empty()) {
            return halves{inside, std::nullopt};
        }
        return rest.front() == ':' ? std::optional(halves{inside, rest.substr(1)}) : std::nullopt;
    }
    return std::ranges::count(text, ':') == 1 ? part(text, ':') : halves{text, std::nullopt};
}

bool has_more_bits(const core::network_peer& p) {
    for (unsigned bit = p.prefix; bit < (p.is_version_6 ? bits_of_version_6 : bits_of_version_4); ++bit) {
        if ((p.address.at(bit / 8) >> (7 - bit % 8) & 1U) != 0) {
            return true;
        }
    }
    return false;
}

}  // namespace

core::result<core::network_peer> parse_network_peer(std::string_view text) {
    const std::optional<halves> outer = part_port(text);
    if (!outer) {
        return core::failure{"has a bracket that is not closed, or no colon behind it"};
    }
    core::network_peer p;
    if (outer->behind) {
        const std::optional<unsigned> port = parse_number(*outer->behind, 65'535);
        if (!port || *port == 0) {
            return core::failure{"has no port of 1 to 65535"};
        }
        p.port = static_cast<std::uint16_t>(*port);
    }
    const halves inner = part(outer->before, '/');
    const std::string address(inner.before);
    p.is_version_6 = address.find(':') != std::string::npos;
    if (::inet_pton(p.is_version_6 ? AF_INET6 : AF_INET, address.c_str(), p.address.data()) != 1) {
        return core::failure{"is no address in numbers, such as 10.0.3.7, 10.0.3.7:5432, 10.0.0.0/8 or [fd00::7]:5432"};
    }
    const unsigned bits = p.is_version_6 ? bits_of_version_6 : bits_of_version_4;
    p.prefix = bits;
    if (inner.behind) {
        const std::optional<unsigned> prefix = parse_number(*inner.behind, bits);
        if (!prefix) {
            return core::failure{"has no prefix of 0 to " + std::to_string(bits) + " bits"};
        }
        p.prefix = *prefix;
    }
    if (has_more_bits(p)) {
        return core::failure{"has bits behind its prefix: give the address of the network, or of one host"};
    }
    return p;
}

std::string to_string(const core::network_peer& p) {
    std::array<char, INET6_ADDRSTRLEN> address{};
    (void)::inet_ntop(p.is_version_6 ? AF_INET6 : AF_INET, p.address.data(), address.data(), address.size());
    std::string text = address.data();
    if (p.prefix != (p.is_version_6 ? bits_of_version_6 : bits_of_version_4)) {
        text += '/' + std::to_string(p.prefix);
    }
    if (p.port == 0) {
        return text;
    }
    return (p.is_version_6 ? '[' + text + ']' : text) + ':' + std::to_string(p.port);
}

}  // namespace mayhem::actions
