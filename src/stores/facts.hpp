#pragma once

#include <optional>
#include <string>

#include "stores/sqlite_database.hpp"

namespace mayhem::stores {

/// Small things that must be the same in the daemon's next life, such as the seed that was drawn. Durable when the
/// call returns; throws `core::store_failed`. Synchronous: for start-up, before the database is handed to its thread.
[[nodiscard]] std::optional<std::string> get_fact(sqlite_database& database, const std::string& key);
void set_fact(sqlite_database& database, const std::string& key, const std::string& value);

}  // namespace mayhem::stores
