#pragma once

#include <stop_token>

#include "stores/sqlite/sqlite_database.hpp"

namespace mayhem::stores {

/// From now on a statement on `database` fails soon after `stop` was requested. `stop` outlives its statements.
void stop_when_asked(sqlite_database& database, std::stop_token& stop) noexcept;

}  // namespace mayhem::stores
