#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/Exception.h>

#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/statement.hpp"

namespace mayhem::stores {

/// Small things that must be the same in the daemon's next life, such as the seed that was drawn. Durable when the
/// call returns; throws `core::store_failed`. Synchronous: for start-up, before the database is handed to its thread.
[[nodiscard]] std::optional<std::string> get_fact(sqlite_database& database, const std::string& key);
void set_fact(sqlite_database& database, const std::string& key, const std::string& value);

/// `get_fact` for who keeps its statement, `find_fact`, prepared.
inline constexpr const char* find_fact = "SELECT value FROM facts WHERE key = ?";
[[nodiscard]] std::optional<std::string> get_fact(statement& prepared, const sqlite_database& database,
                                                  const std::string& key);

/// One more commit has failed. What is written for it takes the place of the failed one in the log, where a crash would
/// find it.
void count_failed_commit(sqlite_database& database);

/// The same after a statement that was a transaction of its own and failed with `why`, as well as the disk allows. One
/// that waited for somebody's lock in vain has written nothing, and nobody waits a second time.
void forget_failed_statement(sqlite_database& database, const SQLite::Exception& why) noexcept;

}  // namespace mayhem::stores
