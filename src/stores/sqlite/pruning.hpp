#pragma once

#include <cstddef>

#include <SQLiteCpp/Database.h>

#include "mayhem/core/time.hpp"
#include "mayhem/ports/history.hpp"

namespace mayhem::stores {

using ports::pruned;

/// The newest messages of each group are kept, however old: what is known of it, its failures in a row among that.
inline constexpr std::size_t messages_kept = 1'000;

/// Deletes from the history what is older than `before` (a message with its attempts, draw and claim counts as old when
/// it was planned and settled before), at most `limit` messages, as many skips and as many lists, the oldest first in
/// each group. Never deletes what somebody still asks for, whatever its age: a message that is not settled or whose
/// place within the limits is taken; the draws of a group's current round; a group's newest messages
/// (`messages_kept`), newest skip and newest list. Within the caller's transaction; throws `SQLite::Exception`.
pruned prune(SQLite::Database& database, core::wall_time before, std::size_t limit);

}  // namespace mayhem::stores
