#include "stores/sqlite/pruning.hpp"

#include <SQLiteCpp/Statement.h>

#include "stores/sqlite/statement.hpp"

namespace mayhem::stores {

namespace {

// The groups are found by skipping through the index, and those messages of each that are old enough by a range of it:
// what this costs does not depend on how much there is to keep.
constexpr const char* delete_messages = R"sql(
WITH RECURSIVE
known (its) AS (
    SELECT min(group_name) FROM messages
    UNION ALL
    SELECT (SELECT min(group_name) FROM messages WHERE group_name > known.its) FROM known WHERE known.its IS NOT NULL),
bounds (its, planned_before, round) AS MATERIALIZED (
    SELECT known.its,
           min(?1, (SELECT planned_at FROM messages WHERE group_name = known.its
                    ORDER BY planned_at DESC LIMIT 1 OFFSET ?3)),
           (SELECT max(round) FROM draws WHERE group_name = known.its)
    FROM known WHERE known.its IS NOT NULL)
DELETE FROM messages WHERE seq IN (
    SELECT m.seq FROM bounds JOIN messages AS m ON m.group_name = bounds.its AND m.planned_at < bounds.planned_before
    WHERE m.settled_at < ?1
        AND NOT EXISTS (SELECT 1 FROM draws WHERE draws.message = m.seq AND draws.round = bounds.round)
        AND NOT EXISTS (SELECT 1 FROM claims WHERE claims.message = m.seq AND claims.ended_at IS NULL)
    ORDER BY m.group_name, m.planned_at LIMIT ?2))sql";

constexpr const char* delete_skips = R"sql(
DELETE FROM skips WHERE seq IN (
    SELECT s.seq FROM skips AS s
    WHERE s.planned_at < ?1
        AND s.planned_at < (SELECT max(planned_at) FROM skips WHERE group_name = s.group_name)
    ORDER BY s.planned_at LIMIT ?2))sql";

constexpr const char* delete_lists = R"sql(
DELETE FROM draw_lists WHERE seq IN (
    SELECT l.seq FROM draw_lists AS l
    WHERE l.seq < (SELECT max(seq) FROM draw_lists WHERE group_name = l.group_name)
        AND NOT EXISTS (SELECT 1 FROM draws WHERE drawn_from = l.seq)
    ORDER BY l.seq LIMIT ?1))sql";

constexpr const char* delete_sizes = "DELETE FROM group_sizes WHERE day < ?1 / 86400000000 - 32";

template <typename... Values>
std::size_t run(SQLite::Database& database, const char* sql, const Values&... values) {
    statement s(database, sql);
    s.run(values...);
    return static_cast<std::size_t>(database.getChanges());
}

}  // namespace

pruned prune(SQLite::Database& database, core::wall_time before, std::size_t limit) {
    const auto limit_number = static_cast<std::int64_t>(limit);
    pruned done;
    done.messages = run(database, delete_messages, before, limit_number, static_cast<std::int64_t>(messages_kept - 1));
    done.skips = run(database, delete_skips, before, limit_number);
    done.lists = run(database, delete_lists, limit_number);
    (void)run(database, delete_sizes, before);  // a few a day, and none is looked up by its age alone
    return done;
}

}  // namespace mayhem::stores
