#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "drivers/systemd/systemd_unit.hpp"
#include "mayhem/core/rules/network_fault.hpp"

namespace mayhem::drivers {

/// Why what is done to the packets of a unit would not reach it; nothing if it would. `has_own_network`: its main
/// process is in another network namespace. `asks_names`: who asks name servers in its place
/// (`actions::who_asks_for_all`); empty: nobody. Pure.
///
/// A socket belongs to the control group of whoever has made it: one that systemd has made and handed over (a .socket
/// unit) is systemd's.
[[nodiscard]] std::optional<std::string> why_no_effect(const systemd_unit& u, const core::network_fault& f,
                                                       bool has_own_network, std::string_view asks_names);

}  // namespace mayhem::drivers
