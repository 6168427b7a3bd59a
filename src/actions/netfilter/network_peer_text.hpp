#pragma once

#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"
#include "mayhem/core/rules/network_fault.hpp"

namespace mayhem::actions {

/// From "10.0.3.7", "10.0.3.7:5432", "10.0.0.0/8", "10.0.0.0/8:53", "fd00::7", "fd00::/8", "[fd00::7]:5432" or
/// "[fd00::/8]:53". Numbers alone: a name would be looked up once, and mean another host the day after. The bits that
/// do not count must be zero. The error says what is wrong with it: "... is no address".
[[nodiscard]] core::result<core::network_peer> parse_network_peer(std::string_view text);

/// The inverse, in the shortest form.
[[nodiscard]] std::string to_string(const core::network_peer& p);

}  // namespace mayhem::actions
