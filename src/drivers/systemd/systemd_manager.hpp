#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mayhem::drivers {

/// Whose services: the host's, or those of the user that runs Mayhem (`systemctl --user`).
enum class systemd_manager { system, user };

/// The inverse; nothing for a name that is none.
std::optional<systemd_manager> parse_systemd_manager(std::string_view name) noexcept;

/// Where its bus is, in the form of D-Bus addresses: as the environment says ($DBUS_SYSTEM_BUS_ADDRESS; for a user
/// $DBUS_SESSION_BUS_ADDRESS or $XDG_RUNTIME_DIR), or at the usual place.
std::string find_bus_address(systemd_manager m);

/// The unit of this manager that this process runs in; empty if it runs in none.
std::string find_own_unit(systemd_manager m);

/// The name of the user that runs this process, as polkit has it: of /etc/passwd, else of $USER; its number where
/// neither knows it. No directory service is asked, because one that hangs would hold the loop.
std::string find_own_user(const std::filesystem::path& passwd = "/etc/passwd");

}  // namespace mayhem::drivers
