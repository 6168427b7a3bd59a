#pragma once

#include <filesystem>
#include <optional>

#include "stores/sqlite/sqlite_database.hpp"
#include "system/owner_rights.hpp"

namespace mayhem::app {

/// Where the record is kept: `wanted` if given; otherwise `mayhem.db` in systemd's $STATE_DIRECTORY, in /var/lib/mayhem
/// for root, or in $XDG_STATE_HOME/mayhem (~/.local/state/mayhem) for everybody else.
std::filesystem::path resolve_store_path(const std::optional<std::filesystem::path>& wanted);

/// The same for the simulated cattle of a daemon without a config file: `herd.db`, so that a service that is started
/// there later on does not find what was only played.
std::filesystem::path herd_store_path();

/// Creates the folder that `store` is to stand in, if it is missing. Throws `core::store_failed`, also when `store` is
/// a device, a pipe or the like.
void make_store_folder(const std::filesystem::path& store);

/// For a command that opens the database of a daemon: while the result lives, this thread has the rights of whom the
/// database belongs to, and no more (`system::owner_rights`). Throws `core::store_failed`.
[[nodiscard]] system::owner_rights act_as_owner_of(const std::filesystem::path& store);

/// How it is opened for writing then.
[[nodiscard]] inline stores::sqlite_database::links links_of(const system::owner_rights& r) noexcept {
    return r.is_link() ? stores::sqlite_database::links::followed : stores::sqlite_database::links::refused;
}

}  // namespace mayhem::app
