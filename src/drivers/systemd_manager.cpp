#include "drivers/systemd_manager.hpp"

#include <array>
#include <cstdlib>
#include <memory>

#include <pwd.h>
#include <systemd/sd-login.h>
#include <unistd.h>

namespace mayhem::drivers {

namespace {

struct free_deleter {
    void operator()(char* text) const noexcept { std::free(text); }
};

std::string read_variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

}  // namespace

std::optional<systemd_manager> parse_systemd_manager(std::string_view name) noexcept {
    if (name == "user") {
        return systemd_manager::user;
    }
    return name == "system" ? std::optional(systemd_manager::system) : std::nullopt;
}

std::string find_bus_address(systemd_manager m) {
    const bool is_user = m == systemd_manager::user;
    if (std::string given = read_variable(is_user ? "DBUS_SESSION_BUS_ADDRESS" : "DBUS_SYSTEM_BUS_ADDRESS");
        !given.empty()) {
        return given;
    }
    if (!is_user) {
        return "unix:path=/run/dbus/system_bus_socket";
    }
    const std::string folder = read_variable("XDG_RUNTIME_DIR");
    return "unix:path=" + (folder.empty() ? "/run/user/" + std::to_string(::getuid()) : folder) + "/bus";
}

std::string find_own_unit(systemd_manager m) {
    char* unit = nullptr;
    const int found = m == systemd_manager::user ? sd_pid_get_user_unit(0, &unit) : sd_pid_get_unit(0, &unit);
    const std::unique_ptr<char, free_deleter> owner(unit);
    return found >= 0 ? std::string(unit) : std::string();
}

std::string find_own_user() {
    std::array<char, 16384> room{};
    passwd entry{};
    passwd* found = nullptr;
    const bool is_known = ::getpwuid_r(::geteuid(), &entry, room.data(), room.size(), &found) == 0 && found != nullptr;
    return is_known ? std::string(found->pw_name) : std::to_string(::geteuid());
}

}  // namespace mayhem::drivers
