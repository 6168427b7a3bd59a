#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/systemd_bus.hpp"
#include "drivers/systemd_unit.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::drivers {

struct systemd_driver_settings {
    /// Where the manager's bus is, as in DBUS_SYSTEM_BUS_ADDRESS.
    std::string bus_address = "unix:path=/run/dbus/system_bus_socket";

    /// Names of services, or patterns as of fnmatch(3); at least one.
    std::vector<std::string> units;

    systemd_action action = systemd_action::restart;
    int signal = SIGKILL;        ///< of `kill`
    bool may_stay_dead = false;  ///< also what systemd would not bring back
    std::chrono::nanoseconds call_limit = std::chrono::seconds{10};
    std::chrono::nanoseconds job_limit = std::chrono::minutes{3};
    std::size_t targets_max = 10'000;
};

/// Restarts services of a systemd manager, over D-Bus.
///
/// - Target: `id` and `name` are the unit's, the incarnation is its InvocationID.
/// - Every act addresses the unit by its InvocationID, which systemd itself compares while it carries the act out: no
///   other life can be hit, with no gap between a check and the act. What an operator stops meanwhile stays stopped.
/// - `list` leaves out what is protected (`why_unit_protected`) and what would not come back (`why_not_back`);
///   `restart` refuses both all the same.
/// - Recovery is another InvocationID, active, in the SubState from before the act.
///
/// Throws `systemd_bus_error` from `list` and `core::restart_failed` from `restart` when the bus or systemd is the
/// trouble; `successor` sees nothing then. Holds no connection between two calls.
class systemd_driver final : public ports::driver {
public:
    /// Throws `std::invalid_argument` for settings that select nothing or everything, or a signal that ends nothing.
    explicit systemd_driver(systemd_driver_settings settings);

    [[nodiscard]] std::string_view kind() const noexcept override { return "systemd"; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;

private:
    [[nodiscard]] bool is_selected(const std::string& unit) const;
    [[nodiscard]] std::optional<core::guard> refuse(const systemd_unit& u, const core::target& t) const;
    async::awaitable<std::optional<systemd_unit>> look(systemd_bus& bus, std::string unit) const;
    async::awaitable<ports::act_result> act(const core::target& t);
    async::awaitable<void> carry_out(systemd_bus& bus, const core::target& t);
    [[noreturn]] void fail(const core::target& t, const systemd_bus_error& e) const;

    const systemd_driver_settings settings_;
    const std::string own_unit_;
    std::map<std::string, std::string> sub_states_;  ///< by unit: before the last act
};

}  // namespace mayhem::drivers
