#include "app/control_path.hpp"

#include <cstdlib>
#include <string>

#include <unistd.h>

namespace mayhem::app {

namespace {

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
        return std::filesystem::path("/run/mayhem") / file_name;
    }
    if (const auto runtime = from_environment("XDG_RUNTIME_DIR")) {
        return *runtime / "mayhem" / file_name;
    }
    return std::nullopt;
}

}  // namespace mayhem::app
