#include "telemetry/level.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mayhem::telemetry {
namespace {

constexpr std::array<std::string_view, 5> names{"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
constexpr std::array<int, 5> priorities{7, 6, 4, 3, 2};

constexpr char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::string_view to_string(level l) noexcept { return names[static_cast<std::size_t>(l)]; }

std::optional<level> parse_level(std::string_view name) noexcept {
    const auto same = [name](std::string_view candidate) { return std::ranges::equal(name, candidate, {}, upper); };
    const auto found = std::ranges::find_if(names, same);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<level>(found - names.begin());
}

int syslog_priority(level l) noexcept { return priorities[static_cast<std::size_t>(l)]; }

}  // namespace mayhem::telemetry
