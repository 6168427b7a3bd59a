#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "mayhem/core/result.hpp"
#include "settings/error.hpp"

namespace mayhem::app {

inline constexpr std::size_t config_bytes_max = 1024UL * 1024;
inline constexpr std::size_t groups_max = 1000;

/// A config, or everything that is wrong with the file, in its order: at least one error.
using config_result = core::result<config, std::vector<settings::error>>;

/// Reads and checks a config file (docs/configuration.md). It must be a regular file of at most `config_bytes_max`
/// bytes. Changes nothing. Blocks: it reads the file, and asks the system for the users that groups name.
config_result read_config_file(const std::filesystem::path& file);

/// The same for text that was read already; `file` is what errors call it.
config_result parse_config(std::string_view text, std::string_view file);

}  // namespace mayhem::app
