#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <systemd/sd-bus.h>

namespace mayhem::drivers {

/// What Mayhem looks at of a unit, as its properties have it at one moment.
struct systemd_unit {
    std::string id;
    std::vector<std::string> names;  ///< the id and its aliases
    std::string load_state;          ///< "loaded", "masked", "not-found", ...
    std::string active_state;        ///< "active", "inactive", "failed", ...
    std::string sub_state;           ///< "running", "exited", ...
    std::string invocation;          ///< 32 hexadecimal digits: which life; empty when it has none
    std::string restart;             ///< Restart=: "no", "always", "on-failure", ...
    bool refuses_manual_start = false;
    bool refuses_manual_stop = false;
    bool is_transient = false;
    bool conditions_met = true;  ///< when it was started last
};

/// Reads the answer to Properties.GetAll of all interfaces. Throws `systemd_bus_error` for one that is none.
systemd_unit read_unit(sd_bus_message* properties);

enum class systemd_action { restart, kill, stop };

/// Why a unit must not be touched, whatever a config says; nothing if it may be. A pure decision. `names` are the
/// unit's id and aliases, `own` the unit that Mayhem runs in (empty: none).
std::optional<std::string_view> why_unit_protected(const std::vector<std::string>& names, std::string_view own);

/// Why a unit would not be back after the action, or could not be acted on at all; nothing if it would. Pure. A signal
/// is taken to end the process, not to be caught.
std::optional<std::string> why_not_back(const systemd_unit& u, systemd_action action, int signal);

/// The polkit rule that would allow `user` the action on the unit, on one line.
std::string polkit_rule(std::string_view unit, systemd_action action, std::string_view user);

std::string_view to_string(systemd_action a) noexcept;

}  // namespace mayhem::drivers
