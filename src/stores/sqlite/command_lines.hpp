#pragma once

#include <SQLiteCpp/Database.h>

namespace mayhem::stores {

/// The migration after which no command line is on record: until then one was the id of a process. Rewrites the ids of
/// processes, and of nothing else, to what the process driver calls them now (`core::command_id`), in every table and
/// in one transaction, so that whatever compares them goes on: a message under way finds its target and its successor,
/// a target rests, a round of draws continues.
///
/// A message is of a process if its incarnation is PID:START_TICKS:BOOT_ID and its name ends in "[PID]".
extern const char* const hash_command_lines;

/// Gives the connection the function `command_id` that the migration calls. No schema refers to it.
void add_command_id(SQLite::Database& database);

}  // namespace mayhem::stores
