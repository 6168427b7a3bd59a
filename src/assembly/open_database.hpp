#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "stores/sqlite/halt_record.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/store_lock.hpp"

namespace mayhem::app {

/// How long the check of the database may hold up a start.
inline constexpr std::chrono::seconds check_max{2};

/// What a new life of the daemon finds in the database.
struct found_life {
    std::uint64_t seed = 0;  ///< the one on record
    std::uint64_t life = 0;  ///< this is so many-th that works with it
    std::optional<stores::halt_record> halted;
};

/// Notes that a new life has begun. `seed` becomes the one on record where there is none. Blocks. Throws
/// `core::store_failed`.
[[nodiscard]] found_life begin_life(stores::sqlite_database& database, std::uint64_t seed);

/// The database as a new life of the daemon has it.
struct opened_database {
    std::unique_ptr<stores::store_lock> lock;  ///< held as long as the daemon lives
    stores::sqlite_database database;
    bool is_checked_whole = true;  ///< what there was time to read is undamaged in any case
    found_life found;
};

/// Locks, opens (makes where there is none) and checks the database, and begins a life with it. Blocks. Throws
/// `core::store_failed`: for a damaged one before anything is written to it.
[[nodiscard]] opened_database open_database(const std::filesystem::path& path, std::uint64_t seed);

}  // namespace mayhem::app
