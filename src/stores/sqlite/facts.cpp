#include "stores/sqlite/facts.hpp"

#include <sqlite3.h>

#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {
std::optional<std::string> get_fact(sqlite_database& database, const std::string& key) try {
    statement query(database.connection(), find_fact);
    return get_fact(query, database, key);
} catch (const SQLite::Exception& e) {
    throw explain(e, "cannot read from the database", database.path());
}

std::optional<std::string> get_fact(statement& prepared, const sqlite_database& database, const std::string& key) try {
    std::optional<std::string> value;
    prepared.rows([&value](const statement& row) { value = row.text(0); }, key);
    return value;
} catch (const SQLite::Exception& e) {
    throw explain(e, "cannot read from the database", database.path());
}

void set_fact(sqlite_database& database, const std::string& key, const std::string& value) try {
    statement upsert(
        database.connection(),
        "INSERT INTO facts (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    upsert.run(key, value);
} catch (const SQLite::Exception& e) {
    forget_failed_statement(database, e);
    throw explain(e, writing, database.path());
}

void count_failed_commit(sqlite_database& database) try {
    // Another value each time: SQLite writes nothing for one that is there already.
    statement upsert(database.connection(), R"sql(
INSERT INTO facts (key, value) VALUES ('failed_commits', '1')
ON CONFLICT (key) DO UPDATE SET value = CAST(value + 1 AS TEXT))sql");
    upsert.run();
} catch (const SQLite::Exception& e) {
    throw explain(e, writing, database.path());
}

void forget_failed_statement(sqlite_database& database, const SQLite::Exception& why) noexcept try {
    if (why.getErrorCode() != SQLITE_BUSY && database.is_idle()) {
        count_failed_commit(database);
    }
} catch (...) {
    // Whoever is told of the first failure is told that it may be found after a crash.
    return;
}

}  // namespace mayhem::stores
