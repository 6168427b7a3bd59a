#include "stores/facts.hpp"

#include "stores/statement.hpp"
#include "stores/store_error.hpp"

namespace mayhem::stores {

std::optional<std::string> get_fact(sqlite_database& database, const std::string& key) try {
    std::optional<std::string> value;
    statement query(database.connection(), "SELECT value FROM facts WHERE key = ?");
    query.rows([&value](const statement& row) { value = row.text(0); }, key);
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
    throw explain(e, "cannot write to the database", database.path());
}

}  // namespace mayhem::stores
