#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/config_file.hpp"

namespace mayhem::cli {

/// What `mayhem check` finds.
struct config_check {
    app::config_result read;
    std::vector<std::string> warnings{};  ///< of the hours, and of the targets as they are now

    /// "valid, 1 group, armed", of a valid one.
    [[nodiscard]] std::string verdict() const;
};

/// Goes on from what the parser says of `file`, which is meant for a daemon: reads what its notifications need, and
/// unless it is to be `offline` looks at the targets, for some seconds.
[[nodiscard]] config_check check_config(app::config_result read, const std::filesystem::path& file, bool is_offline);

}  // namespace mayhem::cli
