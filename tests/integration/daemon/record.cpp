#include "record.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

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

}  // namespace mayhem::testing
