#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mayhem::core {

/// One address of the other side, or all of a network, and one port of it or any.
struct network_peer {
    std::array<std::uint8_t, 16> address{};  ///< in the order of the network; of IPv4 the first four bytes
    bool is_version_6 = false;
    unsigned prefix = 32;    ///< so many bits of it count; 0 to 32, or 128
    std::uint16_t port = 0;  ///< 0: any

    friend bool operator==(const network_peer&, const network_peer&) = default;
};

/// What is done to the packets that come to a target, which others do not notice. Selects what is hit, never what is
/// spared, and has no form for a whole host.
struct network_fault {
    static constexpr std::size_t ports_max = 16;
    static constexpr std::size_t peers_max = 32;
    static constexpr std::chrono::milliseconds latency_min{1};
    static constexpr std::chrono::seconds latency_max{10};

    enum class kind : std::uint8_t {
        cut,    ///< none of them arrives
        loss,   ///< `percent` of them do not
        dns,    ///< no answer of a name server does
        delay,  ///< all of them do, later: each by `latency`, `jitter` more or less
    };
    static constexpr std::array kinds{kind::cut, kind::loss, kind::dns, kind::delay};

    enum class manner : std::uint8_t {
        lose,    ///< without a word, as on a broken way back: whoever waits for an answer waits for his own time-out
        reject,  ///< whoever tries is told so at once
    };
    enum class direction : std::uint8_t {
        both,
        in,   ///< where others have connected to it
        out,  ///< where it has connected to others
    };

    kind what = kind::cut;
    manner how = manner::lose;
    direction way = direction::both;
    unsigned percent = 100;               ///< 1 to 100
    std::chrono::microseconds latency{};  ///< of a delay: `latency_min` to `latency_max`
    std::chrono::microseconds jitter{};   ///< of a delay: at most `latency`
    std::vector<std::uint16_t>
        ports{};  ///< its own of connections that come in, of others for those that go out; none: all
    std::vector<network_peer> peers{};  ///< none: all, but for those on the loopback

    friend bool operator==(const network_fault&, const network_fault&) = default;
};

/// Stable names, of configs, orders and records: "cut", ...
[[nodiscard]] constexpr std::string_view to_string(network_fault::kind k) noexcept {
    switch (k) {
        case network_fault::kind::cut: return "cut";
        case network_fault::kind::loss: return "loss";
        case network_fault::kind::delay: return "delay";
        case network_fault::kind::dns: break;
    }
    return "dns";
}

[[nodiscard]] constexpr std::string_view to_string(network_fault::manner m) noexcept {
    return m == network_fault::manner::lose ? "lose" : "reject";
}

[[nodiscard]] constexpr std::string_view to_string(network_fault::direction d) noexcept {
    switch (d) {
        case network_fault::direction::both: return "both";
        case network_fault::direction::in: return "in";
        case network_fault::direction::out: break;
    }
    return "out";
}

/// The inverses; nothing for a name that is none.
[[nodiscard]] constexpr std::optional<network_fault::kind> parse_network_fault_kind(std::string_view name) noexcept {
    for (const auto k : network_fault::kinds) {
        if (to_string(k) == name) {
            return k;
        }
    }
    return std::nullopt;
}

[[nodiscard]] constexpr std::optional<network_fault::manner> parse_manner(std::string_view name) noexcept {
    for (const auto m : {network_fault::manner::lose, network_fault::manner::reject}) {
        if (to_string(m) == name) {
            return m;
        }
    }
    return std::nullopt;
}

[[nodiscard]] constexpr std::optional<network_fault::direction> parse_direction(std::string_view name) noexcept {
    for (const auto d : {network_fault::direction::both, network_fault::direction::in, network_fault::direction::out}) {
        if (to_string(d) == name) {
            return d;
        }
    }
    return std::nullopt;
}

}  // namespace mayhem::core
