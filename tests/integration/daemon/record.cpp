#include "record.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

namespace mayhem::testing {

record read_record(const std::string& path) {
    SQLite::Database database(path, SQLite::OPEN_READWRITE, 5000);
    record r;
    for (SQLite::Statement rows(database, "SELECT id, state, incarnation FROM messages"); rows.executeStep();) {
        const std::string incarnation = rows.getColumn(2).getString();
        r.ids[rows.getColumn(0).getString()] = rows.getColumn(1).getString();
        ++r.states[rows.getColumn(1).getString()];
        ++r.incarnations[incarnation.substr(0, incarnation.find(':', incarnation.find(':') + 1))];
    }
    r.open_attempts = database
                          .execAndGet(
                              "SELECT count(*) FROM attempts JOIN messages ON seq = message "
                              "WHERE ended_at IS NULL AND state <> 'running'")
                          .getInt();
    r.integrity = database.execAndGet("PRAGMA integrity_check").getString();
    return r;
}

held_database::held_database(const std::string& path) : connection_(path, SQLite::OPEN_READWRITE) {
    // SQLite's own handler ends up looking ten times a second, and misses the gaps of a daemon that is busy.
    const auto look_again = [](void*, int tries) {
        constexpr int tries_max = 60'000;
        sqlite3_sleep(1);
        return tries < tries_max ? 1 : 0;
    };
    (void)sqlite3_busy_handler(connection_.getHandle(), look_again, nullptr);
    connection_.exec("BEGIN IMMEDIATE");
}

}  // namespace mayhem::testing
