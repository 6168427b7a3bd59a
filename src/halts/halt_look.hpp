#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "mayhem/core/result.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::app {

/// A halt file that is there.
struct halt_note {
    core::wall_time since{};  ///< when it was last written
    std::string why;          ///< its first line, for a person; may be empty
};

/// Nothing: there is no such file. An error, such as "Permission denied": nobody knows.
using halt_look = core::result<std::optional<halt_note>>;

/// Looks whether the file is there that halts. Blocks, for as long as its file system does. Any thread.
[[nodiscard]] halt_look look_at_halt_file(const std::filesystem::path& file);

/// Where the file is looked for unless the config says otherwise: `halt` beside the database.
[[nodiscard]] std::filesystem::path default_halt_file(const std::filesystem::path& database);

}  // namespace mayhem::app
