#include "stores/sqlite/database_files.hpp"

#include <SQLiteCpp/Column.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {
namespace {

std::int64_t size_of(const std::string& path) noexcept {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 ? found.st_size : 0;
}

bool has_moved(SQLite::Database& connection) noexcept {
    int moved = 0;
    return sqlite3_file_control(connection.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
           moved != 0;
}

/// SQLite opens the log when it is first needed.
std::string path_with_log_opened(SQLite::Database& connection) {
    (void)connection.execAndGet("SELECT count(*) FROM sqlite_schema");
    return sqlite3_db_filename(connection.getHandle(), "main");
}

}  // namespace

database_files::database_files(SQLite::Database& connection)
    : path_(path_with_log_opened(connection)),
      log_(identity_of(path_ + "-wal")),
      index_(identity_of(path_ + "-shm")),
      size_(size_of(path_)) {}

std::optional<database_files::identity> database_files::identity_of(const std::string& path) noexcept {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 ? std::optional(identity{found.st_dev, found.st_ino}) : std::nullopt;
}

void database_files::require_in_place(SQLite::Database& connection) const {
    if (has_moved(connection)) {
        throw explain(writing, connection.getFilename(), "the file was moved, replaced or deleted while it was open",
                      "put it back, or start mayhem again, which makes a new one");
    }
    if (path_.empty()) {
        return;
    }
    if (identity_of(path_ + "-wal") != log_ || identity_of(path_ + "-shm") != index_) {
        throw explain(writing, path_, "its log (-wal, -shm) was moved, replaced or deleted while it was open",
                      is_log_saved_ ? "start mayhem again: what was on record is in the file"
                                    : "put it back, or start mayhem again");
    }
}

void database_files::require_whole(SQLite::Database& connection) {
    if (path_.empty()) {
        return;
    }
    const std::int64_t size = size_of(path_);
    if (size < size_) {
        require_in_place(connection);
        const std::int64_t needed = connection.execAndGet("PRAGMA page_count").getInt64() *
                                    connection.execAndGet("PRAGMA page_size").getInt64();
        if (size < needed) {
            throw explain(writing, path_,
                          fmt::format("the file was cut short while it was open, from {} to {} bytes", size_, size),
                          "stop mayhem, move the file aside and restore a copy");
        }
    }
    size_ = size;
}

void database_files::save_lost_log(SQLite::Database& connection) noexcept {
    const std::string log = path_ + "-wal";
    const bool is_lost = log_ && identity_of(log) != log_;
    if (is_lost && !is_log_saved_ && size_of(log) == 0 && !has_moved(connection)) {
        is_log_saved_ = sqlite3_wal_checkpoint_v2(connection.getHandle(), "main", SQLITE_CHECKPOINT_FULL, nullptr,
                                                  nullptr) == SQLITE_OK;
    }
}

}  // namespace mayhem::stores
