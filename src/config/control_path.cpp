#include "config/control_path.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "control/listening_socket.hpp"

namespace mayhem::app {

namespace {

constexpr const char* system_folder = "/run/mayhem";
constexpr const char* file_name = "control.sock";

std::optional<std::filesystem::path> from_environment(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') {
        return std::nullopt;
    }
    const std::string text = value;
    return text.substr(0, text.find(':'));  // $RUNTIME_DIRECTORY may list several
}

}  // namespace

std::optional<std::filesystem::path> resolve_control_path(const std::optional<std::filesystem::path>& wanted) {
    if (wanted) {
        return *wanted == "none" ? std::nullopt : wanted;
    }
    if (const auto runtime = from_environment("RUNTIME_DIRECTORY")) {
        return *runtime / file_name;
    }
    if (geteuid() == 0) {
        return std::filesystem::path(system_folder) / file_name;
    }
    if (const auto runtime = from_environment("XDG_RUNTIME_DIR")) {
        return *runtime / "mayhem" / file_name;
    }
    return std::nullopt;
}

std::optional<std::filesystem::path> find_control_path(const std::optional<std::filesystem::path>& wanted) {
    std::optional<std::filesystem::path> own = resolve_control_path(wanted);
    const std::filesystem::path of_system = std::filesystem::path(system_folder) / file_name;
    if (wanted || own == of_system) {
        return own;
    }
    const int own_error = own ? control::try_connect(*own) : ENOENT;
    if (own_error == 0) {
        return own;
    }
    const int error = control::try_connect(of_system);
    const bool is_better = error == 0 || (error != ENOENT && own_error == ENOENT);
    return is_better || !own ? of_system : own;
}

}  // namespace mayhem::app
