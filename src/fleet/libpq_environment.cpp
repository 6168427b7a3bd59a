#include "fleet/libpq_environment.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

#include <unistd.h>

namespace mayhem::fleet {

namespace {

/// libpq's own are found by their beginning, because a newer one knows more of them than any list.
std::string_view libpq_variable(const char* setting) noexcept {
    const std::string_view text = setting;
    const std::string_view name = text.substr(0, text.find('='));
    return name.starts_with("PG") && name != "PGDATA" ? name : std::string_view{};  // that one is the server's
}

}  // namespace

void forget_environment() {
    while (const char* const setting = believed_variable()) {
        (void)::unsetenv(std::string(libpq_variable(setting)).c_str());  // fails for a name that cannot be in there
    }
}

const char* believed_variable() noexcept {
    for (char** setting = ::environ; setting != nullptr && *setting != nullptr; ++setting) {
        if (!libpq_variable(*setting).empty()) {
            return *setting;
        }
    }
    return nullptr;
}

}  // namespace mayhem::fleet
