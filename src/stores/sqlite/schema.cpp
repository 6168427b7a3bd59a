#include "stores/sqlite/schema.hpp"

#include <array>
#include <string>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "stores/sqlite/command_lines.hpp"
#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {
namespace {

constexpr std::string_view using_it = "cannot use the database";

// Times are microseconds since 1970 (UTC); an absent value is NULL.
constexpr const char* first_tables = R"sql(
CREATE TABLE messages (
    seq          INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE CHECK (length(id) = 36),
    group_name   TEXT    NOT NULL,
    target       TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    incarnation  TEXT    NOT NULL,
    planned_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('journalled', 'running', 'nacked', 'acked', 'dead_lettered')),
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    retry_at     INTEGER,
    settled_at   INTEGER,
    note         TEXT,
    CHECK ((state IN ('acked', 'dead_lettered')) = (settled_at IS NOT NULL)),
    CHECK (retry_at IS NULL OR state = 'nacked')
) STRICT;
CREATE INDEX messages_unfinished ON messages (seq) WHERE settled_at IS NULL;

CREATE TRIGGER settled_is_final BEFORE UPDATE OF state, settled_at ON messages WHEN OLD.settled_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a message that is acked or dead-lettered never changes state again');
END;
CREATE TRIGGER messages_are_kept BEFORE DELETE ON messages WHEN OLD.settled_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'a message that is not settled is never deleted');
END;

CREATE TABLE attempts (
    message           INTEGER NOT NULL REFERENCES messages (seq) ON DELETE CASCADE,
    number            INTEGER NOT NULL CHECK (number >= 1),
    started_at        INTEGER NOT NULL,
    ended_at          INTEGER,
    verdict           TEXT,
    disposition       TEXT CHECK (disposition IN ('acked', 'nacked', 'dead_lettered')),
    refused_by        TEXT,
    recovery_us       INTEGER CHECK (recovery_us >= 0),
    incarnation_after TEXT,
    error             TEXT,
    PRIMARY KEY (message, number),
    CHECK ((ended_at IS NULL) = (verdict IS NULL)),
    CHECK ((ended_at IS NULL) = (disposition IS NULL)),
    CHECK ((verdict IS 'refused') = (refused_by IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_start ON attempts (started_at);

CREATE TABLE facts (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* plan_tables = R"sql(
CREATE TABLE skips (
    seq        INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    group_name TEXT    NOT NULL,
    planned_at INTEGER NOT NULL,
    moments    INTEGER NOT NULL DEFAULT 1 CHECK (moments >= 1),
    reason     TEXT    NOT NULL,
    target     TEXT,
    detail     TEXT,
    UNIQUE (group_name, planned_at, reason)
) STRICT;
CREATE INDEX skips_by_moment ON skips (planned_at);
CREATE INDEX messages_by_moment ON messages (group_name, planned_at);

CREATE TABLE plans (
    group_name TEXT    NOT NULL PRIMARY KEY,
    plan       TEXT    NOT NULL,
    since      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// A claim is a place within a group's limits, taken right before the act; a message has one at most.
constexpr const char* guard_tables = R"sql(
CREATE TABLE draw_lists (
    seq        INTEGER PRIMARY KEY,
    group_name TEXT    NOT NULL,
    members    INTEGER NOT NULL CHECK (members >= 1),
    targets    TEXT    NOT NULL CHECK (json_valid(targets))
) STRICT;
CREATE INDEX draw_lists_by_group ON draw_lists (group_name, seq);

CREATE TABLE draws (
    message    INTEGER PRIMARY KEY REFERENCES messages (seq) ON DELETE CASCADE,
    group_name TEXT    NOT NULL,
    round      INTEGER NOT NULL CHECK (round >= 1),
    target     TEXT    NOT NULL,
    drawn_from INTEGER NOT NULL REFERENCES draw_lists (seq)
) STRICT;
CREATE INDEX draws_by_round ON draws (group_name, round, message);

CREATE TABLE claims (
    message    INTEGER PRIMARY KEY REFERENCES messages (seq) ON DELETE CASCADE,
    group_name TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    attempt    INTEGER NOT NULL CHECK (attempt >= 1),
    claimed_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE INDEX claims_by_moment ON claims (group_name, claimed_at);
CREATE INDEX claims_under_way ON claims (group_name) WHERE ended_at IS NULL;

CREATE TABLE breakers (
    seq        INTEGER PRIMARY KEY,
    group_name TEXT    NOT NULL,
    opened_at  INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    message    INTEGER REFERENCES messages (seq) ON DELETE SET NULL,
    closed_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX breakers_open ON breakers (group_name) WHERE closed_at IS NULL;
CREATE INDEX messages_by_target ON messages (group_name, target);
)sql";

// Deleting a list asks which draws were made from it.
constexpr const char* pruning_index = "CREATE INDEX draws_by_list ON draws (drawn_from);";

// So many members had a group on a day (UTC): the most that a list of it showed. Of former versions the lists of the
// draws say that, as far as they were drawn from.
constexpr const char* size_tables = R"sql(
CREATE TABLE group_sizes (
    group_name TEXT    NOT NULL,
    day        INTEGER NOT NULL,
    members    INTEGER NOT NULL CHECK (members >= 1),
    PRIMARY KEY (group_name, day)
) STRICT, WITHOUT ROWID;
INSERT INTO group_sizes (group_name, day, members)
    SELECT d.group_name, m.planned_at / 86400000000, max(l.members)
    FROM draws AS d JOIN messages AS m ON m.seq = d.message JOIN draw_lists AS l ON l.seq = d.drawn_from
    GROUP BY 1, 2;
)sql";

// Who was to go down with the target of an attempt, as JSON, and how many members of its group that were.
constexpr const char* reach_columns = R"sql(
ALTER TABLE attempts ADD COLUMN reach TEXT CHECK (reach IS NULL OR json_valid(reach));
ALTER TABLE claims ADD COLUMN falling INTEGER NOT NULL DEFAULT 0 CHECK (falling >= 0);
)sql";

// How a recovery compares with the past of its target: what was done, when it was certainly not back yet, what was said
// of it and against which time. Of former versions that is not known.
constexpr const char* pace_columns = R"sql(
ALTER TABLE attempts ADD COLUMN act TEXT;
ALTER TABLE attempts ADD COLUMN not_before_us INTEGER CHECK (not_before_us >= 0);
ALTER TABLE attempts ADD COLUMN pace TEXT;
ALTER TABLE attempts ADD COLUMN usual_us INTEGER CHECK (usual_us >= 0);
)sql";

// What happened between the act and the recovery, in microseconds from the act.
constexpr const char* stage_columns = R"sql(
ALTER TABLE attempts ADD COLUMN stopped_us INTEGER;
ALTER TABLE attempts ADD COLUMN started_us INTEGER;
)sql";

// What an act that lasted came to, as JSON.
constexpr const char* span_column =
    "ALTER TABLE attempts ADD COLUMN span TEXT CHECK (span IS NULL OR json_valid(span));";

// What is to be done, and its parameters as a config file writes them. Of former versions the group's config said it.
constexpr const char* act_columns = R"sql(
ALTER TABLE messages ADD COLUMN action TEXT;
ALTER TABLE messages ADD COLUMN parameters TEXT;
)sql";

const std::array steps_of_all_versions{
    migration{"messages, attempts and facts", first_tables},
    migration{"skips and plans", plan_tables},
    migration{"draws, claims and breakers", guard_tables},
    migration{"an index for pruning", pruning_index},
    migration{"hashes in place of command lines", hash_command_lines},
    migration{"the sizes of groups", size_tables},
    migration{"who goes down with a target", reach_columns},
    migration{"what was done, and how usual the recovery was", pace_columns},
    migration{"the stages of a recovery", stage_columns},
    migration{"what lasted", span_column},
    migration{"what a message asks for", act_columns},
};

std::int32_t pragma(SQLite::Database& database, const char* name) {
    return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt();
}

bool is_empty(SQLite::Database& database) {
    return database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
}

bool is_ours(SQLite::Database& database) {
    const auto is_marked = [&database] { return pragma(database, "application_id") == application_id; };
    const auto is_new = [&database] {
        return pragma(database, "application_id") == 0 && pragma(database, "user_version") == 0 && is_empty(database);
    };
    return is_marked() || is_new() || is_marked();  // somebody else may have made it ours between the questions
}

std::size_t checked_version(SQLite::Database& database, const std::filesystem::path& path, std::size_t newest) {
    if (!is_ours(database)) {
        throw explain(using_it, path, "it belongs to another program",
                      "name another path; a new database is made where there is none");
    }
    const auto version = static_cast<std::size_t>(pragma(database, "user_version"));
    if (version > newest) {
        throw explain(
            using_it, path,
            fmt::format("a newer mayhem wrote it (schema version {}, this program knows {})", version, newest),
            "use that version of mayhem, or name another path");
    }
    return version;
}

}  // namespace

std::span<const migration> migrations() noexcept { return steps_of_all_versions; }

void migrate(SQLite::Database& database, const std::filesystem::path& path, std::span<const migration> steps) {
    add_command_id(database);
    while (checked_version(database, path, steps.size()) < steps.size()) {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        const std::size_t version = checked_version(database, path, steps.size());
        if (version < steps.size()) {
            database.exec(steps[version].sql);
            database.exec(fmt::format("PRAGMA application_id = {}", application_id));
            database.exec(fmt::format("PRAGMA user_version = {}", version + 1));
        }
        transaction.commit();
    }
}

void require_current(SQLite::Database& database, const std::filesystem::path& path) {
    const std::size_t newest = migrations().size();
    const std::size_t version = checked_version(database, path, newest);
    if (version < newest) {
        throw explain(using_it, path, fmt::format("its schema is of version {}, not {}", version, newest),
                      "start the daemon once: it brings the database up to date");
    }
}

}  // namespace mayhem::stores
