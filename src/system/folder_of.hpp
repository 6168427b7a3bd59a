#pragma once

#include <filesystem>

namespace mayhem::system {

/// The folder that `file` is in, as far as its path tells: "." for a bare name, which is in the working folder.
[[nodiscard]] inline std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

}  // namespace mayhem::system
