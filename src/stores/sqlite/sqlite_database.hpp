#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <SQLiteCpp/Database.h>

#include "mayhem/core/errors.hpp"
#include "stores/sqlite/database_files.hpp"

struct sqlite3_vfs;

namespace mayhem::stores {

/// How long to wait for somebody's lock: so many looks, a millisecond apart or more.
struct lock_patience {
    sqlite3_vfs* vfs = nullptr;  ///< sleeps
    std::int64_t looks_max = 0;
};

/// One connection to the database file. Whoever opened it may hand it to another thread; one thread at a time.
/// Errors are `core::store_failed`, and name the file, the reason and the remedy.
class sqlite_database {
public:
    /// How long a statement waits for another process's lock before it fails.
    static constexpr std::chrono::milliseconds default_busy_timeout{5'000};

    /// What becomes of a file that is a link: somebody else may have laid it. The folder may be behind one in any case.
    enum class links { followed, refused };

    /// Opens for writing, and creates or migrates what needs it. A commit survives a power cut: write-ahead log,
    /// `synchronous = FULL`. Its directory must exist. `vfs` names the SQLite VFS that has the file, for a simulated
    /// disk; empty for the system's files.
    static sqlite_database open(const std::filesystem::path& path,
                                std::chrono::milliseconds busy_timeout = default_busy_timeout,
                                links l = links::followed, const std::string& vfs = {});

    /// Opens for reading only, beside a daemon that writes or without one; creates nothing.
    static sqlite_database open_read_only(const std::filesystem::path& path,
                                          std::chrono::milliseconds busy_timeout = default_busy_timeout);

    /// Brings the log into the database, and empties it; for who begins to work with it. What a former process could
    /// not sync may stand there and be read as committed without being durable, and what is written behind it would be
    /// lost with it when the power fails. What somebody else reads just then stays. Throws `core::store_failed`.
    void empty_log();

    /// Reads the file and throws if it is damaged. Gives up after `limit`: false if that was not enough to read all.
    /// What is left of `limit` then goes into whether the indexes agree with their tables.
    [[nodiscard]] bool check(std::chrono::nanoseconds limit);

    /// What became of the names of the files that it has open.
    [[nodiscard]] database_files& files() noexcept { return files_; }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] SQLite::Database& connection() noexcept { return connection_; }

    /// No transaction is open: none was begun, or SQLite itself rolled it back after a grave error.
    [[nodiscard]] bool is_idle() const noexcept;

private:
    sqlite_database(const std::filesystem::path& path, int flags, std::chrono::milliseconds busy_timeout,
                    const std::string& vfs = {});

    std::filesystem::path path_;
    std::unique_ptr<lock_patience> patience_;  ///< whose address `connection_` has
    SQLite::Database connection_;
    database_files files_;
};

}  // namespace mayhem::stores
