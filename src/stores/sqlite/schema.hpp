#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include <SQLiteCpp/Database.h>

namespace mayhem::stores {

/// "MYHM": what the header of a database of ours carries (PRAGMA application_id), so that no other program's
/// database is ever written to.
inline constexpr std::int32_t application_id = 0x4d59484d;

/// One step from a version of the schema to the next. Steps are only ever appended.
struct migration {
    const char* what;
    const char* sql;
};

/// The steps from an empty file (version 0) to the newest version, which is their number.
[[nodiscard]] std::span<const migration> migrations() noexcept;

/// Brings the database to the newest version: each step is a transaction of its own, so that an interrupted
/// migration goes on where it stopped. Nothing to do for a database that is up to date. Several processes may do so
/// at the same time. Throws `core::store_failed` for another program's database and for one that a newer version
/// of mayhem wrote; SQLite's own exceptions pass through.
void migrate(SQLite::Database& database, const std::filesystem::path& path,
             std::span<const migration> steps = migrations());

/// The same refusals, without changing anything: for a connection that only reads. An older version is refused too.
void require_current(SQLite::Database& database, const std::filesystem::path& path);

}  // namespace mayhem::stores
