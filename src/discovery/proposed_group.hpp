#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mayhem::app {

/// A group that Mayhem itself proposes, as it is to stand in a config file. A value; the functions are pure.
struct proposed_group {
    std::string name;
    std::vector<std::string> comments;                        ///< lines above it, without their "#"
    std::vector<std::pair<std::string, std::string>> keys{};  ///< in their order, each with its value as TOML has it
    std::vector<std::string> remarks{};                       ///< lines below it, likewise
};

/// ["nginx.service", "redis-server.service"]
[[nodiscard]] std::string toml_list(std::span<const std::string> texts);

/// The section, with its comments, each on one line whatever is in it; ends in a line break.
[[nodiscard]] std::string to_toml(const proposed_group& g);

/// A config file with more at its end: what stands there stays, byte for byte, and a blank line parts the two.
[[nodiscard]] std::string add_to_config(std::string_view file, std::string_view more);

}  // namespace mayhem::app
