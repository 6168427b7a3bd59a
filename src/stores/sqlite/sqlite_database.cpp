#include "stores/sqlite/sqlite_database.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include <SQLiteCpp/Column.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "stores/sqlite/schema.hpp"
#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {
namespace {

constexpr std::string_view opening = "cannot open the database";
constexpr std::string_view checking = "cannot trust the database";
constexpr const char* sound = "ok";

// The log is cut back to this size after a long reader or a burst has made it grow.
constexpr const char* settings_for_writing = R"sql(
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA journal_size_limit = 67108864;
)sql";

void require_writable(SQLite::Database& connection, const std::filesystem::path& path) {
    // SQLite falls back to read-only silently.
    if (sqlite3_db_readonly(connection.getHandle(), "main") != 0) {
        throw explain(opening, path, "the file is read-only",
                      "make it and its directory writable for the user that runs mayhem, or name another path");
    }
}

constexpr std::chrono::microseconds look_pause{1'000};

/// Waits for a lock. SQLite's own handler ends up looking ten times a second, and so misses for seconds the moments
/// between the transactions of somebody who writes without a pause. The looks are counted, because on a simulated disk
/// a pause takes no time. The pause is the connection's: `sqlite3_sleep` is always the system's.
int look_again(void* patience, int looks) {
    const auto& p = *static_cast<const lock_patience*>(patience);
    if (looks >= p.looks_max) {
        return 0;
    }
    (void)p.vfs->xSleep(p.vfs, static_cast<int>(look_pause.count()));
    return 1;
}

/// At least twenty looks, so that being held up oneself does not cost all of the patience.
lock_patience patience_of(SQLite::Database& connection, std::chrono::milliseconds busy_timeout) {
    constexpr std::chrono::milliseconds::rep looks_min = 20;
    lock_patience p;
    (void)sqlite3_file_control(connection.getHandle(), "main", SQLITE_FCNTL_VFS_POINTER, static_cast<void*>(&p.vfs));
    if (busy_timeout.count() != 0) {
        p.looks_max = std::max(looks_min, busy_timeout / look_pause);
    }
    return p;
}

/// SQLite does not wait for a lock where two who wait could wait for each other: several who switch at the same time.
std::string switch_to_log(SQLite::Database& connection, const lock_patience& patience) {
    constexpr std::chrono::microseconds pause = 20 * look_pause;
    const std::int64_t tries_max = std::max<std::int64_t>(20, patience.looks_max / 20);
    for (std::int64_t tries = 1;; ++tries) {
        try {
            connection.exec(
                "PRAGMA journal_mode = WAL");  // to its end: it is a commit, which may fail after the answer
            return connection.execAndGet("PRAGMA journal_mode").getString();
        } catch (const SQLite::Exception& e) {
            if (e.getErrorCode() != SQLITE_BUSY || tries == tries_max) {
                throw;
            }
        }
        (void)patience.vfs->xSleep(patience.vfs, static_cast<int>(pause.count()));
    }
}

void use_write_ahead_log(SQLite::Database& connection, const std::filesystem::path& path,
                         const lock_patience& patience) {
    const std::string mode = switch_to_log(connection, patience);
    if (mode != "wal") {
        throw explain(opening, path, "its file system does not support SQLite's write-ahead log",
                      "name a path on a local file system");
    }
}

void require_existing(const std::filesystem::path& path) {
    std::error_code unknown;
    if (!std::filesystem::exists(path, unknown) && !unknown) {
        throw explain(opening, path, "there is no such file",
                      "start the daemon, which makes it, or name the path that it uses");
    }
}

/// Interrupts what the connection does once the time is up, and whatever it begins then. quick_check does its work
/// within one step of SQLite's machine, which no progress handler divides.
class interrupter {
public:
    interrupter(sqlite3* connection, std::chrono::nanoseconds limit)
        : thread_([this, connection, limit](const std::stop_token& stop) {
              constexpr std::chrono::milliseconds again{10};
              std::mutex nobody_else_needs_it;
              std::unique_lock lock(nobody_else_needs_it);
              std::condition_variable_any over;
              for (std::chrono::nanoseconds pause = limit;
                   !over.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); }); pause = again) {
                  has_fired_ = true;
                  sqlite3_interrupt(connection);
              }
          }) {}

    [[nodiscard]] bool has_fired() const noexcept { return has_fired_; }

private:
    std::atomic<bool> has_fired_ = false;
    std::jthread thread_;
};

/// Whoever may read the files may take locks in them, and so hold up all who write. Those of the log take after it.
void make_private(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd >= 0) {  // it was not there: nobody has it open, so closing it takes nobody's locks away
        (void)::close(fd);
    }
}

/// SQLite refuses a link anywhere in a path, or none.
std::filesystem::path without_links_before(const std::filesystem::path& path) {
    std::error_code unknown;
    const std::filesystem::path folder =
        std::filesystem::canonical(path.has_parent_path() ? path.parent_path() : ".", unknown);
    return unknown ? path : folder / path.filename();
}

bool has_log(const std::filesystem::path& path) {
    std::error_code unknown;
    return std::filesystem::exists(path.string() + "-wal", unknown) || unknown;
}

std::string uri_of(const std::filesystem::path& path, std::string_view parameters) {
    std::string uri = "file:";
    for (const char c : path.string()) {
        if (c == '%' || c == '?' || c == '#') {
            constexpr std::string_view digits = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            uri += {'%', digits[byte >> 4U], digits[byte & 15U]};
        } else {
            uri += c;
        }
    }
    return uri.append("?").append(parameters);
}

}  // namespace

sqlite_database::sqlite_database(const std::filesystem::path& path, int flags, std::chrono::milliseconds busy_timeout,
                                 const std::string& vfs)
    : path_(path),
      patience_(std::make_unique<lock_patience>()),
      connection_((flags & SQLITE_OPEN_URI) != 0 ? uri_of(path, "immutable=1") : path.string(),
                  flags | SQLITE_OPEN_NOMUTEX, 0, vfs) {
    *patience_ = patience_of(connection_, busy_timeout);
    (void)sqlite3_busy_handler(connection_.getHandle(), &look_again, patience_.get());
}

sqlite_database sqlite_database::open(const std::filesystem::path& path, std::chrono::milliseconds busy_timeout,
                                      links l, const std::string& vfs) try {
    if (vfs.empty()) {
        make_private(path);
    }
    constexpr int for_writing = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite_database opened =
        l == links::refused
            ? sqlite_database(without_links_before(path), for_writing | SQLITE_OPEN_NOFOLLOW, busy_timeout, vfs)
            : sqlite_database(path, for_writing, busy_timeout, vfs);
    opened.connection_.exec(settings_for_writing);
    migrate(opened.connection_, path);
    require_writable(opened.connection_, path);
    use_write_ahead_log(opened.connection_, path, *opened.patience_);
    if (vfs.empty()) {
        opened.files_ = database_files(opened.connection_);
    }
    return opened;
} catch (const SQLite::Exception& e) {
    throw explain(e, opening, path);
}

void sqlite_database::empty_log() try {
    connection_.exec("PRAGMA main.wal_checkpoint(TRUNCATE)");  // of temporary tables there is none
} catch (const SQLite::Exception& e) {
    throw explain(e, opening, path_);
}

sqlite_database sqlite_database::open_read_only(const std::filesystem::path& path,
                                                std::chrono::milliseconds busy_timeout) try {
    require_existing(path);
    try {
        sqlite_database opened(path, SQLITE_OPEN_READONLY, busy_timeout);
        require_current(opened.connection_, path);
        return opened;
    } catch (const SQLite::Exception&) {
        if (has_log(path)) {
            throw;
        }
    }
    // Nobody has it open, and we may not create the log's files beside it: it cannot change, so none are needed.
    sqlite_database opened(path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, busy_timeout);
    require_current(opened.connection_, path);
    return opened;
} catch (const SQLite::Exception& e) {
    throw explain(e, opening, path);
}

bool sqlite_database::check(std::chrono::nanoseconds limit) {
    interrupter alarm(connection_.getHandle(), limit);
    const auto ask = [&](const char* question) {
        std::string first = sound;
        try {
            first = connection_.execAndGet(question).getString();
        } catch (const SQLite::Exception& e) {
            if (!alarm.has_fired()) {
                throw explain(e, checking, path_);
            }
        }
        if (first != sound && !alarm.has_fired()) {  // what an interrupted one says of the rest is not true
            throw explain(checking, path_, "the file is damaged (" + first + ")",
                          "restore a copy, or save what can be read (sqlite3 " + path_.string() +
                              " .recover), and move it aside: a new one is made");
        }
    };
    ask("PRAGMA quick_check(1)");
    const bool is_whole = !alarm.has_fired();
    if (is_whole) {
        ask("PRAGMA integrity_check(1)");  // the same and the indexes, which takes several times as long
    }
    return is_whole;
}

bool sqlite_database::is_idle() const noexcept { return sqlite3_get_autocommit(connection_.getHandle()) != 0; }

}  // namespace mayhem::stores
