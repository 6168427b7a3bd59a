#include "actions/own_capability.hpp"

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace mayhem::actions {

/// A line such as "CapEff:\t000001ffffffffff".
bool has_capability(unsigned capability, const std::filesystem::path& proc_root) {
    constexpr std::string_view key = "CapEff:";
    std::ifstream file(proc_root / "self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(key)) {
            const std::uint64_t mask = std::stoull(line.substr(key.size()), nullptr, 16);
            return (mask >> capability & 1U) != 0;
        }
    }
    return false;
}

}  // namespace mayhem::actions
