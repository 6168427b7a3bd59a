#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/result.hpp"

namespace mayhem::holding {

/// What root allows a Mayhem without rights of its own: which faults, on whom, and for how long. Nothing, as long as
/// root has not said so.
struct holder_permission {
    static constexpr std::chrono::nanoseconds longest_max = std::chrono::hours{24};

    std::vector<std::string> actions{};  ///< "freeze", "cut", ...
    std::vector<std::string> units{};    ///< of the system's manager, as fnmatch(3) has them: "web@*.service"
    std::chrono::nanoseconds longest = std::chrono::minutes{10};

    [[nodiscard]] bool allows_action(std::string_view action) const;

    /// Whether a pattern matches the name.
    [[nodiscard]] bool allows_unit(const std::string& unit) const;

    /// Whether one is the name, without a wildcard.
    [[nodiscard]] bool names_unit(std::string_view unit) const;

    friend bool operator==(const holder_permission&, const holder_permission&) = default;
};

/// Where root says so.
inline constexpr const char* permission_file = "/etc/mayhem/holder.toml";

/// From that file, which must belong to `owner` and nobody else may change, its folder included: whoever can write
/// there has the rights of the holder. The error names the place in it, and what to do. Blocks.
[[nodiscard]] core::result<holder_permission> read_permission(const std::filesystem::path& file, unsigned owner = 0);

/// From its text. `name`: what errors call the file.
[[nodiscard]] core::result<holder_permission> parse_permission(std::string_view text, const std::string& name);

}  // namespace mayhem::holding
