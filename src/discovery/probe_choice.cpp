#include "discovery/probe_choice.hpp"

#include <algorithm>
#include <array>

#include "mayhem/core/text/escaped.hpp"

namespace mayhem::app {

namespace {

constexpr std::size_t probes_max = 8;
constexpr std::uint16_t first_drawn_port = 32768;  // net.ipv4.ip_local_port_range, as Linux has it

constexpr std::array<std::uint16_t, 12> web_ports{80, 3000, 5000, 8000, 8001, 8008, 8080, 8081, 8888, 9090, 9093, 9100};
constexpr std::array<const char*, 5> health_paths{"/-/healthy", "/healthz", "/health", "/", "/metrics"};

std::string host_and_port(const listener& l) {
    const bool is_v6 = l.address.find(':') != std::string::npos;
    return (is_v6 ? "[" + l.address + "]" : l.address) + ":" + std::to_string(l.port);
}

std::string probe_of(const listener& l) {
    return l.url.empty() ? "{tcp = " + core::escaped(host_and_port(l)) + "}" : "{http = " + core::escaped(l.url) + "}";
}

/// That one which is asked where a port is open on several addresses: one that answers, this host's own, IPv4.
bool is_better(const listener& a, const listener& b) {
    const auto rank = [](const listener& l) {
        return (l.url.empty() ? 4 : 0) + (l.address == "127.0.0.1" ? 0 : l.address == "::1" ? 1 : 2);
    };
    return rank(a) < rank(b);
}

}  // namespace

std::vector<std::string> urls_to_try(const listener& l) {
    std::vector<std::string> urls;
    if (std::ranges::find(web_ports, l.port) != web_ports.end()) {
        for (const char* const path : health_paths) {
            urls.push_back("http://" +
                           (l.port == 80 ? host_and_port(l).substr(0, host_and_port(l).rfind(':')) : host_and_port(l)) +
                           path);
        }
    }
    return urls;
}

std::string choose_probe(std::span<const listener> listens) {
    std::vector<listener> chosen;
    for (const listener& l : listens) {
        if (l.port == 0 || l.port >= first_drawn_port) {
            continue;
        }
        const auto same = std::ranges::find(chosen, l.port, &listener::port);
        if (same == chosen.end()) {
            chosen.push_back(l);
        } else if (is_better(l, *same)) {
            *same = l;
        }
    }
    std::ranges::sort(chosen, {}, &listener::port);
    chosen.resize(std::min(chosen.size(), probes_max));
    if (chosen.size() == 1) {
        return probe_of(chosen.front());
    }
    std::string list;
    for (const listener& l : chosen) {
        list += (list.empty() ? "[" : ", ") + probe_of(l);
    }
    return list.empty() ? list : list + "]";
}

}  // namespace mayhem::app
