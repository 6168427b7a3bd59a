#include "drivers/systemd/unit_packets.hpp"

#include <algorithm>

namespace mayhem::drivers {

std::optional<std::string> why_no_effect(const systemd_unit& u, const core::network_fault& f, bool has_own_network,
                                         std::string_view asks_names) {
    using core::network_fault;
    if (has_own_network) {
        return "it has a network namespace of its own (PrivateNetwork= or the like)";
    }
    if (f.what == network_fault::kind::dns) {
        return asks_names.empty() ? std::nullopt
                                  : std::optional(std::string(asks_names) + " asks for names in its place");
    }
    const auto socket =
        std::ranges::find_if(u.triggered_by, [](const std::string& name) { return name.ends_with(".socket"); });
    if (socket != u.triggered_by.end() && f.way != network_fault::direction::out) {
        return "systemd makes its sockets (" + *socket +
               "), which are not its own then: use direction = \"out\" with ports, for what it connects to";
    }
    return std::nullopt;
}

}  // namespace mayhem::drivers
