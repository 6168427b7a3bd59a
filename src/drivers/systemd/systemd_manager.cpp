#include "drivers/systemd/systemd_manager.hpp"

#include <cstdlib>
#include <fstream>
#include <memory>

#include <systemd/sd-login.h>
#include <unistd.h>

#include "drivers/systemd/free_deleter.hpp"

namespace mayhem::drivers {

namespace {

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

std::string find_own_user(const std::filesystem::path& passwd) {
    const std::string number = std::to_string(::geteuid());
    std::ifstream file(passwd);
    for (std::string line; std::getline(file, line);) {  // NAME:PASSWORD:NUMBER:...
        const std::size_t name_end = line.find(':');
        const std::size_t number_begin = line.find(':', name_end + 1) + 1;
        if (name_end != 0 && name_end != std::string::npos && number_begin != 0 &&
            line.compare(number_begin, number.size() + 1, number + ':') == 0) {
            return line.substr(0, name_end);
        }
    }
    const std::string user = read_variable("USER");
    return user.empty() ? number : user;
}

}  // namespace mayhem::drivers
