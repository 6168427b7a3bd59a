#pragma once

#include <filesystem>
#include <optional>

#include "cli/command_line.hpp"
#include "config/config.hpp"

namespace mayhem::cli {

/// The config of a command: from its file, or the simulated cattle when it names none. If the file is not valid, prints
/// its errors on stderr and returns nothing.
std::optional<app::config> load_config(const common_options& o);

/// Which database a query reads: `--store`, the one that the config names, or the default.
std::filesystem::path find_store(const common_options& o, const app::config& c);

}  // namespace mayhem::cli
