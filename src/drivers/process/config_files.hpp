#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mayhem::drivers {

/// The text of somebody else's config file; empty for one that cannot be read. Blocks.
[[nodiscard]] std::string read_config(const std::filesystem::path& file);

/// The files that a pattern means, "conf.d/*.conf", seen from `folder`; at most 1,000. Blocks.
[[nodiscard]] std::vector<std::filesystem::path> files_matching(const std::string& pattern,
                                                                const std::filesystem::path& folder);

}  // namespace mayhem::drivers
