#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/Exception.h>

#include "stores/sqlite/sqlite_database.hpp"

namespace mayhem::stores {

/// Small things that must be the same in the daemon's next life, such as the seed that was drawn. Durable when the
/// call returns; throws `core::store_failed`. Synchronous: for start-up, before the database is handed to its thread.
[[nodiscard]] std::optional<std::string> get_fact(sqlite_database& database, const std::string& key);
void set_fact(sqlite_database& database, const std::string& key, const std::string& value);

/// One more commit has failed. What is written for it takes the place of the failed one in the log, where a crash would
/// find it.
void count_failed_commit(sqlite_database& database);

/// The same after a statement that was a transaction of its own and failed with `why`, as well as the disk allows. One
/// that waited for somebody's lock in vain has written nothing, and nobody waits a second time.
void forget_failed_statement(sqlite_database& database, const SQLite::Exception& why) noexcept;

}  // namespace mayhem::stores
