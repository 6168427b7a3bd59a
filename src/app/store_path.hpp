#pragma once

#include <filesystem>
#include <optional>

namespace mayhem::app {

/// Where the record is kept: `wanted` if given; otherwise `mayhem.db` in systemd's $STATE_DIRECTORY, in /var/lib/mayhem
/// for root, or in $XDG_STATE_HOME/mayhem (~/.local/state/mayhem) for everybody else.
std::filesystem::path resolve_store_path(const std::optional<std::filesystem::path>& wanted);

/// Creates the folder that `store` is to stand in, if it is missing. Throws `core::store_failed`, also when `store` is
/// a device, a pipe or the like.
void make_store_folder(const std::filesystem::path& store);

}  // namespace mayhem::app
