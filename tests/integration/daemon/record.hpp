#pragma once

#include <map>
#include <string>

#include <SQLiteCpp/Database.h>

namespace mayhem::testing {

/// What a database has on record, read as any other program would.
struct record {
    std::map<std::string, int> states;        ///< how many messages are in each
    std::map<std::string, std::string> ids;   ///< message id -> state
    std::map<std::string, int> incarnations;  ///< PID:START_TICKS -> how many messages name it
    int open_attempts = 0;                    ///< begun, without an end, of messages that are not being handled
    std::string integrity;                    ///< "ok"

    [[nodiscard]] int messages_of(const std::string& incarnation) const {
        const auto found = incarnations.find(incarnation);
        return found == incarnations.end() ? 0 : found->second;
    }
    [[nodiscard]] int count(const std::string& state) const {
        const auto found = states.find(state);
        return found == states.end() ? 0 : found->second;
    }
};

/// Throws `SQLite::Exception`.
record read_record(const std::string& path);

/// Somebody else who holds the write lock of a database, until `release` or the end. Throws `SQLite::Exception`.
class held_database {
public:
    explicit held_database(const std::string& path);
    void release() { connection_.exec("ROLLBACK"); }

private:
    SQLite::Database connection_;
};

}  // namespace mayhem::testing
