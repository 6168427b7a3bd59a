#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <sys/types.h>

namespace mayhem::stores {

/// The files of a database that is open for writing: itself, its log (-wal) and the log's index (-shm), as they were
/// when it was opened. SQLite keeps working with what it has open, whatever becomes of the names, and nobody would read
/// that any more.
///
/// Each look costs three or one stat(2). The thread that uses the connection; errors are `core::store_failed`.
class database_files {
public:
    /// Whatever is there is not looked at.
    database_files() = default;

    /// As they are now. Throws `SQLite::Exception`.
    explicit database_files(SQLite::Database& connection);

    /// Throws if one of them was moved, replaced or deleted: what is committed now would be read by nobody.
    void require_in_place(SQLite::Database& connection) const;

    /// Throws if the file was cut short since the last look. It may shrink, but only together with the number of its
    /// pages (VACUUM). Inside a transaction that has not written yet.
    void require_whole(SQLite::Database& connection);

    /// If the log was deleted, writes what the open one holds into the database file, where a next life finds it,
    /// unless somebody else has begun another log. Between transactions; does what it can, once.
    void save_lost_log(SQLite::Database& connection) noexcept;

private:
    /// Which file a path leads to; nothing: to none.
    struct identity {
        dev_t device = 0;
        ino_t inode = 0;

        friend bool operator==(const identity&, const identity&) = default;
    };
    [[nodiscard]] static std::optional<identity> identity_of(const std::string& path) noexcept;

    std::string path_;  ///< no link: SQLite has followed it
    std::optional<identity> log_;
    std::optional<identity> index_;
    std::int64_t size_ = 0;
    bool is_log_saved_ = false;
};

}  // namespace mayhem::stores
